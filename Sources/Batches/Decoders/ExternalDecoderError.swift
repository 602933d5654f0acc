import Files

/// The reasons why a file could not be decoded by a program. Each description is one line.
public enum ExternalDecoderError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text names no decoder.
    case form(String, expected: String)
    /// No known program is there for the kind.
    case noProgram(format: String, kind: ExternalDecoder.Kind)
    /// The program that is asked for is not there.
    case notFound(program: String)
    /// The program failed; `reason` says how it ended, `printed` is the last line that it printed.
    case failed(program: String, reason: String, printed: String?)
    /// The program ended well, but left no picture.
    case noPicture(program: String)
    /// The program ended well, but what it left is neither PNG nor TIFF.
    case wrongFormat(program: String, firstBytes: [UInt8])
    /// The program ended well, but what it left cannot be read.
    case unreadable(program: String, reason: String)
    /// The document's pages are more than `limit`.
    case tooManyPages(Int, limit: Int)
    /// The program that counts pages did not say how many there are.
    case noPageCount(program: String)

    public var description: String {
        switch self {
        case .form(let text, let expected): "'\(PathText.printable(text))': expected \(expected)"
        case .noProgram(let format, let kind):
            "\(format) is read through another program, and none of "
                + "\(ExternalDecoders.programs(for: kind).joined(separator: ", ")) is on the path; install one, or name "
                + "one with --decoder '\(kind.rawValue)=PROGRAM {in} {out}.png'"
        case .notFound(let program): "the program '\(PathText.printable(program))' to read it is not there"
        case .failed(let program, let reason, let printed):
            "'\(PathText.printable(program))' \(reason)" + (printed.map { ", its last line \"\($0)\"" } ?? "")
        case .noPicture(let program): "'\(PathText.printable(program))' ended well but made no picture of it"
        case .wrongFormat(let program, let bytes):
            "'\(PathText.printable(program))' made neither PNG nor TIFF of it, but what begins with "
                + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
        case .unreadable(let program, let reason): "what '\(PathText.printable(program))' made of it: \(reason)"
        case .tooManyPages(let count, let limit): "\(count) pages are more than the limit of \(limit)"
        case .noPageCount(let program): "'\(PathText.printable(program))' does not say how many pages it has"
        }
    }
}
