/// A decoder of a GIF's first frame, laid on its screen; decoded whole, since its rows may be interlaced.
///
/// A palette of greys makes a grey picture. Where the frame leaves pixels of the screen open, the picture has alpha.
final class GIFDecoder: StoredRows {
    let layout: StoredLayout
    let format: PixelFormat
    private let source: ByteSource
    private let structure: GIFStructure
    private let isGrey: Bool

    /// Opens a decoder; sides are the caller's to check against the limits.
    init(reading source: ByteSource, structure: GIFStructure) throws(PictureError) {
        self.source = source
        self.structure = structure
        let frame = structure.frame
        guard !frame.palette.isEmpty else {
            throw .damaged(layer: "GIF", found: "no palette", expected: "one of the screen or of the frame")
        }
        isGrey = frame.palette.allSatisfy { $0.x == $0.y && $0.y == $0.z }
        let fillsScreen = frame.width == structure.width && frame.height == structure.height
        format = PixelFormat(
            color: isGrey ? .grey : .rgb, hasAlpha: frame.transparent != nil || !fillsScreen)
        layout = StoredLayout(
            width: structure.width, height: structure.height, samplesPerPixel: format.channelCount, bytesPerSample: 1,
            picks: Array(0..<format.channelCount))
    }

    var isAllOrNothing: Bool { true }
    /// The indices of the frame.
    var libraryBytes: Int { structure.frame.width * structure.frame.height }

    func finish() -> [PictureNote] {
        structure.frameCount > 1 ? [.firstFrameOnly(frames: structure.frameCount)] : []
    }

    func read(_ count: Int, into rows: UnsafeMutableRawPointer, stride: Int) throws(PictureError) {
        let frame = structure.frame
        let indices = try self.indices()
        let channels = format.channelCount
        for y in 0..<count {
            (rows + y * stride).initializeMemory(as: UInt8.self, repeating: 0, count: layout.bytesPerRow)
        }
        for (stored, y) in Self.rowOrder(frame).enumerated() {
            let target = (rows + (frame.y + y) * stride).assumingMemoryBound(to: UInt8.self) + frame.x * channels
            for x in 0..<frame.width {
                let index = indices[stored * frame.width + x]
                let isTransparent = index == frame.transparent
                if isTransparent, Int(index) >= frame.palette.count { continue }
                guard Int(index) < frame.palette.count else {
                    throw .damaged(
                        layer: "GIF", found: "the colour \(index)",
                        expected: "0 to \(frame.palette.count - 1), the palette's")
                }
                let colour = frame.palette[Int(index)]
                let pixel = target + x * channels
                pixel[0] = colour.x
                if !isGrey { (pixel[1], pixel[2]) = (colour.y, colour.z) }
                if format.hasAlpha { pixel[channels - 1] = isTransparent ? 0 : 255 }
            }
        }
    }

    /// Returns the rows in the order in which they are stored: every eighth from 0 and from 4, every fourth from 2,
    /// every second from 1, where they are interlaced.
    private static func rowOrder(_ frame: GIFStructure.Frame) -> [Int] {
        guard frame.isInterlaced else { return Array(0..<frame.height) }
        return [(0, 8), (4, 8), (2, 4), (1, 2)].flatMap { Array(stride(from: $0.0, to: frame.height, by: $0.1)) }
    }

    // MARK: LZW

    /// Returns the frame's indices, decompressed by Lempel, Ziv and Welch's method with codes of up to 12 bits.
    private func indices() throws(PictureError) -> [UInt8] {
        let frame = structure.frame
        let wanted = frame.width * frame.height
        var indices: [UInt8] = []
        indices.reserveCapacity(wanted)
        var bits = BlockBits(source, from: frame.offset + 1)
        let size = Int(try source.read(at: frame.offset, count: 1).first ?? 0)
        func damaged(_ found: String, _ expected: String) -> PictureError {
            .damaged(
                layer: "GIF", found: "\(found) after \(indices.count / max(1, frame.width)) rows", expected: expected)
        }
        guard (1...8).contains(size) else { throw damaged("codes of \(size) bits", "1 to 8 bits") }
        let (clear, end) = (1 << size, 1 << size + 1)
        // Each code's last index, the code before it, its length, and its first index.
        var prefixes = [Int](repeating: -1, count: 4096)
        var lasts = [UInt8](repeating: 0, count: 4096)
        var lengths = [Int](repeating: 1, count: 4096)
        var firsts = [UInt8](repeating: 0, count: 4096)
        for code in 0..<clear { (lasts[code], firsts[code]) = (UInt8(code), UInt8(code)) }
        var next = end + 1
        var width = size + 1
        var previous = -1
        while indices.count < wanted {
            guard let code = try bits.next(width) else {
                throw damaged("the end of the data", "\(frame.height) rows of \(frame.width) pixels")
            }
            if code == clear {
                (next, width, previous) = (end + 1, size + 1, -1)
                continue
            }
            if code == end { throw damaged("the end code", "\(frame.height) rows of \(frame.width) pixels") }
            guard code < next || code == next && previous >= 0, previous >= 0 || code < clear else {
                throw damaged("the code \(code)", "one below \(next)")
            }
            if previous >= 0, next < 4096 {
                prefixes[next] = previous
                lasts[next] = code == next ? firsts[previous] : firsts[code]
                lengths[next] = lengths[previous] + 1
                firsts[next] = firsts[previous]
                next += 1
                if next == 1 << width, width < 12 { width += 1 }
            }
            // A code's indices come last first.
            let count = lengths[code]
            var place = indices.count + count - 1
            indices.append(contentsOf: repeatElement(0, count: count))
            var walk = code
            while walk >= 0, place >= 0 {
                indices[place] = lasts[walk]
                walk = prefixes[walk]
                place -= 1
            }
            previous = code
        }
        return indices
    }
}

/// Numbers of some bits, the lowest first, in blocks of up to 255 bytes.
private struct BlockBits {
    private var bytes: BufferedBytes
    private var left = 0
    private var bits: UInt32 = 0
    private var count = 0

    init(_ source: ByteSource, from offset: Int) { bytes = BufferedBytes(source, from: offset) }

    /// Returns the next number of `width` bits; nil at the end.
    mutating func next(_ width: Int) throws(PictureError) -> Int? {
        while count < width {
            if left == 0 {
                guard let block = try bytes.next(), block > 0 else { return nil }
                left = Int(block)
            }
            guard let byte = try bytes.next() else { return nil }
            left -= 1
            bits |= UInt32(byte) << UInt32(count)
            count += 8
        }
        let value = Int(bits & (1 << UInt32(width) - 1))
        bits >>= UInt32(width)
        count -= width
        return value
    }
}
