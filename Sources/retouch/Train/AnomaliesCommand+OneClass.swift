import Autoencoders
import Batches
import Files
import Foundation
import Networks
import Reports
import Restoration
import SystemPackage
import Workers

/// `--model` with an autoencoder.
extension AnomaliesCommand {
    /// Returns true for a model with a latent that does not mask damage.
    func isAutoencoder(_ model: Model) -> Bool {
        model.card.task != .damage && (try? LatentModel(model.network)) != nil
    }

    /// Looks at data of any kind by what an autoencoder makes of them.
    func examine(with model: Model, _ interruption: Interruption) throws {
        guard steps == 0 else {
            throw CommandFailure(
                status: .usage, message: "--steps teaches models that mask damage; train --from goes on with this one")
        }
        guard pictures.count == 1, let path = pictures.first?.path else {
            throw CommandFailure(status: .usage, message: "an autoencoder looks at one folder or array at a time")
        }
        func data(_ path: FilePath, labels: FilePath?) throws -> PictureData {
            let data = try PictureData(
                path, labels: labels, side: model.network.grid, channels: model.network.inputChannels,
                byteLimit: reading.byteLimit, maximumPixels: reading.maxPixels, damaged: reading.damaged,
                interruption: interruption)
            try CommandFailure.unlessFound(data.count, "pictures", in: path, warnings: data.warnings)
            return data
        }
        let (good, found) = (
            try data(trainOn.path, labels: trainLabels?.path), try data(path, labels: labels?.path)
        )
        let team = try WorkerTeam(workers: reading.workers)
        let run = try OneClassRun(model, interruption: interruption)
        guard let result = try run.run(found, good: good, normal: Set(normal), on: team) else {
            throw CommandFailure(status: .interrupted, message: "interrupted")
        }
        for failure in result.failures { Console.standardError.write("retouch: \(failure)\n") }
        tellLeftOut(result.leftOut)
        let report = AnomalyReport(
            measure: .error, name: path.printed, program: "retouch \(Version.current)", date: Date(),
            reference: "\(result.goodCount) good ones in \"\(trainOn.path.printed)\"",
            thresholds: (result.thresholds.error, result.thresholds.distance), rows: result.rows)
        let places = Dictionary(
            zip(result.rows.map(\.name), result.places), uniquingKeysWith: { first, _ in first })
        let shown = report.rows.prefix(AnomalyReport.shownPictures).compactMap { places[$0.name] }.sorted()
        let images = try found.pictures(
            shown, channels: model.network.inputChannels, byteLimit: reading.byteLimit / 2, on: team
        ).pictures
        let imageOf = Dictionary(images.map { ($0.row, $0.image) }, uniquingKeysWith: { first, _ in first })
        try report.write(to: out.path) { row in
            try places[row.name].flatMap { imageOf[$0] }.map { try run.views(of: $0) }
        }
        tell(report)
        if let areas = result.areas {
            Console.standardOutput.write(
                String(
                    format: "area under the ROC curve %.4f (by error %.4f, by distance %.4f)\n", areas.score,
                    areas.error, areas.distance))
        }
        try CommandFailure.unlessSuccess(result.failures.isEmpty ? .success : .someFailed)
    }

    /// Prints the good pictures that lie far out from the others.
    func tellLeftOut(_ names: [String]) {
        for name in names {
            Console.standardError.write("warning: \"\(name)\" is unlike the other good pictures, and left out\n")
        }
    }
}
