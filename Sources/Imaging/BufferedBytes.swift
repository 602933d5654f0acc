/// The bytes of a source one by one.
struct BufferedBytes {
    private var window: ByteWindow
    /// The offset of the next byte.
    private(set) var position: Int

    /// Begins at `offset`.
    init(_ source: ByteSource, from offset: Int) {
        window = ByteWindow(source)
        position = offset
    }

    /// Returns the next byte; nil at the end of the file.
    mutating func next() throws(PictureError) -> UInt8? {
        guard let byte = try window.byte(at: position) else { return nil }
        position += 1
        return byte
    }
}
