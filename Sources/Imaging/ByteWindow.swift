/// A window on a source through which headers are walked: thousands of small reads cost one system call each 64 KiB.
struct ByteWindow {
    private static let byteCount = 64 << 10

    private let source: ByteSource
    private var start = 0
    private var bytes: [UInt8] = []

    init(_ source: ByteSource) { self.source = source }

    /// Returns the byte at `offset`; nil behind the end.
    mutating func byte(at offset: Int) throws(PictureError) -> UInt8? {
        if offset < start || offset >= start + bytes.count {
            bytes = try source.read(at: offset, count: Self.byteCount)
            start = offset
        }
        return bytes.isEmpty ? nil : bytes[offset - start]
    }

    /// Returns the big-endian number of two bytes at `offset`; nil where the source ends before.
    mutating func bigEndian16(at offset: Int) throws(PictureError) -> Int? {
        guard let high = try byte(at: offset), let low = try byte(at: offset + 1) else { return nil }
        return Int(high) << 8 | Int(low)
    }

    /// Returns `count` bytes at `offset`; fewer at the end of the source.
    mutating func read(at offset: Int, count: Int) throws(PictureError) -> [UInt8] {
        guard count > 0, count <= 4096, try byte(at: offset) != nil else {
            return try source.read(at: offset, count: count)
        }
        if offset + count > start + bytes.count {
            bytes = try source.read(at: offset, count: Self.byteCount)
            start = offset
        }
        return Array(bytes[(offset - start)..<min(bytes.count, offset - start + count)])
    }

    /// Returns the offset of the first byte from `offset` on, and before `end`, that fits; nil where there is none.
    mutating func firstOffset(
        from offset: Int, before end: Int, where fits: (UInt8) -> Bool
    ) throws(PictureError) -> Int? {
        var offset = offset
        while offset < end, try byte(at: offset) != nil {
            let last = min(end, start + bytes.count)
            if let place = bytes[(offset - start)..<(last - start)].firstIndex(where: fits) { return start + place }
            offset = last
        }
        return nil
    }
}
