import ArgumentParser
import Batches
import Corruptions
import Files
import Kernels
import Latents
import Networks
import Reports
import Restoration
import SystemPackage
import Training

/// The exit codes of the program, a contract that scripts rely on. Where several apply the first one counts.
enum ExitStatus: Int32, CaseIterable {
    case interrupted = 130
    case usage = 2
    case model = 4
    case noInput = 3
    case output = 74
    case someFailed = 1
    case thresholdMissed = 5
    case success = 0

    /// The status for an error that ended a command before it could do its work.
    init(of error: any Error) {
        switch error {
        case is PlanError, is MethodError, is InstructionSet.Error: self = .usage
        case let error as RestorationError:
            switch error {
            case .setting, .noNoiseMap, .otherSize: self = .usage
            default: self = .model
            }
        case let error as TrainingError:
            if case .diverged = error { self = .someFailed } else { self = .usage }
        case let error as StreamError:
            self = error == .cancelled ? .interrupted : .noInput
        case is TrainingDataError, is PathListError, is NumberArrayError: self = .noInput
        case is CorruptionError, is LatentError: self = .usage
        case is ModelFileError: self = .model
        case is FileError: self = .output
        default: self = Retouch.exitCode(for: error) == .validationFailure ? .usage : .someFailed
        }
    }

    /// Returns the one of two statuses that counts.
    func combined(with other: ExitStatus) -> ExitStatus {
        Self.allCases.first { $0 == self || $0 == other } ?? self
    }

    /// The status for the end of a run.
    init(of result: BatchResult) {
        if result.wasInterrupted {
            self = .interrupted
        } else if result.records.allSatisfy({ $0.outcome.kind == .ignored }) {
            self = .noInput
        } else if result.outputSideFailed {
            self = .output
        } else {
            self = result.count(of: .failed) > 0 ? .someFailed : .success
        }
    }
}

/// An error that ends a command with an exit code and, unless all has been said, one line for standard error.
struct CommandFailure: Error {
    var status: ExitStatus
    var message: String?

    /// Throws where there is a file already that must stay: a failure of usage, before any work.
    static func unlessReplaceable(_ path: FilePath?, overwrite: Bool) throws {
        guard let path, FileStamp.exists(path), !overwrite else { return }
        throw CommandFailure(
            status: .usage, message: "\"\(path.printed)\" is there already; expected another name, or --overwrite")
    }

    /// Prints the warnings of a search for pictures, and throws where it found none.
    ///
    /// - Parameter noun: the word for what was searched for.
    static func unlessFound(
        _ count: Int, _ noun: String = "picture", in path: FilePath, warnings: [String]
    ) throws {
        for warning in warnings { Console.standardError.write("warning: \(warning)\n") }
        guard count == 0 else { return }
        throw CommandFailure(status: .noInput, message: "no \(noun) in \"\(path.printed)\"")
    }

    /// Ends the command with `status` where that is not success; everything has been said.
    static func unlessSuccess(_ status: ExitStatus) throws {
        if status != .success { throw CommandFailure(status: status, message: nil) }
    }

    /// Prints names that have no partner, each in a line; they end the command unless they may be missing.
    static func tellMissing(_ missing: [String], allowsMissing: Bool) throws {
        for line in missing { Console.standardError.write("\(allowsMissing ? "warning" : "retouch"): \(line)\n") }
        guard !missing.isEmpty, !allowsMissing else { return }
        throw CommandFailure(
            status: .usage,
            message: "\(missing.count) name\(missing.count == 1 ? "" : "s") without a partner; nothing was measured. "
                + "--allow-missing measures the others.")
    }
}
