import Synchronization
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A folder for what is in the making, which nobody else may look into: it goes with its object. Those that killed
/// programs left are removed by whoever makes the next one in the same place.
///
/// Contract: one thread at a time.
package final class WorkFolder {
    /// The folder.
    package let path: FilePath
    /// The folder's open descriptor, whose lock tells others that it has a living owner.
    private let descriptor: FileDescriptor?

    /// Makes a folder in `parent`, which is made too where it is missing.
    ///
    /// - Throws: `FileError`.
    package init(in parent: FilePath) throws(FileError) {
        try createFolders(at: parent)
        Self.removeAbandoned(in: parent)
        for _ in 0..<100 {
            let path = parent.resolved().appending(TemporaryName.make(isLocked: true))
            let isMade = try Self.live.withLock { live throws(FileError) in
                guard !live.hasEnded else { throw .ending(path: path) }
                try SystemCalls.makeFolder(path, mode: 0o700)
                return live.paths.insert(path).inserted
            }
            let descriptor = try? FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
            // Whoever tidies up may have come first. Where folders have no locks, nobody tidies up.
            if isMade, let descriptor, SystemCalls.lock(descriptor) != .held, FileStamp.exists(path) {
                self.path = path
                self.descriptor = descriptor
                return
            }
            try? descriptor?.close()
            _ = Self.live.withLock { $0.paths.remove(path) }
        }
        throw .system(.createFolder, path: parent, errno: .fileExists)
    }

    deinit {
        Self.remove(path)
        try? descriptor?.close()
        let path = path
        Self.live.withLock { _ = $0.paths.remove(path) }
    }

    private struct LiveFolders {
        var paths: Set<FilePath> = []
        var hasEnded = false
    }

    private static let live = Mutex(LiveFolders())

    /// Removes every folder of this process and lets no new one be made: the last thing before ending early.
    package static func removeAll() {
        let paths = live.withLock { live in
            live.hasEnded = true
            return live.paths
        }
        for path in paths { remove(path) }
    }

    private static func removeAbandoned(in parent: FilePath) {
        for name in (try? SystemCalls.names(in: parent)) ?? [] {
            let path = parent.appending(name)
            guard TemporaryName.origin(of: name) == .thisMachine, isOurs(path),
                let descriptor = try? FileDescriptor.open(
                    path, .readOnly, options: [.directory, .noFollow, .closeOnExec])
            else { continue }
            defer { try? descriptor.close() }
            if SystemCalls.lock(descriptor) == .granted { remove(path) }
        }
    }

    /// True for a folder that this user made and nobody else can write to: in a folder for all, others could put links
    /// to what they want removed.
    private static func isOurs(_ path: FilePath) -> Bool {
        guard let stat = try? Stat(path, followTargetSymlink: false), stat.type == .directory else { return false }
        return stat.userID.rawValue == geteuid() && stat.permissions == FilePermissions(rawValue: 0o700)
    }

    /// Removes a folder with all that is in it; links are removed, not followed.
    private static func remove(_ path: FilePath) {
        for name in (try? SystemCalls.names(in: path)) ?? [] {
            let inner = path.appending(name)
            if (try? Stat(inner, followTargetSymlink: false))?.type == .directory {
                remove(inner)
            } else {
                try? SystemCalls.remove(inner)
            }
        }
        try? SystemCalls.removeFolder(path)
    }
}

/// The folder for what has no better place: `TMPDIR`, or `/tmp`.
package var temporaryFolder: FilePath {
    let named = getenv("TMPDIR").map { FilePath(platformString: $0) } ?? FilePath()
    return FileStamp.isFolder(named) ? named : "/tmp"
}
