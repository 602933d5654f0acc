/// IPTC-IIM records (captions, credits, places of press photographs) in the wrappings that files have for them.
///
/// JPEG: resource 0x0404 of Photoshop's image resources in APP13; the other resources (a thumbnail, a resolution that
/// would contradict JFIF's) are left behind. PNG has no chunk for them: ImageMagick's and exiftool's way is a
/// compressed text "Raw profile type iptc" of hexadecimal digits.
enum IPTCRecord {
    static let jpegLabel = Array("Photoshop 3.0\0".utf8)
    static let pngKeyword = "Raw profile type iptc"

    /// The signatures of resources: Photoshop's own first, then those of programs that put theirs among them.
    private static let signatures = ["8BIM", "8B64", "PHUT", "DCSR", "AgHg", "MeSa"].map { Array($0.utf8) }

    /// Returns the records among image resources, nil where there are none or the resources are damaged.
    static func record(in resources: [UInt8]) -> [UInt8]? {
        var offset = 0
        // Signature, number, name (counted, padded to even), size, data (padded to even).
        while offset + 12 <= resources.count {
            guard let signature = signatures.firstIndex(where: { resources[offset...].starts(with: $0) }) else {
                return nil
            }
            let number = resources.bigEndian16(at: offset + 4)
            let nameBytes = (Int(resources[offset + 6]) + 2) / 2 * 2
            let sizeAt = offset + 6 + nameBytes
            guard sizeAt + 4 <= resources.count else { return nil }
            let size = resources.bigEndian32(at: sizeAt)
            guard size <= resources.count - sizeAt - 4 else { return nil }
            if number == 0x0404, signature < 2 { return Array(resources[(sizeAt + 4)..<(sizeAt + 4 + size)]) }
            offset = sizeAt + 4 + (size + 1) / 2 * 2
        }
        return nil
    }

    /// Returns image resources that hold the records alone.
    static func resources(for record: [UInt8]) -> [UInt8] {
        let size = (0..<4).map { UInt8(truncatingIfNeeded: record.count >> (24 - 8 * $0)) }
        return Array("8BIM".utf8) + [0x04, 0x04, 0, 0] + size + record + (record.count % 2 == 1 ? [0] : [])
    }

    /// Returns the records in a profile that a PNG's text holds: resources, or the records alone.
    static func record(inProfile profile: [UInt8]) -> [UInt8]? {
        record(in: profile) ?? (profile.first == 0x1C ? profile : nil)
    }

    /// Returns the text of a PNG for the records.
    static func text(for record: [UInt8]) -> [UInt8] {
        let bytes = resources(for: record)
        let number = "\(bytes.count)"
        var text = Array("\niptc\n".utf8) + [UInt8](repeating: 0x20, count: max(0, 8 - number.count)) + number.utf8
        let digits = Array("0123456789abcdef".utf8)
        for (i, byte) in bytes.enumerated() {
            if i % 36 == 0 { text.append(0x0A) }
            text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return text + [0x0A]
    }
}
