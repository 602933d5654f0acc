public import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The length in bytes and the time of the last change of a file, by which a file is taken for the one seen before.
public struct FileStamp: Codable, Hashable, Sendable {
    /// The length of the file in bytes.
    public var byteCount: Int64
    /// The time of the last change in nanoseconds since 1970.
    public var modified: Int64

    /// Creates a stamp of a length in bytes and a time in nanoseconds since 1970.
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

    /// Returns true where `path` is a folder, symbolic links followed.
    public static func isFolder(_ path: FilePath) -> Bool { (try? Stat(path))?.type == .directory }

    /// Returns true where anything is at `path`, a dangling symbolic link too.
    public static func exists(_ path: FilePath) -> Bool { (try? Stat(path, followTargetSymlink: false)) != nil }
}

/// The identity of a file or folder, whatever path leads to it: device and inode.
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
