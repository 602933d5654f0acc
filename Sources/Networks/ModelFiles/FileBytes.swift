package import SystemPackage

/// Reads whole files into memory, with a limit.
package enum FileBytes {
    /// The most bytes of a file of JSON that people write or programs keep: cards, configurations, sets.
    package static let jsonByteLimit = 16 << 20

    /// The bytes of the file at `path`.
    ///
    /// - Throws: `ModelFileError` `.missingFile`, `.unreadable` (also for pipes, devices and folders) or `.tooLarge`; the
    ///   limit holds while reading, so that a growing file cannot pass it.
    package static func read(_ path: FilePath, limit: Int) throws(ModelFileError) -> [UInt8] {
        do {
            // Never waits: a pipe without a writer would be waited for before it could be refused.
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
            defer { try? descriptor.close() }
            guard try Stat(descriptor).type == .regular else {
                throw ModelFileError.unreadable(path: path.string, reason: "it is no ordinary file")
            }
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 1 << 18)
            while true {
                let count = try chunk.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                if count == 0 { return bytes }
                guard bytes.count + count <= limit else {
                    throw ModelFileError.tooLarge(path: path.string, foundBytes: bytes.count + count, limit: limit)
                }
                bytes += chunk[..<count]
            }
        } catch let error as ModelFileError {
            throw error
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            throw .missingFile(path: path.string)
        } catch {
            throw .unreadable(path: path.string, reason: "\(error)")
        }
    }
}
