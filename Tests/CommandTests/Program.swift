import Files
import SystemPackage
import TestFolders
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The built program, run as a person or script runs it.
struct Program {
    /// What came of a run.
    struct Ending {
        /// The exit code; 128 + the number of the signal that killed it.
        var status: Int32
        var standardOutput: String
        var standardError: String
        /// The seconds of processor time that it took.
        var processorSeconds: Double
        /// The most memory that it had, in bytes; 0 where the system does not tell.
        var peakBytes: Int

        /// The last line of standard output.
        var closingLine: String { standardOutput.split(separator: "\n").last.map(String.init) ?? "" }
    }

    /// The program beside the test bundle: both come from one build.
    static let path: FilePath = {
        var path = FilePath("/proc/self/exe").resolved()
        if !FileStamp.exists(path) || path.lastComponent?.string.contains("Tests") != true {
            path = CommandLine.arguments.first.map { FilePath($0).resolved() } ?? path
        }
        repeat {
            path.removeLastComponent()
        } while !path.components.isEmpty
            && !FileStamp.exists(path.appending("retouch"))
        return path.appending("retouch")
    }()

    let processID: pid_t
    private let output: TemporaryFolder

    /// Starts `retouch` with `arguments` as bytes.
    ///
    /// - Parameter environment: added to a bare environment.
    init(_ arguments: [[UInt8]], environment: [String: String] = [:], under launcher: [String] = []) throws {
        output = try TemporaryFolder()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output.path.appending("1").string, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, output.path.appending("2").string, O_WRONLY | O_CREAT, 0o600)
        // Whoever runs the tests may ignore or block signals; the program must not inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var variables = environment
        for name in ["PATH", "LD_LIBRARY_PATH", "HOME"] {
            if variables[name] == nil, let value = getenv(name) { variables[name] = String(cString: value) }
        }
        let words = (launcher.map { Array($0.utf8) } + [Self.path.bytes] + arguments).map { copy($0) }
        let assignments = variables.map { copy(Array("\($0.key)=\($0.value)".utf8)) }
        defer { for pointer in words + assignments { free(pointer) } }
        var identifier: pid_t = 0
        let status = posix_spawn(
            &identifier, launcher.first ?? Self.path.string, &actions, &attributes, words + [nil], assignments + [nil])
        guard status == 0 else { throw Errno(rawValue: status) }
        processID = identifier
    }

    func signal(_ number: Int32) { kill(processID, number) }

    /// Waits for the end; after `seconds` the program is killed and the test fails.
    func wait(atMost seconds: Double = 60) throws -> Ending {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var status: Int32 = 0
        var usage = rusage()
        var peak = 0
        while wait4(processID, &status, WNOHANG, &usage) == 0 {
            // The system's own figure for a child begins with the parent's memory.
            peak = max(peak, Self.peakBytes(of: processID))
            if ContinuousClock.now > deadline {
                kill(processID, SIGKILL)
                wait4(processID, &status, 0, &usage)
                Issue.record("the program did not end within \(seconds) s")
                break
            }
            usleep(2000)
        }
        let signal = status & 0x7F
        func text(_ name: FilePath.Component) throws -> String {
            String(decoding: try output.read(output.path.appending(name)), as: UTF8.self)
        }
        return Ending(
            status: signal != 0 ? 128 + signal : (status >> 8) & 0xFF, standardOutput: try text("1"),
            standardError: try text("2"),
            processorSeconds: Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime), peakBytes: peak)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    /// Returns the most memory that a running process has had since it began to run its program.
    private static func peakBytes(of process: pid_t) -> Int {
        guard let descriptor = try? FileDescriptor.open("/proc/\(process)/status", .readOnly) else { return 0 }
        defer { try? descriptor.close() }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = (try? bytes.withUnsafeMutableBytes { try descriptor.read(into: $0) }) ?? 0
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        let kilobytes = lines.first { $0.hasPrefix("VmHWM:") }?.filter(\.isNumber)
        return kilobytes.flatMap { Int($0) }.map { $0 << 10 } ?? 0
    }

    /// Runs to the end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], atMost seconds: Double = 60
    ) throws -> Ending {
        try Program(arguments.map { Array($0.utf8) }, environment: environment).wait(atMost: seconds)
    }
}

/// A C string of `bytes`, the caller's to free.
private func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar>? {
    guard let memory = malloc(bytes.count + 1) else { return nil }
    let characters = memory.bindMemory(to: CChar.self, capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { characters[index] = CChar(bitPattern: byte) }
    characters[bytes.count] = 0
    return characters
}
