/// The conversion of metadata from and to JPEG's marker segments.
enum JPEGMetadata {
    private static let exifLabel = Array("Exif\0\0".utf8)
    private static let xmpLabel = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
    private static let iccLabel = Array("ICC_PROFILE\0".utf8)

    /// Returns what the labels say; of what they promise beside the picture notes tell that it is left out.
    static func read(_ labels: JPEGLabels, notes: inout [PictureNote]) -> Metadata {
        notes += XMPPromise.allCases.filter(labels.promises.contains).map(\.note) + labels.notes
        return Metadata(
            exif: labels.exif, icc: ICCProfile.joined(labels.iccParts, notes: &notes),
            xmp: ExtendedXMP.joined(labels.xmp, with: labels.extendedXMP, notes: &notes),
            iptc: IPTCRecord.record(in: labels.resources), density: labels.density,
            texts: labels.comments.map { MetadataText(kind: .comment, bytes: $0) })
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
        if let xmp = metadata.xmp, xmpLabel.count + xmp.count > JPEGEncoder.maximumSegmentBytes,
            let (packet, parts) = ExtendedXMP.split(
                xmp, partBytes: JPEGEncoder.maximumSegmentBytes - ExtendedXMP.label.count)
        {
            add("XMP", xmpLabel, packet)
            for part in parts { add("XMP", ExtendedXMP.label, part) }
        } else {
            add("XMP", xmpLabel, metadata.xmp)
        }
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
