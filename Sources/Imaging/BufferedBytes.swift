/// The bytes of a source one by one, read in pieces of 64 KiB.
struct BufferedBytes {
    private let source: ByteSource
    private var piece: [UInt8] = []
    private var index = 0
    private var offset: Int

    /// Begins at `offset`.
    init(_ source: ByteSource, from offset: Int) {
        self.source = source
        self.offset = offset
    }

    /// The offset of the next byte.
    var position: Int { offset - piece.count + index }

    /// Returns the next byte; nil at the end of the file.
    mutating func next() throws(PictureError) -> UInt8? {
        if index == piece.count {
            piece = try source.read(at: offset, count: 1 << 16)
            offset += piece.count
            index = 0
            if piece.isEmpty { return nil }
        }
        index += 1
        return piece[index - 1]
    }
}
