import SystemPackage

/// Reads whole files into memory, with a limit.
enum FileBytes {
    /// The bytes of the file at `path`.
    ///
    /// - Throws: `ModelFileError` `.missingFile`, `.unreadable` or `.tooLarge`; the limit holds while reading, so
    ///   that a pipe or a growing file cannot pass it.
    static func read(_ path: FilePath, limit: Int) throws(ModelFileError) -> [UInt8] {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            defer { try? descriptor.close() }
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
