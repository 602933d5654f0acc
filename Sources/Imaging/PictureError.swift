import SystemPackage

/// A reason why a picture could not be read or written. The description is one line and names no file: the caller knows
/// it.
public enum PictureError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system would not open or read the file; `code` is errno.
    case cannotRead(code: Int32)
    /// The system would not write; `code` is errno. Trying again may help.
    case cannotWrite(code: Int32)
    /// The system refused memory; `bytes` is the size where it is known.
    case outOfMemory(bytes: Int?)
    /// The file has no bytes.
    case empty
    /// The first bytes belong to no known picture format.
    case notAPicture(firstBytes: [UInt8])
    /// A picture format that is recognised but not read yet.
    case notReadableYet(format: String)
    /// The file is of a known format, in a variant that is not supported.
    case unsupported(layer: String, found: String, expected: String)
    /// The file is cut off or corrupt; `layer` is the part of the format, such as "PNG IDAT".
    case damaged(layer: String, found: String, expected: String)
    /// A side of the picture is 0 pixels long.
    case zeroSize(width: Int, height: Int)
    /// The picture has more pixels than `limit`.
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// Decoding would need more memory than the limit, both in bytes; `reason` says why rows are not enough.
    case tooMuchMemory(needed: Int, limit: Int, reason: String)
    /// The container cannot hold a picture of this size; `limit` is the longest side.
    case tooLarge(container: PictureContainer, width: Int, height: Int, limit: Int)
    /// The JPEG quality lies outside 1...100.
    case qualityOutOfRange(found: Int)
    /// Writing ended before every row was written.
    case rowsMissing(found: Int, expected: Int)
    /// The codec refused the samples or metadata to write.
    case cannotEncode(String)

    public var description: String {
        switch self {
        case .cannotRead(let code): "cannot read: \(Errno(rawValue: code))"
        case .cannotWrite(let code): "cannot write: \(Errno(rawValue: code))"
        case .outOfMemory(let bytes?): "out of memory: \(bytes) bytes were refused"
        case .outOfMemory(nil): "out of memory"
        case .empty: "the file is empty"
        case .notAPicture(let bytes): "not a picture: it begins with \(Self.hexadecimal(bytes))"
        case .notReadableYet(let format): "\(format) cannot be read yet; \(Self.advice(onFormat: format))"
        case .unsupported(let layer, let found, let expected):
            "\(layer): \(found) is not supported, expected \(expected)"
        case .damaged(let layer, let found, let expected): "\(layer): found \(found), expected \(expected)"
        case .zeroSize(let width, let height): "the picture is empty: \(width) x \(height) pixels"
        case .tooManyPixels(let width, let height, let limit):
            "\(width) x \(height) pixels are more than the limit of \(limit)"
        case .tooMuchMemory(let needed, let limit, let reason):
            "decoding needs \(needed) bytes of memory (\(reason)), the limit is \(limit)"
        case .tooLarge(let container, let width, let height, let limit):
            "\(container.rawValue) cannot hold \(width) x \(height) pixels: its limit is \(limit) a side"
        case .qualityOutOfRange(let found): "quality \(found), expected 1 to 100"
        case .rowsMissing(let found, let expected): "\(found) rows were written, expected \(expected)"
        case .cannotEncode(let reason): "cannot encode: \(reason)"
        }
    }

    /// Returns what to do about a file of a format that is not read.
    private static func advice(onFormat format: String) -> String {
        switch format {
        case ForeignFormat.applePNG.rawValue:
            "convert it first, with pngcrush -revert-iphone-optimizations or, on a Mac, sips -s format png"
        default: "convert it to PNG (which keeps 16 bits) first"
        }
    }

    /// True where writing failed, so that trying again with more disk space or permissions may help.
    public var isOutputFailure: Bool {
        if case .cannotWrite = self { true } else { false }
    }

    /// Returns a word of a file between quotes, without what would not be seen.
    static func quoted(_ word: String) -> String {
        "\"\(String(word.unicodeScalars.prefix(40).filter { (0x20..<0x7F).contains($0.value) }.map(Character.init)))\""
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return bytes.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined(separator: " ")
    }
}
