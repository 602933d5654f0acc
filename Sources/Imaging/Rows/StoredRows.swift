/// The layout of a codec's pixels: interleaved samples in the machine's byte order, rows from the top as stored.
struct StoredLayout: Equatable {
    var width: Int
    var height: Int
    /// The number of samples in a pixel in memory.
    var samplesPerPixel: Int
    /// The number of bytes in a sample, 1 or 2.
    var bytesPerSample: Int
    /// The stored sample that each channel of the picture is taken from.
    var picks: [Int]

    var bytesPerPixel: Int { samplesPerPixel * bytesPerSample }
    /// The number of bytes in a row. It does not overflow: a side has at most 31 bits, a pixel at most 8 bytes.
    var bytesPerRow: Int { width * bytesPerPixel }
}

/// The decoder of one container, as the reader of pictures sees it.
protocol StoredRows: AnyObject {
    var layout: StoredLayout { get }
    /// True where `read` has to be asked for all rows at once.
    var isAllOrNothing: Bool { get }
    /// The memory in bytes that the codec holds while it decodes, beside the rows.
    var libraryBytes: Int { get }
    /// The memory in bytes of the rows that the codec holds whatever is asked for.
    var rowBytes: Int { get }
    /// Writes the next `count` rows, `stride` bytes apart, to `rows`.
    func read(_ count: Int, into rows: UnsafeMutableRawPointer, stride: Int) throws(PictureError)
    /// Checks, after the last row, the rest of the file, and returns the notes on the data.
    func finish() throws(PictureError) -> [PictureNote]
}

extension StoredRows {
    var rowBytes: Int { 0 }
}

/// The encoder of one container, as the writer of pictures sees it.
protocol StoredRowSink: AnyObject {
    func write(_ count: Int, from rows: UnsafeRawPointer, stride: Int) throws(PictureError)
    func finish() throws(PictureError)
    /// The bytes that were encoded to memory.
    var encodedBytes: [UInt8] { get }
}
