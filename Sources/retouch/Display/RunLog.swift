import Files
import Foundation
import Reports
import Synchronization
import SystemPackage

/// `--log`: one line of JSON for each input, appended as its outcome is known.
final class RunLog: Sendable {
    private let path: FilePath
    private let descriptor: FileDescriptor
    private let error = Mutex<FileError?>(nil)

    /// Opens the log, and creates it where there is none.
    ///
    /// - Throws: `FileError`.
    init(appendingTo path: FilePath) throws(FileError) {
        self.path = path
        do {
            descriptor = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .append, .closeOnExec],
                permissions: FilePermissions(rawValue: 0o666))
        } catch {
            throw .system(.append, path: path, errno: error as? Errno ?? .ioError)
        }
    }

    deinit { try? descriptor.close() }

    /// The first error that kept a line from being written.
    var failure: FileError? { error.withLock { $0 } }

    func append(_ record: PictureRecord) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(record) else { return }
        do { _ = try descriptor.writeAll(Array(data) + [UInt8(ascii: "\n")]) } catch {
            let found = FileError.system(.append, path: path, errno: error as? Errno ?? .ioError)
            self.error.withLock { $0 = $0 ?? found }
        }
    }
}
