import Files

/// Metadata in a text of PNG, as ImageMagick and exiftool wrote it before there was a chunk for it, and still write
/// IPTC: a line with the kind, a line with the number of bytes, and hexadecimal digits.
enum RawProfileText {
    private static let prefix = "Raw profile type "

    /// Returns the kind that a keyword names, such as `exif`; nil for other keywords.
    static func kind(ofKeyword keyword: String) -> String? {
        keyword.hasPrefix(prefix) ? String(keyword.dropFirst(prefix.count)).lowercased() : nil
    }

    /// Returns the bytes of a text; nil where it is damaged.
    static func bytes(of text: [UInt8]) -> [UInt8]? {
        var rest = text[...]
        func skipBlanks() { rest = rest.drop { isBlank($0) } }
        skipBlanks()
        rest = rest.drop { $0 != newLine }  // the kind once more
        skipBlanks()
        var count = 0
        while let byte = rest.first, (0x30...0x39).contains(byte), count < 1 << 32 {
            count = 10 * count + Int(byte - 0x30)
            rest.removeFirst()
        }
        // Two digits a byte: a number that promises more is a lie.
        guard count > 0, count <= rest.count / 2 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        var high: UInt8?
        for byte in rest where !isBlank(byte) {
            guard let digit = byte.hexadecimalDigit else { return nil }
            guard let first = high else {
                high = digit
                continue
            }
            bytes.append(first << 4 | digit)
            high = nil
            if bytes.count == count { return bytes }
        }
        return nil
    }

    private static let newLine: UInt8 = 0x0A

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == newLine || byte == 0x0D || byte == 0x09
    }
}
