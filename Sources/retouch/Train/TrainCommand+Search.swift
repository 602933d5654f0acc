import Autoencoders
import Batches
import Corruptions
import Files
import Foundation
import Reports
import SystemPackage
import Training

/// `--latent-search` and `--corrupt-search`.
extension TrainCommand {
    /// Searches the best of several corruptions to train with.
    ///
    /// - Returns: whether the search came to its end.
    func run(corruptions: [Corruption], _ interruption: Interruption) throws -> Bool {
        guard settings.corrupt.isEmpty else {
            throw CommandFailure(status: .usage, message: "--corrupt-search takes the place of --corrupt")
        }
        return try searching("--corrupt-search") { search, observe in
            let session = try CorruptionSearchSession(
                configuration: settings.configuration(), corruptions: corruptions, search: search)
            guard let report = try session.run(isCancelled: { interruption.isRequested }, observe: observe) else {
                return false
            }
            let table = TextTable(
                [["CORRUPTION", "PSNR"]]
                    + report.rows.map {
                        ["\($0.corruption)\($0 == report.chosen ? " *" : "")", Text.decibels($0.psnr)]
                    }, rightColumns: 1..<2)
            tell(table, chosen: report.chosen?.folder)
            return true
        }
    }

    /// Searches the best of several dimensions of the latent.
    ///
    /// - Returns: whether the search came to its end.
    func run(dimensions: [Int], _ interruption: Interruption) throws -> Bool {
        guard let key = Architectures.named(settings.architecture ?? "")?.latentField else {
            throw CommandFailure(
                status: .usage,
                message: "--latent-search goes with --architecture, one of "
                    + Architectures.namesWithLatent.joined(separator: ", "))
        }
        var settings = settings
        // Refused where --network says something else of it.
        settings.network.append("\(key)=\(dimensions.min() ?? 1)")
        return try searching("--latent-search") { [settings] search, observe in
            let configuration = try settings.configuration()
            let session = try TrainingOptions.asked {
                try LatentSearchSession(configuration: configuration, dimensions: dimensions, search: search)
            }
            guard let report = try session.run(isCancelled: { interruption.isRequested }, observe: observe) else {
                return false
            }
            let table = TextTable(
                [["DIMENSION", "PSNR", "PCA", "EXPLAINED BY PCA"]]
                    + report.rows.map { row in
                        [
                            "\(row.dimension)\(row == report.chosen ? " *" : "")", Text.decibels(row.psnr),
                            Text.decibels(row.principalPSNR), String(format: "%.2f %%", 100 * row.explained),
                        ]
                    }, rightColumns: 1..<4)
            tell(table, chosen: report.chosen?.folder)
            return true
        }
    }

    /// Runs a search; an error that makes no sense of it names the option that asked for it.
    private func searching(
        _ option: String, _ body: (TrainingSearch, (TrainingSearch.Event) -> Void) throws -> Bool
    ) throws -> Bool {
        do {
            return try body(
                TrainingSearch(folder: out.path, resources: resources), TrainingDisplay(isQuiet: quiet).show)
        } catch let error as TrainingSearchError {
            switch error {
            case .noValidation:
                throw CommandFailure(
                    status: .usage, message: "\(option) needs --validation pictures to choose by")
            case .noCommonCorruption:
                throw CommandFailure(
                    status: .usage,
                    message: "\(option) needs --validation-corrupt, under which all levels are measured")
            case .noLatent: throw CommandFailure(status: .usage, message: "\(option): \(error)")
            case .largeLatent(let units, let samples):
                throw CommandFailure(
                    status: .usage,
                    message:
                        "\(option) \(units): a latent stands for \(samples) samples; expected at most as many")
            }
        }
    }

    /// Prints the results of all runs, and the folder of the one that was chosen.
    private func tell(_ table: TextTable, chosen: String?) {
        Console.standardOutput.write(table.text)
        if let chosen { Console.standardOutput.write("model: \(out.path.appending(chosen).printed)\n") }
    }
}
