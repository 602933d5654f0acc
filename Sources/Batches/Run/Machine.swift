import Foundation
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The resources that the machine lets this process use.
public enum Machine {
    /// The memory that a run uses by default: half of the smaller of the machine's memory and the control group's limit,
    /// and no more than the address space that is left, in bytes.
    public static var defaultMemoryLimit: Int {
        let half = min(ProcessInfo.processInfo.physicalMemory, controlGroupMemory ?? .max) / 2
        return max(1 << 20, Int(clamping: min(half, addressSpaceLeft ?? .max)))
    }

    /// The number of workers that a run has by default: that of the processors that the process may run on, no more
    /// than the control group's share of time is worth.
    public static var defaultWorkerCount: Int {
        max(1, min(ProcessInfo.processInfo.activeProcessorCount, controlGroupProcessors ?? .max))
    }

    /// The bytes of address space that `ulimit -v` allows this process; nil where there is no limit.
    package static var addressSpaceLimit: UInt64? {
        var limit = rlimit()
        #if canImport(Glibc)
            let status = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        #else
            let status = getrlimit(RLIMIT_AS, &limit)
        #endif
        return status == 0 && limit.rlim_cur != rlim_t.max ? UInt64(limit.rlim_cur) : nil
    }

    /// The bytes of address space that `ulimit -v` leaves to this process; nil where there is no limit.
    static var addressSpaceLeft: UInt64? {
        guard let limit = addressSpaceLimit else { return nil }
        let pages = text(of: "/proc/self/statm")?.split(separator: " ").first.flatMap { UInt64($0) } ?? 0
        let used = pages.multipliedReportingOverflow(by: UInt64(max(1, sysconf(Int32(_SC_PAGESIZE)))))
        return used.overflow || used.partialValue > limit ? 0 : limit - used.partialValue
    }

    /// The smallest memory limit of the process's control groups (version 2, or 1), if there is one.
    private static var controlGroupMemory: UInt64? {
        let limits =
            controlGroupTexts(controller: "memory", version2: "memory.max", version1: "memory.limit_in_bytes")
        return limits.compactMap { UInt64($0) }.min()
    }

    /// The smallest share of processor time, in processors, rounded up (version 2 only).
    private static var controlGroupProcessors: Int? {
        controlGroupTexts(controller: "cpu", version2: "cpu.max", version1: nil).compactMap { text in
            let fields = text.split(separator: " ").compactMap { Double($0) }
            guard fields.count == 2, fields[0] > 0, fields[1] > 0 else { return nil }
            return Int((fields[0] / fields[1]).rounded(.up))
        }.min()
    }

    /// Returns the content of a file in each of the process's control groups: a group's limit binds all groups below
    /// it.
    private static func controlGroupTexts(controller: String, version2: String, version1: String?) -> [String] {
        var texts: [String] = []
        for line in (text(of: "/proc/self/cgroup") ?? "").split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let isVersion2 = fields[1].isEmpty
            guard isVersion2 || fields[1].split(separator: ",").contains(controller[...]) else { continue }
            guard let file = isVersion2 ? version2 : version1 else { continue }
            var folder = FilePath(isVersion2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/" + controller)
            // Inside a container the lower groups may not be visible; the mount itself then is the group.
            texts += [text(of: folder.appending(file))].compactMap(\.self)
            for name in fields[2].split(separator: "/") {
                folder.append(String(name))
                texts += [text(of: folder.appending(file))].compactMap(\.self)
            }
        }
        return texts
    }

    private static func text(of path: FilePath) -> String? {
        guard let descriptor = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return nil }
        defer { try? descriptor.close() }
        var bytes = [UInt8](repeating: 0, count: 65536)
        guard let count = try? bytes.withUnsafeMutableBytes({ try descriptor.read(into: $0) }) else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
