/// A decoder of the rows of a BMP.
///
/// A palette of greys makes a grey picture. Runs are decoded whole, since their rows begin at the bottom.
final class BMPDecoder: StoredRows {
    let layout: StoredLayout
    let format: PixelFormat
    private let source: ByteSource
    private let header: BMPHeader
    private let isGrey: Bool
    private var next = 0
    /// The indices of a picture in runs, rows from the top.
    private var indices: [UInt8] = []

    /// Opens a decoder; sides are the caller's to check against the limits.
    init(reading source: ByteSource, header: BMPHeader) {
        self.source = source
        self.header = header
        isGrey = !header.palette.isEmpty && header.palette.allSatisfy { $0.x == $0.y && $0.y == $0.z }
        format = PixelFormat(color: isGrey ? .grey : .rgb, hasAlpha: header.hasAlpha)
        layout = StoredLayout(
            width: header.width, height: header.height, samplesPerPixel: format.channelCount, bytesPerSample: 1,
            picks: Array(0..<format.channelCount))
    }

    private var isInRuns: Bool { if case .runs = header.pixels { true } else { false } }
    var isAllOrNothing: Bool { isInRuns }
    var libraryBytes: Int { isInRuns ? header.width * header.height : 0 }

    func finish() -> [PictureNote] { [] }

    func read(_ count: Int, into rows: UnsafeMutableRawPointer, stride: Int) throws(PictureError) {
        if case .runs(let bits) = header.pixels, next == 0 { indices = try runs(bits: bits) }
        for index in 0..<count {
            let target = (rows + index * stride).assumingMemoryBound(to: UInt8.self)
            if isInRuns {
                for x in 0..<header.width { try put(indices[next * header.width + x], at: x, of: target) }
            } else {
                try unpack(try row(header.isTopDown ? next : header.height - 1 - next), to: target)
            }
            next += 1
        }
    }

    /// Returns the bytes of a stored row.
    private func row(_ index: Int) throws(PictureError) -> [UInt8] {
        let bytes = try source.read(at: header.offset + index * header.bytesPerRow, count: header.bytesPerRow)
        guard bytes.count == header.bytesPerRow else {
            throw .damaged(
                layer: "BMP", found: "the end of the file at byte \(source.count)",
                expected: "\(header.height) rows of \(header.bytesPerRow) bytes from byte \(header.offset) on")
        }
        return bytes
    }

    private func put(_ index: UInt8, at x: Int, of target: UnsafeMutablePointer<UInt8>) throws(PictureError) {
        guard Int(index) < header.palette.count else {
            throw .damaged(
                layer: "BMP", found: "the colour \(index)", expected: "0 to \(header.palette.count - 1), the palette's")
        }
        let colour = header.palette[Int(index)]
        if isGrey {
            target[x] = colour.x
        } else {
            (target[3 * x], target[3 * x + 1], target[3 * x + 2]) = (colour.x, colour.y, colour.z)
        }
    }

    private func unpack(_ bytes: [UInt8], to target: UnsafeMutablePointer<UInt8>) throws(PictureError) {
        switch header.pixels {
        case .indices(let bits):
            let inByte = 8 / bits
            for x in 0..<header.width {
                let shift = UInt8(8 - bits * (x % inByte + 1))
                try put(bytes[x / inByte] >> shift & UInt8(1 << bits - 1), at: x, of: target)
            }
        case .bytes:
            for x in 0..<header.width {
                for c in 0..<3 { target[3 * x + c] = bytes[3 * x + 2 - c] }
            }
        case .masked(let bits):
            let channels = format.channelCount
            for x in 0..<header.width {
                let value = UInt32(bits == 16 ? bytes.littleEndian16(at: 2 * x) : bytes.littleEndian32(at: 4 * x))
                for c in 0..<channels { target[channels * x + c] = Self.sample(value, header.masks[c]) }
            }
        case .runs: break
        }
    }

    /// Returns the bits under a mask, scaled to 8 bits and rounded.
    private static func sample(_ value: UInt32, _ mask: UInt32) -> UInt8 {
        let shift = UInt32(mask.trailingZeroBitCount)
        let (found, most) = (UInt64(value & mask) >> UInt64(shift), UInt64(mask >> shift))
        return UInt8((found * 510 + most) / (2 * most))
    }

    // MARK: Runs

    /// Decodes runs of indices: a count and an index (two of 4 bits in turns), or 0 and what follows: 0 the line's end,
    /// 1 the picture's, 2 a step to the right and up, more as many indices, padded to pairs of bytes. What no run covers
    /// has index 0.
    private func runs(bits: Int) throws(PictureError) -> [UInt8] {
        let (width, height) = (header.width, header.height)
        var indices = [UInt8](repeating: 0, count: width * height)
        var reader = BufferedBytes(source, from: header.offset)
        var (x, y) = (0, 0)
        func put(_ index: UInt8) {
            if x < width, y < height { indices[(height - 1 - y) * width + x] = index }
            x += 1
        }
        func pair() throws(PictureError) -> (UInt8, UInt8) {
            guard let first = try reader.next(), let second = try reader.next() else {
                throw .damaged(
                    layer: "BMP", found: "the end of the file at byte \(source.count) in row \(y) from the bottom",
                    expected: "the runs of \(height) rows")
            }
            return (first, second)
        }
        while y < height {
            let (count, value) = try pair()
            if count > 0 {
                for i in 0..<Int(count) { put(bits == 8 ? value : i % 2 == 0 ? value >> 4 : value & 15) }
                continue
            }
            switch value {
            case 0: (x, y) = (0, y + 1)
            case 1: return indices
            case 2:
                let (right, up) = try pair()
                (x, y) = (x + Int(right), y + Int(up))
            default:
                var left = Int(value)
                while left > 0 {
                    let (first, second) = try pair()
                    for byte in [first, second] {
                        for index in bits == 8 ? [byte] : [byte >> 4, byte & 15] where left > 0 {
                            put(index)
                            left -= 1
                        }
                    }
                }
            }
        }
        return indices
    }
}
