package import Files
import Foundation
import Synchronization
package import SystemPackage

/// A file of JSON values, one a line, that is only ever appended to: each line in one write that is flushed to disk,
/// without locks, so several runs may share it, also over a network. The torn last line of a killed run stays one line.
package final class JSONLineFile: Sendable {
    package let path: FilePath
    private let file = Mutex<FileDescriptor?>(nil)
    /// The end of the last whole line that was read.
    private let readEnd = Mutex<Int64>(0)

    /// Creates the file's object; there need not be a file at `path`.
    package init(_ path: FilePath) { self.path = path }

    deinit { file.withLock { try? $0?.close() } }

    /// Returns the values that can be read as a `Value`, oldest first, and the number of lines that cannot: those of the
    /// lines that were appended, by anybody, since this was last called. A last line without an end, which may be in
    /// the making, is read again then.
    ///
    /// - Throws: `FileError` where there is a file that cannot be read.
    package func newValues<Value: Decodable>(
        of type: Value.Type
    ) throws(FileError) -> (values: [Value], unreadableLineCount: Int) {
        var values: [Value] = []
        var unreadable = 0
        let decoder = JSONDecoder()
        let lines = try newContent()
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            if let value = try? decoder.decode(type, from: Data(line)) {
                values.append(value)
            } else {
                unreadable += 1
            }
        }
        return (values, unreadable)
    }

    /// Appends a line and waits until it is on the disk.
    ///
    /// - Throws: `FileError`, naming the file.
    package func append(_ value: some Encodable) throws(FileError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var line = try? encoder.encode(value) else {
            throw .system(.append, path: path, errno: .invalidArgument)
        }
        line.append(UInt8(ascii: "\n"))
        let bytes = [UInt8](line)
        let failure: FileError? = file.withLock { file in
            do throws(FileError) {
                let descriptor: FileDescriptor
                if let file { descriptor = file } else { descriptor = try open() }
                file = descriptor
                do {
                    // Looked at each time: another run's line may have been torn since the last one.
                    let isTorn = try Self.isTorn(descriptor)
                    _ = try descriptor.writeAll(isTorn ? [UInt8(ascii: "\n")] + bytes : bytes)
                } catch {
                    throw .system(.append, path: path, errno: error as? Errno ?? .ioError)
                }
                try SystemCalls.flush(descriptor, at: path)
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
    }

    /// Opens the file, to read the last byte and to append.
    private func open() throws(FileError) -> FileDescriptor {
        try createFolders(at: path.removingLastComponent())
        do {
            return try FileDescriptor.open(
                path, .readWrite, options: [.create, .append, .closeOnExec],
                permissions: FilePermissions(rawValue: 0o666))
        } catch {
            throw .system(.append, path: path, errno: error as? Errno ?? .ioError)
        }
    }

    /// Returns true where the last line has no end: that of a killed run, or of a full disk. It must not swallow the
    /// next one.
    private static func isTorn(_ descriptor: FileDescriptor) throws -> Bool {
        let end = try descriptor.seek(offset: 0, from: .end)
        guard end > 0 else { return false }
        var last: UInt8 = 0
        _ = try withUnsafeMutableBytes(of: &last) { try descriptor.read(fromAbsoluteOffset: end - 1, into: $0) }
        return last != UInt8(ascii: "\n")
    }

    /// Returns what was appended since the last call, and remembers the end of its last whole line.
    private func newContent() throws(FileError) -> [UInt8] {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try descriptor.closeAfter {
                try readEnd.withLock { readEnd in
                    var content: [UInt8] = []
                    var piece = [UInt8](repeating: 0, count: 1 << 18)
                    while true {
                        let offset = readEnd + Int64(content.count)
                        let count = try piece.withUnsafeMutableBytes {
                            try descriptor.read(fromAbsoluteOffset: offset, into: $0)
                        }
                        if count == 0 { break }
                        content += piece[..<count]
                    }
                    readEnd += Int64((content.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
                    return content
                }
            }
        } catch {
            let errno = error as? Errno ?? .ioError
            if errno == .noSuchFileOrDirectory || errno == .notDirectory { return [] }
            throw .system(.read, path: path, errno: errno)
        }
    }
}
