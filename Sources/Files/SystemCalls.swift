package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The system calls that swift-system has no face for, each with its errno as a typed error.
package enum SystemCalls {
    private static var current: Errno { Errno(rawValue: errno) }

    package static func rename(_ source: FilePath, to target: FilePath) throws(FileError) {
        let status = source.withPlatformString { from in
            target.withPlatformString { to in
                // The plain `rename` would be this function.
                #if canImport(Glibc)
                    Glibc.rename(from, to)
                #elseif canImport(Musl)
                    Musl.rename(from, to)
                #else
                    Darwin.rename(from, to)
                #endif
            }
        }
        if status != 0 { throw .system(.rename, path: target, errno: current) }
    }

    package static func remove(_ path: FilePath) throws(FileError) {
        if path.withPlatformString({ unlink($0) }) != 0 { throw .system(.remove, path: path, errno: current) }
    }

    /// Makes a symbolic link at `path` that leads to `target`.
    package static func link(_ path: FilePath, to target: FilePath) throws(FileError) {
        let status = target.withPlatformString { target in path.withPlatformString { symlink(target, $0) } }
        if status != 0 { throw .system(.link, path: path, errno: current) }
    }

    /// Removes an empty folder.
    package static func removeFolder(_ path: FilePath) throws(FileError) {
        if path.withPlatformString({ rmdir($0) }) != 0 { throw .system(.remove, path: path, errno: current) }
    }

    /// Waits until the content of `descriptor` is on the disk. File systems that cannot (EINVAL) are let be.
    package static func flush(_ descriptor: FileDescriptor, at path: FilePath) throws(FileError) {
        while fsync(descriptor.rawValue) != 0 {
            let found = current
            if found == .interrupted { continue }
            if found == .invalidArgument || found == .notSupported { return }
            throw .system(.flush, path: path, errno: found)
        }
    }

    /// Gives an open file these permissions. File systems that have none, or others, are let be.
    package static func setMode(
        _ mode: FilePermissions, of descriptor: FileDescriptor, at path: FilePath
    ) throws(FileError) {
        guard fchmod(descriptor.rawValue, mode.rawValue) != 0 else { return }
        let found = current
        if [.notPermitted, .notSupported, .invalidArgument, .noFunction].contains(found) { return }
        throw .system(.preserve, path: path, errno: found)
    }

    /// Gives an open file this time of last change, in nanoseconds since 1970; that of last access stays.
    package static func setModified(
        _ modified: Int64, of descriptor: FileDescriptor, at path: FilePath
    ) throws(FileError) {
        let (seconds, nanoseconds) = modified.quotientAndRemainder(dividingBy: 1_000_000_000)
        let isBefore1970 = nanoseconds < 0
        let access: timespec
        do { access = try Stat(descriptor).st_atim } catch {
            throw .system(.preserve, path: path, errno: error)
        }
        var times = [access, timespec()]
        times[1].tv_sec = numericCast(isBefore1970 ? seconds - 1 : seconds)
        times[1].tv_nsec = numericCast(isBefore1970 ? nanoseconds + 1_000_000_000 : nanoseconds)
        if futimens(descriptor.rawValue, times) != 0 { throw .system(.preserve, path: path, errno: current) }
    }

    /// Writes all of `bytes` to a stream, and waits where its reader made it one that does not.
    package static func write(
        _ bytes: Slice<UnsafeMutableRawBufferPointer>, toStream stream: FileDescriptor, named name: FilePath
    ) throws(FileError) {
        var rest = UnsafeRawBufferPointer(rebasing: bytes)
        while !rest.isEmpty {
            do {
                rest = UnsafeRawBufferPointer(rebasing: rest[try stream.write(rest)...])
            } catch Errno.resourceTemporarilyUnavailable {
                var state = pollfd(fd: stream.rawValue, events: Int16(POLLOUT), revents: 0)
                _ = poll(&state, 1, -1)
            } catch {
                throw .system(.write, path: name, errno: error as? Errno ?? .ioError)
            }
        }
    }

    /// Waits until the names in `folder` are on the disk.
    package static func flush(folder: FilePath) throws(FileError) {
        let descriptor: FileDescriptor
        do { descriptor = try FileDescriptor.open(folder, .readOnly, options: .closeOnExec) } catch {
            throw .system(.flush, path: folder, errno: error as? Errno ?? .ioError)
        }
        defer { try? descriptor.close() }
        try flush(descriptor, at: folder)
    }

    /// The answer to who asks for a lock without waiting.
    package enum LockAnswer: Sendable {
        /// The lock is held from now on.
        case granted
        /// Somebody else has it.
        case held
        /// Locks do not work here, or there are none left.
        case unavailable
    }

    private static func answer(_ status: CInt) -> LockAnswer {
        if status == 0 { return .granted }
        let found = current
        return found == .wouldBlock || found == .resourceTemporarilyUnavailable || found == .permissionDenied
            ? .held : .unavailable
    }

    /// Asks for the exclusive advisory lock of an open file, without waiting.
    package static func lock(_ descriptor: FileDescriptor) -> LockAnswer {
        answer(flock(descriptor.rawValue, LOCK_EX | LOCK_NB))
    }

    /// Asks for the exclusive lock of one byte of an open file, without waiting. The lock belongs to the open file: it
    /// ends with `unlockByte`, when the file is closed, and with the process, however it ends.
    package static func lockByte(_ descriptor: FileDescriptor, at offset: Int64) -> LockAnswer {
        setByteLock(descriptor, at: offset, kind: CInt(F_WRLCK))
    }

    /// Gives the lock of one byte back.
    package static func unlockByte(_ descriptor: FileDescriptor, at offset: Int64) {
        _ = setByteLock(descriptor, at: offset, kind: CInt(F_UNLCK))
    }

    private static func setByteLock(_ descriptor: FileDescriptor, at offset: Int64, kind: CInt) -> LockAnswer {
        var lock = flock()
        lock.l_type = CShort(kind)
        lock.l_whence = CShort(SEEK_SET)
        lock.l_start = off_t(offset)
        lock.l_len = 1
        return answer(fcntl(descriptor.rawValue, setOpenFileLock, &lock))
    }

    /// `F_OFD_SETLK` of fcntl(2), which the headers show to GNU programs alone: the plain lock of a process would end
    /// when any of its descriptors of the file is closed.
    #if canImport(Darwin)
        private static let setOpenFileLock: CInt = 90
    #else
        private static let setOpenFileLock: CInt = 37
    #endif

    /// The machine's name on its network, to tell our temporary files from another machine's.
    package static func hostName() -> [UInt8] {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return [] }
        return name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    }

    /// The path without links, `.` and `..`; nil where nothing is there.
    package static func realPath(_ path: FilePath) -> FilePath? {
        guard let resolved = path.withPlatformString({ realpath($0, nil) }) else { return nil }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }

    /// The names in a folder without `.` and `..`, in the order of their bytes.
    package static func names(in folder: FilePath) throws(FileError) -> [FilePath.Component] {
        guard let stream = folder.withPlatformString({ opendir($0) }) else {
            throw .system(.readFolder, path: folder, errno: current)
        }
        defer { closedir(stream) }
        var names: [(bytes: [UInt8], name: FilePath.Component)] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw .system(.readFolder, path: folder, errno: current) }
                break
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 1) { FilePath(platformString: $0) }
            }
            guard let component = name.lastComponent, component.kind == .regular else { continue }
            names.append((component.bytes, component))
        }
        names.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        return names.map(\.name)
    }

    /// Makes one folder; an existing folder is fine.
    package static func makeFolder(_ path: FilePath, mode: CInterop.Mode = 0o777) throws(FileError) {
        if path.withPlatformString({ mkdir($0, mode) }) == 0 { return }
        let found = current
        if found == .fileExists, FileStamp.isFolder(path) { return }
        throw .system(.createFolder, path: path, errno: found)
    }
}
