import Batches
import Files
import Foundation
import Reports
import SystemPackage
import Training

/// A training run for each of several settings, in folders of their own below one; those that were stopped go on.
struct TrainingSearch {
    struct Candidate {
        /// What is told of it.
        var label: String
        var folder: FilePath.Component
        var settings: TrainingOptions
    }

    let folder: FilePath
    let workers: Int
    let memoryLimit: Int
    let isQuiet: Bool
    /// The option that asked for it.
    let option: String

    /// Runs all of them in their order.
    ///
    /// - Parameters:
    ///   - check: what is refused before a run's first step.
    ///   - trained: gets each that is done, with the mean PSNR of its last validation in decibels.
    func run(
        _ candidates: [Candidate], _ interruption: Interruption,
        check: (TrainingSession) throws -> Void = { _ in },
        trained: (Candidate, TrainingSession, Double) throws -> Void
    ) throws -> ExitStatus {
        for candidate in candidates {
            guard !candidate.settings.validation.isEmpty || candidate.settings.config != nil else { throw blind }
            let path = folder.appending(candidate.folder)
            let exists = CheckpointFile(folder: path).exists
            let session = try TrainingSession(
                folder: path, settings: exists ? nil : candidate.settings, workers: workers, memoryLimit: memoryLimit,
                isQuiet: isQuiet)
            try check(session)
            if !isQuiet {
                let note = exists ? ": a run is there, which goes on with its own settings" : ""
                Console.standardError.write("\(candidate.label)\(note)\n")
            }
            let status = try session.run(interruption)
            guard status == .success else { return status }
            guard let psnr = session.psnr else { throw blind }
            try trained(candidate, session, psnr)
        }
        return .success
    }

    /// Prints what all runs gave, and the folder of the one that was chosen.
    func tell(_ table: TextTable, chosen: String?) {
        Console.standardOutput.write(table.text)
        if let chosen { Console.standardOutput.write("model: \(folder.appending(chosen).printed)\n") }
    }

    private var blind: CommandFailure {
        CommandFailure(status: .usage, message: "\(option) needs --validation pictures to choose by")
    }
}
