public import Files
import Foundation
import Synchronization
public import SystemPackage

/// The memory of an output folder: one JSON line for each picture that was restored into it.
///
/// `OUT/.retouch/ledger.jsonl` is only ever appended to, each line in one write that is flushed to disk, without
/// locks, so several runs may share it, also over a network. A line is written before its output gets its name: a
/// run that is killed in between leaves a line whose output is missing, which is restored again, never an output
/// that nobody knows. Lines that cannot be read (the torn last one of a killed run) are passed over.
public final class Ledger: Sendable {
    /// The ledger's file.
    public let path: FilePath
    private let entries: [FilePath: [LedgerEntry]]
    /// How many lines could not be read.
    public let unreadableLineCount: Int
    private let file = Mutex<FileDescriptor?>(nil)

    /// Reads the ledger of the output folder `root`; there need not be one.
    ///
    /// - Throws: `FileError` where there is one that cannot be read.
    public init(inFolder root: FilePath) throws(FileError) {
        path = root.pushing(".retouch/ledger.jsonl")
        var entries: [FilePath: [LedgerEntry]] = [:]
        var unreadable = 0
        let decoder = JSONDecoder()
        for line in try Self.content(of: path).split(separator: UInt8(ascii: "\n")) {
            if let entry = try? decoder.decode(LedgerEntry.self, from: Data(line)) {
                entries[entry.output, default: []].append(entry)
            } else {
                unreadable += 1
            }
        }
        self.entries = entries
        unreadableLineCount = unreadable
    }

    deinit { file.withLock { try? $0?.close() } }

    /// What was written under the name `output` (relative), oldest first.
    public func entries(of output: FilePath) -> [LedgerEntry] { entries[output] ?? [] }

    /// How many outputs the ledger knew when it was read.
    public var outputCount: Int { entries.count }

    /// Adds a line and waits until it is on the disk. What was read is not changed.
    ///
    /// - Throws: `FileError`, naming the ledger.
    public func append(_ entry: LedgerEntry) throws(FileError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var line = try? encoder.encode(entry) else {
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

    private static func content(of path: FilePath) throws(FileError) -> [UInt8] {
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
