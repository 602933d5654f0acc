import CCodecs

/// The conversion of metadata from and to PNG's chunks.
enum PNGMetadata {
    private static let read: Set = [
        "eXIf", "iCCP", "iTXt", "pHYs", "gAMA", "cHRM", "sRGB", "cICP", "mDCV", "cLLI", "mDCv", "cLLi", "acTL", "tEXt",
        "zTXt", "caBX",
    ]
    /// Chunks that are left out without a word: they say how the original was made or is best shown, or belong to the
    /// pixels.
    private static let passedOver: Set = [
        "PLTE", "tRNS", "bKGD", "hIST", "sBIT", "sPLT", "tIME", "iDOT", "fcTL", "fdAT",
    ]
    private static let xmpKeyword = "XML:com.adobe.xmp"

    /// Reads the chunks that are known. An ancillary one whose check sum is wrong is left out with a note, which is
    /// libpng's rule, and one that nobody knows too.
    ///
    /// - Throws: where the palette is damaged, or the file cannot be read.
    static func read(
        _ structure: PNGStructure, from source: ByteSource, allowance: MetadataAllowance, notes: inout [PictureNote]
    ) throws(PictureError) -> Metadata {
        var reading = PNGMetadataReading(allowance: allowance)
        for chunk in structure.chunks {
            do {
                try PNGStructure.checkSum(of: chunk, in: source)
            } catch .damaged(_, let found, let expected) where chunk.isAncillary {
                reading.note("PNG \(chunk.type)", "found \(found), expected \(expected)")
                continue
            }
            guard read.contains(chunk.type) else {
                if !passedOver.contains(chunk.type) { reading.note("PNG \(chunk.type)", "it is not known here") }
                continue
            }
            guard reading.allowance.take(chunk.count) else {
                reading.note("PNG \(chunk.type)", "the file's metadata is longer than the memory allows")
                continue
            }
            reading.read(try source.read(at: chunk.offset, count: chunk.count), type: chunk.type)
        }
        notes += reading.notes
        return reading.result(notes: &notes)
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
        if let mdcv = metadata.pngColour?.mDCV { chunks.append(("mDCV", mdcv)) }
        if let clli = metadata.pngColour?.cLLI { chunks.append(("cLLI", clli)) }
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
