/// An error in the bytes of a safetensors file. Each case says what was found and what was expected.
public enum SafetensorsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file ends before the eight bytes that give the header's length.
    case tooShort(foundBytes: Int, expectedBytes: Int)
    /// The header claims to be longer than any honest one.
    case headerTooLarge(found: UInt64, limit: Int)
    /// The header claims to be longer than the file.
    case headerBeyondEnd(found: Int, available: Int)
    /// The header is not the JSON that the format asks for.
    case malformedHeader(byte: Int, expected: String)
    /// The header has a key twice.
    case duplicateKey(String)
    /// A tensor's entry, or the metadata, lacks something or has it in another form.
    case malformedEntry(name: String, expected: String)
    /// A tensor has elements of a type that is not supported.
    case unsupportedElementType(name: String, found: String)
    /// Offsets that run backwards or leave the data.
    case offsetsOutOfRange(name: String, begin: Int, end: Int, available: Int)
    /// The offsets span another number of bytes than shape and element type need; `expected` is nil where the
    /// shape's product exceeds the integers.
    case wrongByteCount(name: String, shape: [Int], found: Int, expected: Int?)
    /// Two tensors share bytes.
    case overlap(name: String, other: String)
    /// Bytes that belong to no tensor.
    case gap(begin: Int, end: Int)

    public var description: String {
        switch self {
        case .tooShort(let found, let expected):
            "the file has \(found) bytes, expected at least \(expected)"
        case .headerTooLarge(let found, let limit):
            "the header claims \(found) bytes, expected at most \(limit)"
        case .headerBeyondEnd(let found, let available):
            "the header claims \(found) bytes, but the file has only \(available) behind its length"
        case .malformedHeader(let byte, let expected):
            "the header is not valid at byte \(byte): expected \(expected)"
        case .duplicateKey(let key):
            "the header has the key '\(key)' twice"
        case .malformedEntry(let name, let expected):
            "the header's entry '\(name)' is not valid: expected \(expected)"
        case .unsupportedElementType(let name, let found):
            "tensor '\(name)' has elements of type \(found), expected F32, F16 or BF16"
        case .offsetsOutOfRange(let name, let begin, let end, let available):
            "tensor '\(name)' lies at bytes \(begin) to \(end), expected a range within 0 to \(available)"
        case .wrongByteCount(let name, let shape, let found, let expected):
            "tensor '\(name)' of shape \(shape) has \(found) bytes, expected "
                + (expected.map { "\($0)" } ?? "more than can be counted")
        case .overlap(let name, let other):
            "tensors '\(other)' and '\(name)' overlap, expected each to have its own bytes"
        case .gap(let begin, let end):
            "bytes \(begin) to \(end) of the data belong to no tensor, expected none between or behind them"
        }
    }
}
