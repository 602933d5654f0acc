import Files
import Foundation
import SystemPackage
import Testing

#if os(Linux)
    /// Who begins the program under `nice` wants all of it to give way. (The threads of libdispatch would not, as root.)
    @Suite("The program keeps the priority that it was given")
    struct PriorityTests {
        private static let nice: FilePath = "/usr/bin/nice"

        @Test(.enabled(if: FileStamp.exists(nice)), arguments: ["restore", "corrupt"])
        func everyThreadIsNice(command: String) throws {
            let test = try CommandFolder()
            for index in 0..<6 {
                try test.picture(FilePath("in/\(index).png"), width: 1000, height: 800, seed: UInt64(index))
            }
            let verb = command == "restore" ? ["-j", "4", "-x"] : ["--corrupt", "blur:2", "-j", "4"]
            let program = try test.start(
                [command, "IN", "OUT"] + verb, under: [Self.nice.string, "-n", "10"])
            var (most, least) = (0, Int.max)
            while let threads = Self.priorities(of: program.processID) {
                most = max(most, threads.count)
                least = threads.reduce(least, min)
                usleep(2000)
            }
            let ending = try program.wait()
            #expect(ending.status == 0, "\(ending)")
            #expect(least >= 10, "nice values from \(least)")
            // The one that waits for signals, and a second worker.
            #expect(most > (ProcessInfo.processInfo.activeProcessorCount > 1 ? 2 : 1), "\(most) threads")
        }

        /// The nice values of the program's threads by `/proc`: none before the launcher has begun it, nil where it has ended.
        private static func priorities(of process: Int32) -> [Int]? {
            func fields(_ path: String) -> (name: String, rest: [Substring])? {
                guard let text = try? String(contentsOfFile: path, encoding: .utf8),
                    let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")")
                else { return nil }
                return (
                    String(text[text.index(after: open)..<close]),
                    text[text.index(after: close)...].split(separator: " ")
                )
            }
            // The state comes first after the name; a process that nobody has waited for yet is a zombie.
            guard let whole = fields("/proc/\(process)/stat"), whole.rest.first != "Z" else { return nil }
            guard whole.name == "retouch" else { return [] }
            let folder = "/proc/\(process)/task"
            let tasks = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return tasks.compactMap { task in
                // A thread may end between two looks. Field 19 of the line is its nice value.
                guard let rest = fields("\(folder)/\(task)/stat")?.rest, rest.count > 16, rest[0] != "Z" else {
                    return nil
                }
                return Int(rest[16])
            }
        }
    }
#endif
