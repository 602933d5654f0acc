/// The parts of a GIF, as its standard of 1989 has them: the screen, the first frame, and how many there are.
struct GIFStructure {
    /// The first frame.
    struct Frame {
        /// The place of its top left pixel on the screen.
        var x: Int
        var y: Int
        var width: Int
        var height: Int
        var isInterlaced: Bool
        var palette: [SIMD3<UInt8>]
        /// The index that lets the ground be seen; nil where none does.
        var transparent: UInt8?
        /// The offset of the first code's size.
        var offset: Int
    }

    let width: Int
    let height: Int
    let frame: Frame
    let frameCount: Int
    let profile: [UInt8]?
    let xmp: [UInt8]?

    init(reading source: ByteSource) throws(PictureError) {
        var reader = BufferedBytes(source, from: 0)
        func byte() throws(PictureError) -> Int {
            guard let byte = try reader.next() else { throw Self.cut(source) }
            return Int(byte)
        }
        func number() throws(PictureError) -> Int { try byte() | byte() << 8 }
        func palette(_ flags: Int) throws(PictureError) -> [SIMD3<UInt8>] {
            guard flags & 0x80 != 0 else { return [] }
            var colours: [SIMD3<UInt8>] = []
            for _ in 0..<2 << (flags & 7) {
                colours.append(SIMD3(UInt8(try byte()), UInt8(try byte()), UInt8(try byte())))
            }
            return colours
        }
        for _ in 0..<6 { _ = try byte() }
        let screen = (width: try number(), height: try number())
        let flags = try byte()
        _ = (try byte(), try byte())
        let global = try palette(flags)
        var first: Frame?
        var frames = 0
        var transparent: UInt8?
        var (profile, xmp): ([UInt8]?, [UInt8]?)
        // After the first frame the rest is only counted, and a file that is cut there is whole enough.
        scan: while let introducer = try reader.next() {
            switch introducer {
            case 0x3B: break scan
            case 0x21:
                guard let label = try reader.next() else { break scan }
                let content = try Self.blocks(&reader, from: source, limit: 16 << 20)
                if label == 0xF9, let content, content.plain.count >= 4 {
                    transparent = content.plain[0] & 1 == 1 ? content.plain[3] : nil
                } else if label == 0xFF, let content {
                    if content.plain.starts(with: Array("ICCRGBG1012".utf8)) {
                        profile = Array(content.plain.dropFirst(11))
                    }
                    // XMP lies there as it is, with a trailer of 258 bytes that ends any reader of blocks.
                    let label = [11] + Array("XMP DataXMP".utf8)
                    if content.raw.starts(with: label), content.raw.count > label.count + 258 {
                        xmp = Array(content.raw.dropFirst(label.count).dropLast(258))
                    }
                }
            case 0x2C:
                let isFirst = first == nil
                do {
                    let place = (x: try number(), y: try number(), width: try number(), height: try number())
                    let flags = try byte()
                    let own = try palette(flags)
                    if isFirst {
                        first = Frame(
                            x: place.x, y: place.y, width: place.width, height: place.height,
                            isInterlaced: flags & 0x40 != 0, palette: own.isEmpty ? global : own,
                            transparent: transparent, offset: reader.position)
                    }
                    _ = try byte()
                    _ = try Self.blocks(&reader, from: source, limit: 0)
                } catch  where !isFirst { break scan }
                frames += 1
                transparent = nil
            default:
                guard first != nil else {
                    throw .damaged(
                        layer: "GIF", found: "the byte \(PictureError.hexadecimal([introducer]))",
                        expected: "an extension or a frame at byte \(reader.position - 1)")
                }
                break scan
            }
        }
        guard let first, first.width > 0, first.height > 0 else { throw Self.cut(source) }
        frame = first
        frameCount = frames
        // Some programs leave the screen empty, or smaller than its frame.
        width = max(screen.width, first.x + first.width)
        height = max(screen.height, first.y + first.height)
        (self.profile, self.xmp) = (profile, xmp)
    }

    private static func cut(_ source: ByteSource) -> PictureError {
        .damaged(layer: "GIF", found: "the end of the file at byte \(source.count)", expected: "a frame")
    }

    /// Reads blocks of up to 255 bytes up to the empty one.
    ///
    /// - Returns: their contents, and the same with the counts; nil where there is more than `limit`.
    private static func blocks(
        _ reader: inout BufferedBytes, from source: ByteSource, limit: Int
    ) throws(PictureError) -> (plain: [UInt8], raw: [UInt8])? {
        var (plain, raw): ([UInt8], [UInt8]) = ([], [])
        while let count = try reader.next() {
            if count == 0 { return raw.count > limit || limit == 0 ? nil : (plain, raw + [0]) }
            if raw.count <= limit { raw.append(count) }
            for _ in 0..<count {
                guard let byte = try reader.next() else { throw cut(source) }
                if raw.count <= limit {
                    raw.append(byte)
                    plain.append(byte)
                }
            }
        }
        throw cut(source)
    }
}
