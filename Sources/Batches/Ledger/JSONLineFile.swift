package import Files
import Foundation
import Synchronization
package import SystemPackage

/// A file of JSON values, one a line, that is only ever appended to: each line in one write that is flushed to disk,
/// without locks, so several runs may share it, also over a network. The torn last line of a killed run stays one line.
package final class JSONLineFile: Sendable {
    package let path: FilePath
    private let file = Mutex<FileDescriptor?>(nil)

    /// Creates the file's object; there need not be a file at `path`.
    package init(_ path: FilePath) { self.path = path }

    deinit { file.withLock { try? $0?.close() } }

    /// Returns the values that can be read as a `Value`, oldest first, and the number of lines that cannot.
    ///
    /// - Throws: `FileError` where there is a file that cannot be read.
    package func values<Value: Decodable>(
        of type: Value.Type
    ) throws(FileError) -> (values: [Value], unreadableLineCount: Int) {
        var values: [Value] = []
        var unreadable = 0
        let decoder = JSONDecoder()
        for line in try content().split(separator: UInt8(ascii: "\n")) {
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
                do { _ = try descriptor.writeAll(bytes) } catch {
                    throw .system(.append, path: path, errno: error as? Errno ?? .ioError)
                }
                try SystemCalls.flush(descriptor, at: path)
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
    }

    private func open() throws(FileError) -> FileDescriptor {
        try createFolders(at: path.removingLastComponent())
        do {
            let descriptor = try FileDescriptor.open(
                path, .readWrite, options: [.create, .append, .closeOnExec],
                permissions: FilePermissions(rawValue: 0o666))
            // A torn last line must not swallow the next one.
            let end = try descriptor.seek(offset: 0, from: .end)
            var last: UInt8 = UInt8(ascii: "\n")
            if end > 0 {
                _ = try withUnsafeMutableBytes(of: &last) { try descriptor.read(fromAbsoluteOffset: end - 1, into: $0) }
            }
            if last != UInt8(ascii: "\n") { _ = try descriptor.writeAll([UInt8(ascii: "\n")]) }
            return descriptor
        } catch {
            throw .system(.append, path: path, errno: error as? Errno ?? .ioError)
        }
    }

    private func content() throws(FileError) -> [UInt8] {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try descriptor.closeAfter {
                var content: [UInt8] = []
                var piece = [UInt8](repeating: 0, count: 1 << 18)
                while true {
                    let count = try piece.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                    if count == 0 { return content }
                    content += piece[..<count]
                }
            }
        } catch {
            let errno = error as? Errno ?? .ioError
            if errno == .noSuchFileOrDirectory || errno == .notDirectory { return [] }
            throw .system(.read, path: path, errno: errno)
        }
    }
}
