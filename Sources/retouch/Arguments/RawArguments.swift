import Files
import SystemPackage

/// The arguments as strings that keep every byte.
///
/// A path need not be Unicode, but a parser of arguments works on strings. Each byte that is not part of valid UTF-8
/// becomes a scalar of the last private-use plane; `PathArgument` turns it back.
enum RawArguments {
    /// The scalar that stands for the byte 0, U+10FF00.
    private static let base: UInt32 = 0x10_FF00

    /// The arguments of this process, without its name.
    static var current: [String] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            CommandLine.unsafeArgv[index].map { text(of: FilePathBytes.bytes(of: $0)) }
        }
    }

    static func text(of bytes: [UInt8]) -> String {
        var text = ""
        var position = 0
        while position < bytes.count {
            var rest = bytes[position...].makeIterator()
            var decoder = UTF8()
            if case .scalarValue(let scalar) = decoder.decode(&rest), scalar.value < base {
                text.unicodeScalars.append(scalar)
                position += UTF8.width(scalar)
            } else {
                Unicode.Scalar(base + UInt32(bytes[position])).map { text.unicodeScalars.append($0) }
                position += 1
            }
        }
        return text
    }

    static func bytes(of text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar -> [UInt8] in
            (base...base + 255).contains(scalar.value)
                ? [UInt8(scalar.value - base)] : Array(UTF8.encode(scalar) ?? .init())
        }
    }
}

private enum FilePathBytes {
    static func bytes(of start: UnsafePointer<CChar>) -> [UInt8] {
        var bytes: [UInt8] = []
        var next = start
        while next.pointee != 0 {
            bytes.append(UInt8(bitPattern: next.pointee))
            next += 1
        }
        return bytes
    }
}
