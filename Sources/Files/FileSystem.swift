package import SystemPackage

/// The system calls by which a file is written and put in its place; a test gives an `AtomicFile` others, which fail.
package protocol FileSystem: Sendable {
    /// Asks for the exclusive advisory lock of a file that was just made, without waiting.
    func lock(_ descriptor: FileDescriptor) -> SystemCalls.LockAnswer
    /// Writes all of `bytes` at the position of `descriptor`.
    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: FileDescriptor) throws(Errno)
    /// Waits until the content of `descriptor`, the file for `path`, is on the disk.
    func flush(_ descriptor: FileDescriptor, at path: FilePath) throws(FileError)
    /// Closes `descriptor`, whatever becomes of its last writes.
    func close(_ descriptor: FileDescriptor) throws(Errno)
    /// Puts the file at `source` at `target`, in place of what was there.
    func rename(_ source: FilePath, to target: FilePath) throws(FileError)
    /// Waits until the names in `folder` are on the disk.
    func flush(folder: FilePath) throws(FileError)
}

extension FileSystem where Self == SystemFiles {
    /// The file system of the machine.
    package static var system: SystemFiles { SystemFiles() }
}

/// The file system of the machine.
package struct SystemFiles: FileSystem {
    package func lock(_ descriptor: FileDescriptor) -> SystemCalls.LockAnswer { SystemCalls.lock(descriptor) }

    package func write(_ bytes: UnsafeRawBufferPointer, to descriptor: FileDescriptor) throws(Errno) {
        do { _ = try descriptor.writeAll(bytes) } catch { throw error as? Errno ?? .ioError }
    }

    package func flush(_ descriptor: FileDescriptor, at path: FilePath) throws(FileError) {
        try SystemCalls.flush(descriptor, at: path)
    }

    package func close(_ descriptor: FileDescriptor) throws(Errno) {
        do { try descriptor.close() } catch { throw error as? Errno ?? .ioError }
    }

    package func rename(_ source: FilePath, to target: FilePath) throws(FileError) {
        try SystemCalls.rename(source, to: target)
    }

    package func flush(folder: FilePath) throws(FileError) { try SystemCalls.flush(folder: folder) }
}
