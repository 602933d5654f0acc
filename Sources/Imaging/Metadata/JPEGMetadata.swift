/// The conversion of metadata from and to JPEG's marker segments.
enum JPEGMetadata {
    private static let exifLabel = Array("Exif\0\0".utf8)
    private static let xmpLabel = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
    private static let iccLabel = Array("ICC_PROFILE\0".utf8)

    static func read(_ structure: JPEGStructure, notes: inout [PictureNote]) -> Metadata {
        if structure.hasFurtherPictures {
            notes.append(.dropped("further pictures of the file", reason: "only the first is read"))
        }
        return Metadata(
            exif: structure.exif, icc: profile(from: structure.iccParts, notes: &notes), xmp: structure.xmp,
            iptc: IPTCRecord.record(in: structure.resources), density: structure.density,
            texts: structure.comments.map { MetadataText(kind: .comment, bytes: $0) })
    }

    /// Puts a profile's parts together, whatever their order.
    static func profile(
        from parts: [(number: Int, of: Int, bytes: [UInt8])], notes: inout [PictureNote]
    ) -> [UInt8]? {
        guard let count = parts.first?.of else { return nil }
        let sorted = parts.sorted { $0.number < $1.number }
        guard sorted.map(\.number) == Array(1...max(1, count)), parts.allSatisfy({ $0.of == count }) else {
            let found = sorted.map { "\($0.number)" }.joined(separator: ", ")
            notes.append(.dropped("ICC profile", reason: "found the parts \(found), expected 1 to \(count)"))
            return nil
        }
        return sorted.flatMap(\.bytes)
    }

    /// Returns the segments for a picture; the density goes into JFIF.
    static func segments(
        for metadata: Metadata, notes: inout [PictureNote]
    ) -> [(marker: UInt8, bytes: [UInt8])] {
        var segments: [(marker: UInt8, bytes: [UInt8])] = []
        func add(_ name: String, _ label: [UInt8], _ bytes: [UInt8]?, marker: UInt8 = 0xE1) {
            guard let bytes else { return }
            if label.count + bytes.count <= JPEGEncoder.maximumSegmentBytes {
                segments.append((marker, label + bytes))
            } else {
                let most = JPEGEncoder.maximumSegmentBytes - label.count
                notes.append(.dropped(name, reason: "it has \(bytes.count) bytes, JPEG holds \(most)"))
            }
        }
        add("EXIF", exifLabel, metadata.exif)
        add("XMP", xmpLabel, metadata.xmp)
        if let icc = metadata.icc {
            let most = JPEGEncoder.maximumSegmentBytes - iccLabel.count - 2
            let count = (icc.count + most - 1) / most
            if count <= 255 {
                for i in 0..<count {
                    let part = icc[(i * most)..<min(icc.count, (i + 1) * most)]
                    segments.append((0xE2, iccLabel + [UInt8(i + 1), UInt8(count)] + part))
                }
            } else {
                notes.append(.dropped("ICC profile", reason: "it has \(icc.count) bytes, JPEG holds \(255 * most)"))
            }
        }
        add("IPTC", IPTCRecord.jpegLabel, metadata.iptc.map(IPTCRecord.resources), marker: 0xED)
        for text in metadata.texts where text.kind == .comment { add("comment", [], text.bytes, marker: 0xFE) }
        return segments
    }
}
