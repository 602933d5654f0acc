/// The chunks of a WebP, as its container specification has them: a still picture, or the first frame of an animation.
struct WebPStructure {
    let width: Int
    let height: Int
    let hasAlpha: Bool
    /// True where the picture is stored without loss.
    let isLossless: Bool
    let icc: [UInt8]?
    let exif: [UInt8]?
    let xmp: [UInt8]?
    /// The number of frames, 1 for a still picture.
    let frameCount: Int
    /// The bytes that libwebp gets: the whole file, or a still one made of the first frame.
    let coded: Range<Int>
    /// True where `coded` lies in an animation, and needs the head of a file.
    let isFrame: Bool

    private struct Chunk {
        var type: String
        var content: Range<Int>
    }

    /// Reads the chunks; those of metadata of more than `limit` bytes are left out.
    init(reading source: ByteSource, limit: Int) throws(PictureError) {
        let head = try source.read(at: 0, count: 12)
        // The size that is told leaves what follows out: programs append to files.
        let end = min(source.count, head.count == 12 ? 8 + head.littleEndian32(at: 4) : 0)
        let chunks = try Self.chunks(of: source, in: 12..<max(12, end))
        func content(_ type: String) throws(PictureError) -> [UInt8]? {
            guard let chunk = chunks.first(where: { $0.type == type }), chunk.content.count <= limit
            else { return nil }
            return try source.read(at: chunk.content.lowerBound, count: chunk.content.count)
        }
        guard let first = chunks.first else {
            throw .damaged(layer: "WebP", found: "\(source.count) bytes", expected: "a chunk at byte 12")
        }
        icc = try content("ICCP")
        exif = try content("EXIF").map { $0.starts(with: Array("Exif\0\0".utf8)) ? Array($0.dropFirst(6)) : $0 }
        xmp = try content("XMP ")
        let frames = chunks.filter { $0.type == "ANMF" }
        frameCount = max(1, frames.count)
        isFrame = !frames.isEmpty
        var inner = chunks
        if let frame = frames.first {
            guard frame.content.count >= 16 else {
                throw .damaged(
                    layer: "WebP animation", found: "a frame of \(frame.content.count) bytes", expected: "16 and more")
            }
            inner = try Self.chunks(of: source, in: frame.content.lowerBound + 16..<frame.content.upperBound)
            coded = frame.content.lowerBound + 16..<frame.content.upperBound
        } else {
            coded = 0..<end
        }
        guard let picture = inner.first(where: { $0.type == "VP8 " || $0.type == "VP8L" }) else {
            throw .damaged(
                layer: "WebP", found: "the chunk \(PictureError.quoted(first.type))", expected: "VP8, VP8L or VP8X")
        }
        isLossless = picture.type == "VP8L"
        let bytes = try source.read(at: picture.content.lowerBound, count: 10)
        guard bytes.count == 10 else {
            throw .damaged(layer: "WebP", found: "\(bytes.count) bytes of a picture", expected: "10 and more")
        }
        if isLossless {
            let bits = bytes.littleEndian32(at: 1)
            guard bytes[0] == 0x2F else {
                throw .damaged(layer: "WebP VP8L", found: PictureError.hexadecimal([bytes[0]]), expected: "2f")
            }
            (width, height) = (bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
            hasAlpha = bits >> 28 & 1 == 1
        } else {
            guard Array(bytes[3..<6]) == [0x9D, 0x01, 0x2A] else {
                throw .damaged(
                    layer: "WebP VP8", found: PictureError.hexadecimal(Array(bytes[3..<6])), expected: "9d 01 2a")
            }
            (width, height) = (bytes.littleEndian16(at: 6) & 0x3FFF, bytes.littleEndian16(at: 8) & 0x3FFF)
            hasAlpha = inner.contains { $0.type == "ALPH" }
        }
        if isFrame { try checkFrame(frames[0], in: source, canvas: try content("VP8X")) }
    }

    /// Returns the chunks in a part of the file; the last one may be cut.
    private static func chunks(of source: ByteSource, in range: Range<Int>) throws(PictureError) -> [Chunk] {
        var chunks: [Chunk] = []
        var offset = range.lowerBound
        while offset + 8 <= range.upperBound {
            let head = try source.read(at: offset, count: 8)
            guard head.count == 8 else { break }
            let count = head.littleEndian32(at: 4)
            let end = min(range.upperBound, offset + 8 + count)
            chunks.append(
                Chunk(type: String(decoding: head[..<4], as: UTF8.self), content: offset + 8..<max(offset + 8, end)))
            offset += 8 + count + count % 2
        }
        return chunks
    }

    /// Checks that an animation's first frame is its whole picture.
    private func checkFrame(_ frame: Chunk, in source: ByteSource, canvas: [UInt8]?) throws(PictureError) {
        let place = try source.read(at: frame.content.lowerBound, count: 6)
        guard let canvas, canvas.count >= 10, place.count == 6 else { return }
        func number(_ bytes: [UInt8], _ offset: Int) -> Int {
            bytes.littleEndian16(at: offset) | Int(bytes[offset + 2]) << 16
        }
        let (canvasWidth, canvasHeight) = (number(canvas, 4) + 1, number(canvas, 7) + 1)
        guard place.allSatisfy({ $0 == 0 }), canvasWidth == width, canvasHeight == height else {
            throw .unsupported(
                layer: "WebP animation", found: "a first frame of \(width) x \(height) pixels",
                expected: "one that fills the \(canvasWidth) x \(canvasHeight) of the picture")
        }
    }

    /// Returns the bytes for libwebp.
    func file(in source: ByteSource) throws(PictureError) -> [UInt8] {
        let bytes = try source.read(at: coded.lowerBound, count: coded.count)
        guard isFrame else { return bytes }
        // A frame's chunks are those of a file, but that ALPH wants an extended header before it.
        return Self.file(of: bytes, width: width, height: height, hasAlpha: hasAlpha && !isLossless)
    }

    /// Returns a file of chunks; with alpha beside the picture, or metadata, it has an extended header.
    static func file(
        of chunks: [UInt8], width: Int, height: Int, hasAlpha: Bool, icc: [UInt8]? = nil, exif: [UInt8]? = nil,
        xmp: [UInt8]? = nil
    ) -> [UInt8] {
        var content = Array("WEBP".utf8)
        if hasAlpha || icc != nil || exif != nil || xmp != nil {
            let flags =
                (icc == nil ? 0 : 0x20) | (hasAlpha ? 0x10 : 0) | (exif == nil ? 0 : 0x08) | (xmp == nil ? 0 : 0x04)
            func three(_ value: Int) -> [UInt8] { (0..<3).map { UInt8(value >> (8 * $0) & 0xFF) } }
            content += chunk("VP8X", [UInt8(flags), 0, 0, 0] + three(width - 1) + three(height - 1))
        }
        if let icc { content += chunk("ICCP", icc) }
        content += chunks
        if let exif { content += chunk("EXIF", exif) }
        if let xmp { content += chunk("XMP ", xmp) }
        return chunk("RIFF", content)
    }

    private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let count = (0..<4).map { UInt8(content.count >> (8 * $0) & 0xFF) }
        return Array(type.utf8) + count + content + (content.count % 2 == 1 ? [0] : [])
    }

    /// Returns the picture's chunks of a file that libwebp wrote, without its headers.
    static func pictureChunks(of file: [UInt8]) throws(PictureError) -> [UInt8] {
        try chunks(of: ByteSource(bytes: file), in: 12..<max(12, file.count))
            .filter { ["VP8 ", "VP8L", "ALPH"].contains($0.type) }
            .flatMap { chunk($0.type, Array(file[$0.content])) }
    }
}
