public import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What tells that a file is the one seen before: its length in bytes and when it was last changed.
public struct FileStamp: Codable, Hashable, Sendable {
    public var byteCount: Int64
    /// Nanoseconds since 1970.
    public var modified: Int64

    public init(byteCount: Int64, modified: Int64) {
        self.byteCount = byteCount
        self.modified = modified
    }

    /// The stamp of the file at `path`, symbolic links followed.
    ///
    /// - Throws: `FileError`.
    public init(of path: FilePath) throws(FileError) {
        do { self.init(try Stat(path)) } catch {
            throw .system(.inspect, path: path, errno: error)
        }
    }

    init(_ stat: Stat) {
        byteCount = stat.size
        let time = stat.st_mtim
        modified = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Whether `path` is a folder, symbolic links followed.
    public static func isFolder(_ path: FilePath) -> Bool { (try? Stat(path))?.type == .directory }

    /// Whether anything is at `path`, a dangling symbolic link too.
    public static func exists(_ path: FilePath) -> Bool { (try? Stat(path, followTargetSymlink: false)) != nil }
}

/// What a file or folder is, whatever path leads to it: device and inode.
public struct FileIdentity: Hashable, Sendable {
    private let device: CInterop.DeviceID
    private let inode: CInterop.Inode

    init(_ stat: Stat) {
        device = stat.deviceID.rawValue
        inode = stat.inode.rawValue
    }

    /// The identity of what is at `path`, symbolic links followed; nil where nothing is.
    public init?(of path: FilePath) {
        guard let stat = try? Stat(path) else { return nil }
        self.init(stat)
    }
}
