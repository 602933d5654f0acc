import Files
import Foundation
import SystemPackage

/// How much memory the machine lets this process use.
public enum MachineMemory {
    /// Half of the smaller of the machine's memory and the control group's limit, in bytes: what a run uses by default.
    public static var defaultLimit: Int { Int(clamping: min(physicalByteCount, controlGroupLimit ?? .max) / 2) }

    static var physicalByteCount: UInt64 { ProcessInfo.processInfo.physicalMemory }

    /// The smallest memory limit of the process's control groups (version 2, or 1), if there is one.
    static var controlGroupLimit: UInt64? {
        let groups = text(of: "/proc/self/cgroup") ?? ""
        var limits: [UInt64] = []
        for line in groups.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let isVersion2 = fields[1].isEmpty
            guard isVersion2 || fields[1].split(separator: ",").contains("memory") else { continue }
            let mount = isVersion2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
            let file = isVersion2 ? "memory.max" : "memory.limit_in_bytes"
            // A group's limit binds all groups below it; inside a container the path may not be visible.
            var group = String(fields[2])
            while true {
                let path = mount + (group.hasPrefix("/") ? group : "/" + group) + "/" + file
                if let value = text(of: FilePath(path)).flatMap({ UInt64($0.trimmingCharacters(in: .newlines)) }) {
                    limits.append(value)
                }
                guard let slash = group.lastIndex(of: "/"), !group.isEmpty else { break }
                group = String(group[..<slash])
            }
        }
        return limits.min()
    }

    private static func text(of path: FilePath) -> String? {
        guard let descriptor = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return nil }
        defer { try? descriptor.close() }
        var bytes = [UInt8](repeating: 0, count: 65536)
        guard let count = try? bytes.withUnsafeMutableBytes({ try descriptor.read(into: $0) }) else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
