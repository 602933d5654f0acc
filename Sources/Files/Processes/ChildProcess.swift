import CProcess
import Foundation
import Synchronization
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Another program, run to its end without a shell, in a process group of its own and within limits.
package enum ChildProcess {
    /// The limits on a program.
    package struct Limits: Sendable {
        /// The bytes of memory that each of its processes may map.
        package var memory: Int
        /// The seconds that it may take, by the clock as well as of processor time.
        package var seconds: Int
        /// The bytes that a file which it writes may have; all that lie in its folder may have twice as many.
        package var fileSize: Int

        package init(memory: Int, seconds: Int, fileSize: Int) {
            (self.memory, self.seconds, self.fileSize) = (memory, seconds, fileSize)
        }
    }

    /// The end of a program.
    package enum Ending: Sendable, Equatable {
        /// It ended by itself with this status.
        case exited(Int)
        /// A signal ended it; `SIGXFSZ` at the limit of a file's size.
        case signalled(Int)
        /// It took more time than it may, and was killed.
        case tooSlow
        /// It filled its folder with more than it may, and was killed.
        case tooMuchWritten
        /// It was killed because whoever began it wants no more of it.
        case cancelled
    }

    /// Returns the absolute path of the program called `name`: itself where it has a slash, else that of the first
    /// folder of `PATH` that has it; nil where none has.
    package static func find(_ name: String) -> FilePath? {
        let found: FilePath?
        if name.contains("/") {
            found = isProgram(FilePath(name)) ? FilePath(name) : nil
        } else {
            let path = getenv("PATH").map { String(cString: $0) } ?? ""
            found = path.split(separator: ":").lazy.map { FilePath(String($0)).appending(name) }.first(where: isProgram)
        }
        // Only the folder is made absolute: a program may act by the name that it is called by.
        return found.flatMap { found in
            found.lastComponent.map { found.removingLastComponent().resolved().appending($0) }
        }
    }

    private static func isProgram(_ path: FilePath) -> Bool {
        path.withPlatformString { access($0, X_OK) } == 0 && !FileStamp.isFolder(path)
    }

    /// Runs `program` in `folder` and waits for its end. It reads nothing, and what it prints goes to the file `output`.
    ///
    /// - Parameters:
    ///   - arguments: what follows the program's name.
    ///   - variables: set in its environment, which is ours otherwise.
    ///   - isCancelled: asked some fifty times a second; true kills the program with all that it has begun.
    /// - Throws: `FileError` where the program cannot be begun.
    package static func run(
        _ program: FilePath, _ arguments: [String], in folder: FilePath, output: FilePath,
        variables: [String: String] = [:], limits: Limits, isCancelled: () -> Bool
    ) throws(FileError) -> Ending {
        let start = ContinuousClock.now
        let child = try begin(program, arguments, in: folder, output: output, variables: variables, limits: limits)
        var looks = 0
        while true {
            if let status = try end(of: child, program) {
                let ending = ending(status)
                return ending == .signalled(Int(SIGXCPU)) ? .tooSlow : ending
            }
            looks += 1
            var reason: Ending?
            if isCancelled() {
                reason = .cancelled
            } else if ContinuousClock.now - start > .seconds(limits.seconds) {
                reason = .tooSlow
            } else if looks.isMultiple(of: 16),
                byteCount(ofFolder: folder) / 2 > limits.fileSize
                    || byteCount(of: output) > printedLimit
            {
                reason = .tooMuchWritten
            }
            if let reason {
                process_kill(child)
                _ = try end(of: child, program)
                return reason
            }
            // Small pictures are done in a few milliseconds.
            usleep(looks < 10 ? 2_000 : 20_000)
        }
    }

    /// The most bytes that a program may print.
    private static let printedLimit = 16 << 20

    /// Returns the bytes of the files that lie in a folder itself.
    private static func byteCount(ofFolder folder: FilePath) -> Int {
        ((try? SystemCalls.names(in: folder)) ?? []).reduce(0) { $0 &+ byteCount(of: folder.appending($1)) }
    }

    private static func byteCount(of path: FilePath) -> Int {
        let stat = try? Stat(path, followTargetSymlink: false)
        return stat?.type == .regular ? Int(clamping: stat?.size ?? 0) : 0
    }

    // MARK: The children of this process

    private struct Children {
        var identifiers: Set<pid_t> = []
        var hasEnded = false
    }

    private static let live = Mutex(Children())

    /// Kills every child and lets no new one begin: the last thing before ending early.
    package static func killAll() {
        live.withLock { live in
            live.hasEnded = true
            for child in live.identifiers { process_kill(child) }
        }
    }

    private static func begin(
        _ program: FilePath, _ arguments: [String], in folder: FilePath, output: FilePath,
        variables: [String: String], limits: Limits
    ) throws(FileError) -> pid_t {
        let words = [program.withPlatformString { strdup($0) }] + arguments.map { strdup($0) } + [nil]
        let environment = ProcessInfo.processInfo.environment.merging(variables) { _, new in new }
        let assignments = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for string in words + assignments { free(string) } }
        var bounds = process_limits(
            memory: UInt64(clamping: limits.memory), seconds: UInt64(clamping: limits.seconds),
            file_size: UInt64(clamping: limits.fileSize))
        // Begun under the lock: an ending program either knows the child or lets none begin.
        let (status, child) = live.withLock { live -> (CInt, pid_t) in
            guard !live.hasEnded else { return (ECANCELED, 0) }
            var child: pid_t = 0
            let status = program.withPlatformString { path in
                folder.withPlatformString { folder in
                    output.withPlatformString { output in
                        process_begin(path, words, assignments, folder, output, &bounds, &child)
                    }
                }
            }
            if status == 0 { live.identifiers.insert(child) }
            return (status, child)
        }
        if status != 0 { throw .system(.run, path: program, errno: Errno(rawValue: status)) }
        return child
    }

    /// Returns the status of a child that has ended; nil while it runs.
    private static func end(of child: pid_t, _ program: FilePath) throws(FileError) -> CInt? {
        var status: CInt = 0
        let answer = live.withLock { live in
            let answer = process_ended(child, &status)
            if answer != 0 { live.identifiers.remove(child) }
            return answer
        }
        if answer < 0 { throw .system(.run, path: program, errno: .noChildProcess) }
        return answer == 0 ? nil : status
    }

    private static func ending(_ status: CInt) -> Ending {
        // The macros of sys/wait.h.
        let signal = status & 0x7F
        return signal == 0 ? .exited(Int(status >> 8 & 0xFF)) : .signalled(Int(signal))
    }
}
