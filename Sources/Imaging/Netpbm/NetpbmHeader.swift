/// The header of a file of Netpbm's family, PBM, PGM, PPM and PAM, as their manual pages describe it.
struct NetpbmHeader: Equatable {
    /// The samples' form.
    enum Form: Equatable {
        /// Numbers as text, PBM's digits without need of spaces.
        case text
        /// Bytes, or pairs of them with the high one first.
        case bytes
        /// Eight pixels to a byte, 1 being black.
        case bits
    }

    let width: Int
    let height: Int
    /// The number of samples in a pixel, 1 to 4.
    let samples: Int
    /// The value of white, 1 to 65535.
    let maximum: Int
    let form: Form
    /// True where 1 is black: PBM, not PAM.
    let isInverted: Bool
    /// True where the last sample is alpha.
    let hasAlpha: Bool
    /// The offset of the first pixel.
    let end: Int

    /// The most bytes that a header may take, with its comments.
    private static let limit = 1 << 16

    init(reading source: ByteSource) throws(PictureError) {
        var scanner = Scanner(bytes: try source.read(at: 0, count: Self.limit))
        let kind = scanner.bytes.count > 1 ? scanner.bytes[1] : 0
        scanner.position = 2
        if kind == UInt8(ascii: "7") {
            self = try Self.arbitraryMap(&scanner)
            return
        }
        let width = try scanner.number("a width")
        let height = try scanner.number("a height")
        let isBitmap = kind == UInt8(ascii: "1") || kind == UInt8(ascii: "4")
        let maximum = isBitmap ? 1 : try scanner.number("a greatest value")
        try self.init(
            width: width, height: height, samples: kind == UInt8(ascii: "3") || kind == UInt8(ascii: "6") ? 3 : 1,
            maximum: maximum, form: kind < UInt8(ascii: "4") ? .text : isBitmap ? .bits : .bytes,
            isInverted: isBitmap, hasAlpha: false,
            // One byte of white space ends the header.
            end: scanner.position + 1)
    }

    private init(
        width: Int, height: Int, samples: Int, maximum: Int, form: Form, isInverted: Bool, hasAlpha: Bool, end: Int
    ) throws(PictureError) {
        guard (1...65535).contains(maximum) else {
            throw .damaged(layer: "Netpbm header", found: "a greatest value of \(maximum)", expected: "1 to 65535")
        }
        (self.width, self.height, self.samples, self.maximum) = (width, height, samples, maximum)
        (self.form, self.isInverted, self.hasAlpha, self.end) = (form, isInverted, hasAlpha, end)
    }

    /// Reads PAM's lines, `WIDTH 4` and so on, up to `ENDHDR`.
    private static func arbitraryMap(_ scanner: inout Scanner) throws(PictureError) -> NetpbmHeader {
        var numbers: [String: Int] = [:]
        var tuple = ""
        while true {
            guard let word = scanner.word() else {
                throw .damaged(layer: "Netpbm header", found: "no ENDHDR", expected: "one in the first \(limit) bytes")
            }
            if word == "ENDHDR" { break }
            if word == "TUPLTYPE" {
                tuple = scanner.restOfLine()
            } else {
                numbers[word] = try scanner.number("a number after \(PictureError.quoted(word))")
            }
        }
        guard let width = numbers["WIDTH"], let height = numbers["HEIGHT"], let samples = numbers["DEPTH"],
            let maximum = numbers["MAXVAL"]
        else {
            throw .damaged(
                layer: "Netpbm header", found: numbers.keys.sorted().map(PictureError.quoted).joined(separator: ", "),
                expected: "WIDTH, HEIGHT, DEPTH and MAXVAL")
        }
        guard (1...4).contains(samples) else {
            throw .unsupported(layer: "Netpbm header", found: "a depth of \(samples)", expected: "1 to 4")
        }
        return try NetpbmHeader(
            width: width, height: height, samples: samples, maximum: maximum, form: .bytes, isInverted: false,
            hasAlpha: samples == 2 || samples == 4 || tuple.hasSuffix("_ALPHA") && samples % 2 == 0,
            end: scanner.position + 1)
    }

    /// Reads words and numbers, over white space and comments, which run from `#` to the line's end.
    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        private mutating func skipSpace() {
            while position < bytes.count {
                if bytes[position] == UInt8(ascii: "#") {
                    while position < bytes.count, bytes[position] != 0x0A { position += 1 }
                } else if [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D].contains(bytes[position]) {
                    position += 1
                } else {
                    return
                }
            }
        }

        mutating func word() -> String? {
            skipSpace()
            let word = bytes[position...].prefix { $0 > 0x20 }
            position = word.endIndex
            return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
        }

        mutating func restOfLine() -> String {
            let line = bytes[position...].prefix { $0 != 0x0A }
            position = line.endIndex
            return String(decoding: line, as: UTF8.self).filter { !$0.isWhitespace }
        }

        /// Reads a number of at most nine digits.
        mutating func number(_ expected: String) throws(PictureError) -> Int {
            skipSpace()
            let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
            position = digits.endIndex
            guard (1...9).contains(digits.count), position < bytes.count else {
                let found = bytes[digits.startIndex...].prefix(8)
                throw .damaged(
                    layer: "Netpbm header", found: PictureError.hexadecimal(Array(found)), expected: expected)
            }
            return digits.reduce(0) { 10 * $0 + Int($1 - 0x30) }
        }
    }
}
