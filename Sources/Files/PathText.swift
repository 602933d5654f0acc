public import SystemPackage

/// A path as text that survives JSON, CSV, HTML and a terminal, and reads back as the same bytes.
///
/// A file's name is bytes: it need not be Unicode and may hold line ends, escape sequences or characters that reverse
/// the direction of writing. Names that are plain UTF-8 stay as they are. What is not, and every control or direction
/// character, becomes `\xHH` byte by byte; a backslash becomes `\\`.
public enum PathText {
    /// Returns what a name is followed by for people where a file has several pages: `, page 2` for page 1; nothing for
    /// nil.
    package static func text(ofPage page: Int?) -> String { page.map { ", page \($0 + 1)" } ?? "" }

    /// The text of `path`.
    public static func text(of path: FilePath) -> String {
        text(ofBytes: path.bytes)
    }

    /// The path that `text` was made of; nil where an escape is malformed or the text holds a zero byte.
    public static func path(from text: String) -> FilePath? {
        bytes(from: text).flatMap { FilePath(bytes: $0) }
    }

    static func text(ofBytes bytes: [UInt8]) -> String {
        var text = ""
        var decoder = UTF8()
        var position = 0
        while position < bytes.count {
            var rest = bytes[position...].makeIterator()
            // Decoding afresh at each scalar keeps a broken sequence from swallowing the good byte behind it.
            decoder = UTF8()
            if case .scalarValue(let scalar) = decoder.decode(&rest) {
                let length = UTF8.width(scalar)
                if scalar == "\\" {
                    text += "\\\\"
                } else if isHarmful(scalar) {
                    for byte in bytes[position..<position + length] { text += escape(byte) }
                } else {
                    text.unicodeScalars.append(scalar)
                }
                position += length
            } else {
                text += escape(bytes[position])
                position += 1
            }
        }
        return text
    }

    /// Returns a text of several lines without characters that would steer a terminal: as in paths each becomes
    /// `\\xHH` byte by byte, but for line ends and tabs. A backslash stays as it is.
    public static func printable(_ text: String) -> String {
        func isPlain(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) || byte == 0x0A || byte == 0x09 }
        if text.utf8.allSatisfy(isPlain) { return text }
        var printable = ""
        for scalar in text.unicodeScalars {
            if isHarmful(scalar), scalar != "\n", scalar != "\t" {
                for byte in String(scalar).utf8 { printable += escape(byte) }
            } else {
                printable.unicodeScalars.append(scalar)
            }
        }
        return printable
    }

    /// Returns a text of JSON in which characters that would steer a terminal are escaped: it stays JSON of the same
    /// value.
    public static func printable(json: String) -> String {
        if json.utf8.allSatisfy({ $0 < 0x7F }) { return json }
        var printable = ""
        for scalar in json.unicodeScalars {
            guard isHarmful(scalar), scalar != "\n" else {
                printable.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                printable += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return printable
    }

    private static func bytes(from text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "\\"): bytes.append(byte)
            case UInt8(ascii: "x"):
                guard let high = rest.popFirst()?.hexadecimalDigit, let low = rest.popFirst()?.hexadecimalDigit else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: return nil
            }
        }
        return bytes
    }

    private static func escape(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
    }

    /// Control characters, line and paragraph separators, and everything invisible that changes how the text
    /// around it reads; not the joiners, which Persian names and emoji need.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "\u{200C}" || scalar == "\u{200D}" { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
