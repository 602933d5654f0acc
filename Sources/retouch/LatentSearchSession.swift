import ArgumentParser
import Autoencoders
import Batches
import Files
import Foundation
import Reports
import SystemPackage
import Training

/// `retouch train --latent-search`: one run for each dimension of the code, in a folder of its own, and the page that
/// sets them beside principal components.
struct LatentSearchSession {
    let folder: FilePath
    let settings: TrainingOptions
    let dimensions: [Int]
    let workers: Int
    let memoryLimit: Int
    let isQuiet: Bool

    func run(_ interruption: Interruption) throws -> ExitStatus {
        guard let key = Architectures.named(settings.architecture ?? "")?.codeField else {
            let names = Architectures.all.filter { $0.codeField != nil }.map { $0.name }.joined(separator: ", ")
            throw CommandFailure(
                status: .usage, message: "--latent-search goes with --architecture, one of \(names)")
        }
        guard !settings.validation.isEmpty || settings.config != nil else {
            throw CommandFailure(
                status: .usage, message: "--latent-search needs --validation pictures to choose by")
        }
        var rows: [LatentSearchRow] = []
        var search: LatentSearch?
        for dimension in dimensions.sorted() {
            let name = FilePath.Component("latent-\(dimension)") ?? "latent"
            let path = folder.appending(name)
            var settings = settings
            settings.network.append("\(key)=\(dimension)")
            // Runs that were stopped go on.
            let exists = CheckpointFile(folder: path).exists
            let session = try TrainingSession(
                folder: path, settings: exists ? nil : settings, workers: workers, memoryLimit: memoryLimit,
                isQuiet: isQuiet)
            if let samples = session.samplesOfCode, let largest = dimensions.max(), largest > samples {
                throw CommandFailure(
                    status: .usage,
                    message:
                        "--latent-search \(largest): a code stands for \(samples) samples; expected at most as many")
            }
            if !isQuiet {
                let note = exists ? ": a run is there, which goes on with its own settings" : ""
                Console.standardError.write("dimension \(dimension)\(note)\n")
            }
            let status = try session.run(interruption)
            guard status == .success else { return status }
            guard let psnr = session.psnr else {
                throw CommandFailure(
                    status: .usage, message: "--latent-search needs --validation pictures to choose by")
            }
            let known = try search ?? session.latentSearch(largest: dimensions.max() ?? 1)
            search = known
            rows.append(
                LatentSearchRow(
                    dimension: dimension, psnr: psnr, principalPSNR: known.principalPSNR(components: dimension),
                    explained: known.components.explained(by: dimension), folder: name.string))
        }
        let chosen = LatentSearch.chosen(rows)
        try LatentSearchReport(
            name: folder.lastComponent?.string ?? "", program: "retouch \(Version.current)", date: Date(), rows: rows,
            chosen: chosen
        ).write(to: folder)
        let table = TextTable(
            [["DIMENSION", "PSNR", "PCA", "EXPLAINED BY PCA"]]
                + rows.map { row in
                    [
                        "\(row.dimension)\(row == chosen ? " *" : "")", Text.decibels(row.psnr),
                        Text.decibels(row.principalPSNR), String(format: "%.2f %%", 100 * row.explained),
                    ]
                }, rightColumns: 1..<4)
        Console.standardOutput.write(table.text)
        if let chosen {
            Console.standardOutput.write("model: \(folder.appending(chosen.folder).printed)\n")
        }
        return .success
    }
}
