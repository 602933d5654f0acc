import CCodecs

/// The conversion of metadata from and to PNG's chunks.
enum PNGMetadata {
    /// The longest profile or packet in bytes that is read; a longer one would be an attack on memory.
    static let maximumBytes = 64 << 20
    private static let read: Set = [
        "eXIf", "iCCP", "iTXt", "pHYs", "gAMA", "cHRM", "sRGB", "cICP", "acTL", "tEXt", "zTXt",
    ]
    private static let xmpKeyword = "XML:com.adobe.xmp"

    /// Chunks that say something beside the pixels: damage in one of them is no reason to lose a picture.
    private static let harmless: Set = [
        "eXIf", "iCCP", "iTXt", "pHYs", "gAMA", "cHRM", "sRGB", "acTL", "bKGD", "hIST", "oFFs", "pCAL", "sBIT", "sCAL",
        "sPLT", "sTER", "tEXt", "tIME", "zTXt", "fcTL", "fdAT",
    ]

    /// Reads the chunks that are known. One that is damaged is left out with a note.
    ///
    /// - Throws: where the transparency is damaged, or a chunk that nobody knows: it may have been an important one.
    static func read(
        _ structure: PNGStructure, from source: ByteSource, notes: inout [PictureNote]
    ) throws(PictureError) -> Metadata {
        var metadata = Metadata()
        var colour = PNGColour()
        for chunk in structure.chunks {
            do {
                try PNGStructure.checkSum(of: chunk, in: source)
            } catch .damaged(_, let found, let expected) where harmless.contains(chunk.type) {
                // A file may have thousands of them; what was wrong with the first ones is enough.
                guard notes.count < 20 else { continue }
                notes.append(.dropped("PNG \(chunk.type)", reason: "found \(found), expected \(expected)"))
                continue
            }
            guard read.contains(chunk.type) else { continue }
            guard chunk.count <= maximumBytes else {
                notes.append(.dropped("PNG \(chunk.type)", reason: "it has \(chunk.count) bytes"))
                continue
            }
            let bytes = try source.read(at: chunk.offset, count: chunk.count)
            switch chunk.type {
            case "eXIf": if metadata.exif == nil { metadata.exif = withoutLabel(bytes) }
            case "iCCP":
                if metadata.icc == nil { metadata.icc = profile(in: bytes, notes: &notes) }
            case "iTXt" where bytes.starts(with: Array(xmpKeyword.utf8) + [0]):
                if metadata.xmp == nil { metadata.xmp = xmp(in: bytes, notes: &notes) }
            case "iTXt", "tEXt", "zTXt":
                readText(bytes, type: chunk.type, into: &metadata, notes: &notes)
            case "pHYs":
                guard bytes.count == 9, bytes[8] <= 1 else { continue }
                let x = bytes.bigEndian32(at: 0)
                let y = bytes.bigEndian32(at: 4)
                guard x > 0, y > 0, bytes[8] == 1 || x != y else { continue }
                metadata.density = PixelDensity(x: x, y: y, unit: bytes[8] == 1 ? .metre : .aspect)
            case "gAMA": if bytes.count == 4 { colour.gAMA = bytes }
            case "cHRM": if bytes.count == 32 { colour.cHRM = bytes }
            case "sRGB": if bytes.count == 1, bytes[0] <= 3 { colour.sRGB = bytes }
            case "cICP": if bytes.count == 4 { colour.cICP = bytes }
            default:  // acTL
                if bytes.count == 8 { notes.append(.firstFrameOnly(frames: bytes.bigEndian32(at: 0))) }
            }
        }
        if colour != PNGColour() { metadata.pngColour = colour }
        return metadata
    }

    /// Returns the block without the label of JPEG, which some programs put before it.
    private static func withoutLabel(_ exif: [UInt8]) -> [UInt8] {
        exif.starts(with: "Exif\0\0".utf8) ? Array(exif.dropFirst(6)) : exif
    }

    private static func profile(in bytes: [UInt8], notes: inout [PictureNote]) -> [UInt8]? {
        // Name, zero, method 0, deflated profile.
        if let end = bytes.firstIndex(of: 0), end + 2 < bytes.count, bytes[end + 1] == 0,
            let profile = inflated(Array(bytes[(end + 2)...]))
        {
            return profile
        }
        notes.append(.dropped("ICC profile", reason: "its compressed data is damaged"))
        return nil
    }

    /// Reads a text that is no packet of XMP: IPTC in disguise, or one to carry on.
    private static func readText(
        _ bytes: [UInt8], type: String, into metadata: inout Metadata, notes: inout [PictureNote]
    ) {
        guard let end = bytes.firstIndex(of: 0), let kind = MetadataText.Kind(rawValue: type) else { return }
        let keyword = String(decoding: bytes[..<end], as: UTF8.self)
        switch keyword {
        case "Software": return  // of the program that wrote the original; ours takes its place
        case IPTCRecord.pngKeyword:
            let content = Array(bytes[(end + 1)...])
            let text = kind == .compressed ? content.first == 0 ? inflated(Array(content.dropFirst())) : nil : content
            metadata.iptc = text.flatMap(IPTCRecord.record(inText:))
            if metadata.iptc == nil { notes.append(.dropped("IPTC", reason: "its text is damaged")) }
        case "Raw profile type exif", "Raw profile type APP1", "Raw profile type xmp", "Raw profile type icm",
            "Raw profile type icc":
            // Copies made by other programs, which would contradict what is written.
            notes.append(.dropped("PNG \(type) \(keyword)", reason: "an old copy of other metadata"))
        default:
            // Many texts are an attack, or somebody's log.
            if metadata.texts.count < 100 { metadata.texts.append(MetadataText(kind: kind, bytes: bytes)) }
        }
    }

    private static func xmp(in bytes: [UInt8], notes: inout [PictureNote]) -> [UInt8]? {
        // Keyword, zero, whether compressed, method, language, zero, translated keyword, zero, text.
        let keyword = Array(xmpKeyword.utf8) + [0]
        guard bytes.starts(with: keyword) else { return nil }
        let flags = keyword.count
        guard flags + 2 <= bytes.count,
            let language = bytes[(flags + 2)...].firstIndex(of: 0),
            let translated = bytes[(language + 1)...].firstIndex(of: 0)
        else {
            notes.append(.dropped("XMP", reason: "its chunk ends early"))
            return nil
        }
        let text = Array(bytes[(translated + 1)...])
        guard bytes[flags] == 1 else { return text }
        if let text = inflated(text) { return text }
        notes.append(.dropped("XMP", reason: "its compressed data is damaged"))
        return nil
    }

    static func inflated(_ bytes: [UInt8]) -> [UInt8]? {
        var count = 0
        guard let memory = codec_inflate(bytes, bytes.count, maximumBytes, &count) else { return nil }
        defer { codec_free(memory) }
        return Array(UnsafeBufferPointer(start: memory, count: count))
    }

    private static func deflated(_ bytes: [UInt8]) -> [UInt8]? {
        var count = 0
        guard let memory = codec_deflate(bytes, bytes.count, &count) else { return nil }
        defer { codec_free(memory) }
        return Array(UnsafeBufferPointer(start: memory, count: count))
    }

    /// Returns the chunks for a picture, in an order that the standard allows. `software` becomes a text where EXIF
    /// does not say it.
    static func chunks(for metadata: Metadata, software: String?) -> [(type: String, bytes: [UInt8])] {
        var chunks: [(type: String, bytes: [UInt8])] = []
        if let cicp = metadata.pngColour?.cICP { chunks.append(("cICP", cicp)) }
        if let chrm = metadata.pngColour?.cHRM { chunks.append(("cHRM", chrm)) }
        if let gama = metadata.pngColour?.gAMA { chunks.append(("gAMA", gama)) }
        if let icc = metadata.icc, let data = deflated(icc) {
            chunks.append(("iCCP", Array("ICC profile".utf8) + [0, 0] + data))
        } else if let srgb = metadata.pngColour?.sRGB {
            chunks.append(("sRGB", srgb))
        }
        if let density = metadata.density?.perMetre {
            let unit: UInt8 = density.unit == .metre ? 1 : 0
            chunks.append(("pHYs", bigEndian(density.x) + bigEndian(density.y) + [unit]))
        }
        if let exif = metadata.exif {
            chunks.append(("eXIf", exif))
        } else if let software {
            // tEXt is Latin-1; what is not becomes a question mark.
            let text = software.unicodeScalars.map { $0.value < 256 ? UInt8($0.value) : 0x3F }
            chunks.append(("tEXt", Array("Software".utf8) + [0] + text))
        }
        if let xmp = metadata.xmp {
            chunks.append(("iTXt", Array(xmpKeyword.utf8) + [0, 0, 0, 0, 0] + xmp))
        }
        if let iptc = metadata.iptc, let text = deflated(IPTCRecord.text(for: iptc)) {
            chunks.append(("zTXt", Array(IPTCRecord.pngKeyword.utf8) + [0, 0] + text))
        }
        for text in metadata.texts where text.kind != .comment { chunks.append((text.kind.rawValue, text.bytes)) }
        return chunks
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
}
