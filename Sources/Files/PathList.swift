public import SystemPackage

/// Paths that a file lists: one a line, or with a zero byte behind each, so that names may hold line ends.
///
/// Zero bytes can be no part of a path, so a list that has any is taken to be separated by them. Empty lines, a carriage
/// return before a line's end, and UTF-8's byte order mark are passed over. A path is relative to the current folder,
/// wherever the list lies, and nothing in it has another meaning.
public struct PathList: Sendable, Equatable {
    /// A path of a list.
    public struct Entry: Sendable, Equatable {
        /// The path.
        public var path: FilePath
        /// The number of its line, or of its place among paths between zero bytes, from 1.
        public var number: Int
    }

    /// The paths in their order.
    public let entries: [Entry]

    /// The most bytes that a list may have.
    public static let byteLimit = 64 << 20
    /// The most bytes that a path may have, the system's limit without its closing zero.
    public static let pathByteLimit = 4095

    /// Reads a list from an open file, to its end.
    ///
    /// - Parameters:
    ///   - name: the name of the list in errors.
    ///   - isZeroSeparated: true where line ends belong to names although there is no zero byte.
    /// - Throws: `PathListError`.
    public init(
        reading descriptor: FileDescriptor, named name: FilePath, isZeroSeparated: Bool
    ) throws(PathListError) {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count: Int
            do { count = try piece.withUnsafeMutableBytes { try descriptor.read(into: $0) } } catch {
                throw .unreadable(list: name, errno: error as? Errno ?? .ioError)
            }
            if count == 0 { break }
            bytes += piece[..<count]
            guard bytes.count <= Self.byteLimit else { throw .tooLong(list: name) }
        }
        try self.init(bytes, named: name, isZeroSeparated: isZeroSeparated)
    }

    /// Reads a list from a file.
    ///
    /// - Throws: `PathListError`.
    public init(_ path: FilePath, isZeroSeparated: Bool) throws(PathListError) {
        let descriptor: FileDescriptor
        do { descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec) } catch {
            throw .unreadable(list: path, errno: error as? Errno ?? .ioError)
        }
        defer { try? descriptor.close() }
        try self.init(reading: descriptor, named: path, isZeroSeparated: isZeroSeparated)
    }

    /// Takes the bytes of a list apart.
    ///
    /// - Throws: `PathListError`.
    init(_ bytes: [UInt8], named name: FilePath, isZeroSeparated: Bool) throws(PathListError) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { throw .isUTF16(list: name) }
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        let isZeroSeparated = isZeroSeparated || bytes.contains(0)
        var entries: [Entry] = []
        var number = 0
        for part in rest.split(separator: isZeroSeparated ? 0 : UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            var part = part
            if !isZeroSeparated, part.last == UInt8(ascii: "\r") { part.removeLast() }
            if part.isEmpty { continue }
            guard part.count <= Self.pathByteLimit, let path = FilePath(bytes: part) else {
                throw .pathTooLong(list: name, number: number)
            }
            entries.append(Entry(path: path, number: number))
        }
        self.entries = entries
    }
}

/// The reasons why a list of paths is none.
public enum PathListError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The list cannot be read.
    case unreadable(list: FilePath, errno: Errno)
    /// There is no list, but the file that the list's argument may have meant.
    case noList(FilePath, file: FilePath)
    /// The list has more bytes than `PathList.byteLimit`.
    case tooLong(list: FilePath)
    /// The list is in UTF-16, as some Windows programs write.
    case isUTF16(list: FilePath)
    /// A path has more bytes than `PathList.pathByteLimit`.
    case pathTooLong(list: FilePath, number: Int)

    public var description: String {
        switch self {
        case .unreadable(let list, let errno): "cannot read the list \"\(list.printed)\": \(errno)"
        case .noList(let list, let file):
            "there is no list \"\(list.printed)\"; the picture of that name is \"\(file.printed)\""
        case .tooLong(let list):
            "the list \"\(list.printed)\" has more than the \(PathList.byteLimit >> 20) MiB that a list may have"
        case .isUTF16(let list):
            "the list \"\(list.printed)\" is in UTF-16; save it as UTF-8, or with the system's own bytes"
        case .pathTooLong(let list, let number):
            "\(list.printed):\(number): longer than the \(PathList.pathByteLimit) bytes that a path may have; is it a list of paths?"
        }
    }
}
