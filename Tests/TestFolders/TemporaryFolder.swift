import Files
package import SystemPackage

/// A fresh folder that is removed with all that is in it at the end of the object's life.
package final class TemporaryFolder {
    package let path: FilePath

    package init() throws {
        let name = "retouch-tests-\(UInt64.random(in: 0...UInt64.max))"
        path = FilePath("/tmp").appending(name)
        try createFolders(at: path)
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: FilePath) {
        if let stat = try? Stat(path, followTargetSymlink: false), stat.type == .directory {
            for name in (try? contents(ofFolder: path)) ?? [] { remove(path.appending(name)) }
            _ = path.withPlatformString { rmdir($0) }
        } else {
            _ = path.withPlatformString { unlink($0) }
        }
    }

    /// Writes a file, with the folders above it.
    @discardableResult
    package func write(_ text: String, to relative: FilePath) throws -> FilePath {
        try write(Array(text.utf8), to: relative)
    }

    /// Writes a file, with the folders above it.
    @discardableResult
    package func write(_ bytes: [UInt8], to relative: FilePath) throws -> FilePath {
        let target = path.pushing(relative)
        try createFolders(at: target.removingLastComponent())
        let descriptor = try FileDescriptor.open(
            target, .writeOnly, options: [.create, .truncate], permissions: FilePermissions(rawValue: 0o644))
        try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
        return target
    }

    package func link(_ relative: FilePath, to target: FilePath) throws {
        let status = target.withPlatformString { target in
            path.pushing(relative).withPlatformString { symlink(target, $0) }
        }
        if status != 0 { throw Errno(rawValue: errno) }
    }

    package func read(_ path: FilePath) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(path, .readOnly)
        return try descriptor.closeAfter {
            var bytes: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = try piece.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                if count == 0 { return bytes }
                bytes += piece[..<count]
            }
        }
    }

    package func remove(_ relative: FilePath) { Self.remove(path.pushing(relative)) }

    /// Sets the time of the last change, in nanoseconds since 1970.
    package func setModified(_ path: FilePath, _ nanoseconds: Int64) throws {
        let time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        let times = [time, time]
        if path.withPlatformString({ utimensat(AT_FDCWD, $0, times, 0) }) != 0 { throw Errno(rawValue: errno) }
    }

    package var names: [String] { ((try? contents(ofFolder: path)) ?? []).map(\.string) }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
