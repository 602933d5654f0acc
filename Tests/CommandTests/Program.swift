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
        while waitpid(processID, &status, WNOHANG) == 0 {
            if ContinuousClock.now > deadline {
                kill(processID, SIGKILL)
                waitpid(processID, &status, 0)
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
            standardError: try text("2"))
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
