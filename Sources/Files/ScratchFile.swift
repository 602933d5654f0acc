public import SystemPackage

/// Bytes spilled to disk: a file without a name, gone with the object or the process.
///
/// Contract: calls may run at once where their bytes do not overlap.
public final class ScratchFile: Sendable {
    private let descriptor: FileDescriptor
    private let folder: FilePath

    /// Makes the file on the disk that holds `folder`; it takes up as much of it as was written.
    ///
    /// - Throws: `FileError`, naming the folder.
    public init(inFolder folder: FilePath) throws(FileError) {
        let folder: FilePath = folder.isEmpty ? "." : folder
        descriptor = try Self.makeNameless(inFolder: folder)
        self.folder = folder
    }

    /// Makes a file that lives until its descriptor is closed, to read and to write.
    ///
    /// - Throws: `FileError`, naming the folder.
    package static func makeNameless(inFolder folder: FilePath) throws(FileError) -> FileDescriptor {
        let path = folder.appending(TemporaryName.make(isLocked: true))
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(
                path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
        } catch {
            throw .system(.createTemporary, path: folder, errno: error as? Errno ?? .ioError)
        }
        do throws(FileError) { try SystemCalls.remove(path) } catch {
            try? descriptor.close()
            throw error
        }
        return descriptor
    }

    deinit { try? descriptor.close() }

    /// Writes `bytes` at `offset`, in bytes from the file's beginning.
    ///
    /// - Throws: `FileError`, naming the folder: the disk may be full.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        do { _ = try descriptor.writeAll(toAbsoluteOffset: Int64(offset), bytes) } catch {
            throw .system(.spill, path: folder, errno: error as? Errno ?? .ioError)
        }
    }

    /// Fills `bytes` from `offset` on; what was never written reads as zeros, or as an error behind the file's end.
    ///
    /// - Throws: `FileError`, naming the folder.
    public func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count: Int
            do {
                count = try descriptor.read(
                    fromAbsoluteOffset: Int64(offset + done), into: .init(rebasing: bytes[done...]))
            } catch {
                throw .system(.readBack, path: folder, errno: error as? Errno ?? .ioError)
            }
            guard count > 0 else { throw .system(.readBack, path: folder, errno: .ioError) }
            done += count
        }
    }
}
