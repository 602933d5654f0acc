import Synchronization
public import SystemPackage

/// A file that appears under its name whole, or not at all.
///
/// What is written goes to a temporary file in the target's folder, whose name does not grow with the target's;
/// `commit()` flushes it to disk, renames it and flushes the folder. Without `commit()` nothing stays: the end of the
/// object's life, `discard()` and `discardAll()` all remove it. What a killed process left behind is removed by
/// `removeAbandoned(in:)`.
///
/// Contract: one thread at a time.
public final class AtomicFile {
    /// The path that the content gets with `commit()`.
    public let target: FilePath
    /// The open temporary file.
    public let descriptor: FileDescriptor
    /// The temporary file's path, to read back what was written.
    public let temporary: FilePath
    private let fileSystem: any FileSystem
    private var isOpen = true

    /// Makes the temporary file beside `target`; an existing file at `target` is replaced only by `commit()`.
    ///
    /// - Throws: `FileError`, naming the folder.
    public convenience init(replacing target: FilePath) throws(FileError) {
        try self.init(replacing: target, through: .system)
    }

    /// Makes the temporary file as `init(replacing:)` does, to be written and put in its place through `fileSystem`.
    ///
    /// - Throws: `FileError`, naming the folder.
    package init(replacing target: FilePath, through fileSystem: some FileSystem) throws(FileError) {
        self.target = target
        self.fileSystem = fileSystem
        let folder = target.removingLastComponent()
        var isLocked = true
        for _ in 0..<100 {
            let temporary = folder.appending(TemporaryName.make(isLocked: isLocked))
            do {
                // Made under the lock: an ending program either finds the file or lets none be made.
                let made = try Self.live.withLock { live in
                    guard live.insert(temporary) else { return nil as FileDescriptor? }
                    return try FileDescriptor.open(
                        temporary, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
                        permissions: FilePermissions(rawValue: 0o666))
                }
                guard let descriptor = made else { throw FileError.ending(path: target) }
                // The lock tells others that the file has a living owner. Whoever tidies up may have come first; where
                // there is no lock to be had, the name tells.
                let answer = isLocked ? fileSystem.lock(descriptor) : .unavailable
                if answer == .granted || !isLocked, FileStamp.exists(temporary) {
                    self.descriptor = descriptor
                    self.temporary = temporary
                    return
                }
                if answer == .unavailable { isLocked = false }
                try? SystemCalls.remove(temporary)
                try? descriptor.close()
                Self.live.withLock { $0.remove(temporary) }
            } catch let error as FileError {
                throw error
            } catch {
                Self.live.withLock { $0.remove(temporary) }
                let errno = error as? Errno ?? .ioError
                if errno == .fileExists { continue }
                throw .system(.createTemporary, path: folder.isEmpty ? "." : folder, errno: errno)
            }
        }
        throw .system(.createTemporary, path: folder.isEmpty ? "." : folder, errno: .fileExists)
    }

    deinit { discard() }

    /// Appends `bytes` at the descriptor's position.
    ///
    /// - Throws: `FileError`, naming the target.
    public func write(_ bytes: some Sequence<UInt8>) throws(FileError) {
        func write(_ bytes: UnsafeRawBufferPointer) throws { try fileSystem.write(bytes, to: descriptor) }
        do {
            let isWritten: Void? = try bytes.withContiguousStorageIfAvailable { try write(UnsafeRawBufferPointer($0)) }
            if isWritten == nil { try Array(bytes).withUnsafeBytes(write) }
        } catch {
            throw .system(.write, path: target, errno: error as? Errno ?? .ioError)
        }
    }

    /// Appends the content of the file at `source`, in pieces of 1 MiB.
    ///
    /// - Returns: the digest of what was copied.
    /// - Throws: `FileError`, naming the file that failed.
    @discardableResult
    public func copy(from source: FilePath) throws(FileError) -> SHA256Digest {
        let reading: FileDescriptor
        do { reading = try FileDescriptor.open(source, .readOnly, options: .closeOnExec) } catch {
            throw .system(.open, path: source, errno: error as? Errno ?? .ioError)
        }
        defer { try? reading.close() }
        var hasher = try SHA256Hasher()
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { piece.deallocate() }
        while true {
            let count: Int
            do { count = try reading.read(into: piece) } catch {
                throw .system(.read, path: source, errno: error as? Errno ?? .ioError)
            }
            if count == 0 { return try hasher.finish() }
            hasher.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            try write(piece[..<count])
        }
    }

    /// Writes the content to an open file, mostly a pipe, in pieces of 1 MiB.
    ///
    /// - Throws: `FileError`, naming the target where it cannot be read back, else `name`.
    package func send(to stream: FileDescriptor, named name: FilePath) throws(FileError) {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { piece.deallocate() }
        var offset: Int64 = 0
        while true {
            let count: Int
            do { count = try descriptor.read(fromAbsoluteOffset: offset, into: piece) } catch {
                throw .system(.read, path: target, errno: error as? Errno ?? .ioError)
            }
            if count == 0 { return }
            offset += Int64(count)
            try SystemCalls.write(piece[..<count], toStream: stream, named: name)
        }
    }

    /// Gives the file properties of the file at `original`: call after the last write, since that sets the time.
    ///
    /// - Throws: `FileError`, naming the file that failed.
    public func take(_ properties: Set<PreservedProperty>, of original: FilePath) throws(FileError) {
        if properties.contains(.mode) {
            let mode: FilePermissions
            do { mode = try Stat(original).permissions } catch {
                throw .system(.inspect, path: original, errno: error)
            }
            try SystemCalls.setMode(mode.intersection(.readWriteExecute), of: descriptor, at: target)
        }
        if properties.contains(.mtime) {
            try SystemCalls.setModified(try FileStamp(of: original).modified, of: descriptor, at: target)
        }
    }

    /// Waits until what was written is on the disk, and says what the file's stamp will be under its name.
    ///
    /// - Throws: `FileError`, naming the target.
    public func flush() throws(FileError) -> FileStamp {
        guard isOpen else { throw .ending(path: target) }
        try fileSystem.flush(descriptor, at: target)
        return try FileStamp(of: temporary)
    }

    /// Puts `bytes` at `target`, whole or not at all.
    ///
    /// - Throws: `FileError`; then the target is as it was before.
    public static func write(_ bytes: some Sequence<UInt8>, to target: FilePath) throws(FileError) {
        let file = try AtomicFile(replacing: target)
        try file.write(bytes)
        try file.commit()
    }

    /// Puts the content under its name: flush, rename, flush of the folder.
    ///
    /// - Throws: `FileError`; then the temporary file is gone and the target is as it was before, but for a failed
    ///   flush of the folder, with which the new content is at the target, though perhaps not after a loss of power.
    public func commit() throws(FileError) { try commit(keepingPreviousAs: nil) }

    /// Commits as `commit()` does, after renaming a file that lies at the target to `previous`; what `previous` held is
    /// gone then.
    ///
    /// Between the two renames there is no file at the target: whoever looks for it looks at `previous` too, where it
    /// also stays if the second one fails.
    public func commit(keepingPreviousAs previous: FilePath?) throws(FileError) {
        guard isOpen else { throw .ending(path: target) }
        // Keeps the lock until the file has its name: whoever tidies up would take an unlocked one away.
        let holder = try? descriptor.duplicate()
        defer { try? holder?.close() }
        do throws(FileError) {
            try fileSystem.flush(descriptor, at: target)
            // The order matters: a file system may report a failed write only on close.
            isOpen = false
            do { try fileSystem.close(descriptor) } catch {
                throw .system(.write, path: target, errno: error)
            }
            if let previous, FileStamp.exists(target) { try fileSystem.rename(target, to: previous) }
            try fileSystem.rename(temporary, to: target)
        } catch {
            if isOpen { try? descriptor.close() }
            isOpen = false
            try? SystemCalls.remove(temporary)
            Self.live.withLock { $0.remove(temporary) }
            throw error
        }
        Self.live.withLock { $0.remove(temporary) }
        let folder = target.removingLastComponent()
        try fileSystem.flush(folder: folder.isEmpty ? "." : folder)
    }

    /// Removes the temporary file. A second call, or one after `commit()`, does nothing.
    public func discard() {
        guard isOpen else { return }
        isOpen = false
        try? descriptor.close()
        try? SystemCalls.remove(temporary)
        Self.live.withLock { $0.remove(temporary) }
    }

    private static let live = Mutex(LiveFiles())

    /// Removes every temporary file of this process and lets no new one be made: the last thing before ending early.
    public static func discardAll() {
        let temporaries = live.withLock { $0.end() }
        for temporary in temporaries { try? SystemCalls.remove(temporary) }
    }

    /// Removes temporary files that processes left in `folder` when they were killed, and says how many.
    ///
    /// A file of this machine is abandoned when its lock is free; one of another machine, or without a lock, when it is
    /// a day old (`now` in nanoseconds since 1970).
    public static func removeAbandoned(in folder: FilePath, now: Int64) -> Int {
        guard let names = try? SystemCalls.names(in: folder) else { return 0 }
        var count = 0
        for name in names {
            guard let origin = TemporaryName.origin(of: name) else { continue }
            let path = folder.appending(name)
            switch origin {
            case .thisMachine:
                // Not every file may be written to any more: it has its original's permissions.
                let opened =
                    (try? FileDescriptor.open(path, .readWrite, options: [.noFollow, .closeOnExec]))
                    ?? (try? FileDescriptor.open(path, .readOnly, options: [.noFollow, .closeOnExec]))
                guard let descriptor = opened else { continue }
                defer { try? descriptor.close() }
                guard SystemCalls.lock(descriptor) == .granted else { continue }
            case .unknown:
                guard let stamp = try? FileStamp(of: path), now - stamp.modified > 86_400_000_000_000 else { continue }
            }
            if (try? SystemCalls.remove(path)) != nil { count += 1 }
        }
        return count
    }
}

/// A property of an original that its output may take over.
public enum PreservedProperty: String, Sendable, Codable, CaseIterable {
    /// The time of last change.
    case mtime
    /// The permissions to read, write and execute.
    case mode
}

extension FilePermissions {
    /// Reading, writing and executing, by anybody.
    fileprivate static let readWriteExecute = FilePermissions(rawValue: 0o777)
}

/// The temporary files that this process has now.
private struct LiveFiles {
    private var paths: Set<FilePath> = []
    private var hasEnded = false

    /// False once the program is ending.
    mutating func insert(_ path: FilePath) -> Bool {
        if !hasEnded { paths.insert(path) }
        return !hasEnded
    }

    mutating func remove(_ path: FilePath) { paths.remove(path) }

    mutating func end() -> Set<FilePath> {
        hasEnded = true
        return paths
    }
}
