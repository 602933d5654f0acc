/// How a codec hands out pixels: interleaved samples in the machine's byte order, rows from the top as stored.
struct StoredLayout: Equatable {
    var width: Int
    var height: Int
    /// Samples a pixel in memory.
    var samplesPerPixel: Int
    /// 1 or 2.
    var bytesPerSample: Int
    /// For every channel of the picture the stored sample it is taken from.
    var picks: [Int]

    var bytesPerPixel: Int { samplesPerPixel * bytesPerSample }
    /// No overflow: a side has at most 31 bits, a pixel at most 8 bytes.
    var bytesPerRow: Int { width * bytesPerPixel }
}

/// The decoder of one container, as the reader of pictures sees it.
protocol StoredRows: AnyObject {
    var layout: StoredLayout { get }
    /// Whether `read` has to be asked for all rows at once.
    var isAllOrNothing: Bool { get }
    /// Memory that the codec holds while it decodes, beside the rows.
    var libraryBytes: Int { get }
    /// Writes the next `count` rows, `stride` bytes apart, to `rows`.
    func read(_ count: Int, into rows: UnsafeMutableRawPointer, stride: Int) throws(PictureError)
    /// After the last row: checks what comes after it. Returns what is to be said about the data.
    func finish() throws(PictureError) -> [PictureNote]
}

/// The encoder of one container, as the writer of pictures sees it.
protocol StoredRowSink: AnyObject {
    func write(_ count: Int, from rows: UnsafeRawPointer, stride: Int) throws(PictureError)
    func finish() throws(PictureError)
    /// What was encoded to memory.
    var encodedBytes: [UInt8] { get }
}
