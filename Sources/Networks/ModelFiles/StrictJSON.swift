/// A JSON value as it was written: members keep their order, and a key that occurs twice is an error.
///
/// Foundation's parsers take the last of two equal keys without a word; two entries for one tensor must not pass
/// so easily, hence this small one. It reads headers of model files, nothing that is large.
package enum StrictJSON: Equatable, Sendable {
    case object([(key: String, value: StrictJSON)])
    case array([StrictJSON])
    case string(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case null

    package static func == (a: StrictJSON, b: StrictJSON) -> Bool {
        switch (a, b) {
        case (.object(let x), .object(let y)):
            x.count == y.count && zip(x, y).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        case (.array(let x), .array(let y)): x == y
        case (.string(let x), .string(let y)): x == y
        case (.integer(let x), .integer(let y)): x == y
        case (.number(let x), .number(let y)): x == y
        case (.boolean(let x), .boolean(let y)): x == y
        case (.null, .null): true
        default: false
        }
    }

    /// An error in a text that is not JSON.
    package enum Failure: Error, Equatable, Sendable {
        /// Something else was expected at this byte.
        case malformed(byte: Int, expected: String)
        /// An object has a key twice.
        case duplicateKey(String)
    }

    /// Parses `text`; blanks around the value are allowed, anything else behind it is not.
    package static func parse(_ text: some Collection<UInt8>) throws(Failure) -> StrictJSON {
        var parser = Parser(text: Array(text))
        let value = try parser.value(depth: 0)
        parser.skipBlanks()
        guard parser.isAtEnd else { throw .malformed(byte: parser.position, expected: "the end") }
        return value
    }

    private struct Parser {
        let text: [UInt8]
        var position = 0

        /// Deeper nesting is refused, so that no file can exhaust the stack.
        static let depthLimit = 32

        init(text: [UInt8]) { self.text = text }

        var isAtEnd: Bool { position == text.count }

        private var next: UInt8? { position < text.count ? text[position] : nil }

        mutating func skipBlanks() {
            while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
        }

        private func failure(_ expected: String) -> Failure { .malformed(byte: position, expected: expected) }

        private mutating func take(_ byte: UInt8, _ expected: String) throws(Failure) {
            guard next == byte else { throw failure(expected) }
            position += 1
        }

        mutating func value(depth: Int) throws(Failure) -> StrictJSON {
            guard depth < Self.depthLimit else { throw failure("at most \(Self.depthLimit) levels") }
            skipBlanks()
            switch next {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"): return try word("true", .boolean(true))
            case UInt8(ascii: "f"): return try word("false", .boolean(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            case .some(let byte) where byte == UInt8(ascii: "-") || 0x30...0x39 ~= byte: return try number()
            default: throw failure("a value")
            }
        }

        private mutating func word(_ word: StaticString, _ value: StrictJSON) throws(Failure) -> StrictJSON {
            for offset in 0..<word.utf8CodeUnitCount {
                try take(word.utf8Start[offset], "\(word)")
            }
            return value
        }

        private mutating func object(depth: Int) throws(Failure) -> StrictJSON {
            try take(UInt8(ascii: "{"), "'{'")
            var members: [(key: String, value: StrictJSON)] = []
            var keys: Set<String> = []
            skipBlanks()
            if next == UInt8(ascii: "}") {
                position += 1
                return .object([])
            }
            while true {
                skipBlanks()
                let key = try string()
                guard keys.insert(key).inserted else { throw .duplicateKey(key) }
                skipBlanks()
                try take(UInt8(ascii: ":"), "':'")
                members.append((key, try value(depth: depth + 1)))
                skipBlanks()
                if next == UInt8(ascii: ",") {
                    position += 1
                } else {
                    try take(UInt8(ascii: "}"), "',' or '}'")
                    return .object(members)
                }
            }
        }

        private mutating func array(depth: Int) throws(Failure) -> StrictJSON {
            try take(UInt8(ascii: "["), "'['")
            var items: [StrictJSON] = []
            skipBlanks()
            if next == UInt8(ascii: "]") {
                position += 1
                return .array([])
            }
            while true {
                items.append(try value(depth: depth + 1))
                skipBlanks()
                if next == UInt8(ascii: ",") {
                    position += 1
                } else {
                    try take(UInt8(ascii: "]"), "',' or ']'")
                    return .array(items)
                }
            }
        }

        private mutating func number() throws(Failure) -> StrictJSON {
            let start = position
            while let byte = next, "+-.0123456789eE".utf8.contains(byte) { position += 1 }
            let digits = String(decoding: text[start..<position], as: UTF8.self)
            if let integer = Int(digits), !digits.hasPrefix("+") { return .integer(integer) }
            if let number = Double(digits), number.isFinite { return .number(number) }
            throw .malformed(byte: start, expected: "a number")
        }

        private mutating func string() throws(Failure) -> String {
            try take(UInt8(ascii: "\""), "a string")
            var bytes: [UInt8] = []
            while true {
                guard let byte = next else { throw failure("'\"'") }
                position += 1
                switch byte {
                case UInt8(ascii: "\""):
                    guard let string = String(validating: bytes, as: UTF8.self) else { throw failure("UTF-8") }
                    return string
                case UInt8(ascii: "\\"): bytes += try escape().utf8
                case 0..<0x20: throw .malformed(byte: position - 1, expected: "no control character in a string")
                default: bytes.append(byte)
                }
            }
        }

        private mutating func escape() throws(Failure) -> String {
            guard let byte = next else { throw failure("an escape") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return "\""
            case UInt8(ascii: "\\"): return "\\"
            case UInt8(ascii: "/"): return "/"
            case UInt8(ascii: "b"): return "\u{8}"
            case UInt8(ascii: "f"): return "\u{C}"
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "u"):
                var units = [try codeUnit()]
                if UTF16.isLeadSurrogate(units[0]) {
                    try take(UInt8(ascii: "\\"), "the second half of a surrogate pair")
                    try take(UInt8(ascii: "u"), "the second half of a surrogate pair")
                    units.append(try codeUnit())
                }
                guard let string = String(validating: units, as: UTF16.self) else { throw failure("a character") }
                return string
            default: throw .malformed(byte: position - 1, expected: "an escape")
            }
        }

        private mutating func codeUnit() throws(Failure) -> UInt16 {
            var unit: UInt16 = 0
            for _ in 0..<4 {
                guard let byte = next, let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
                    throw failure("four hexadecimal digits")
                }
                unit = unit << 4 | UInt16(digit)
                position += 1
            }
            return unit
        }
    }
}
