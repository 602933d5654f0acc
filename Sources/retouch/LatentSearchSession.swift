import ArgumentParser
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

    /// What the architectures call the code's units.
    private static func key(ofArchitecture name: String) -> String? {
        switch name {
        case "conv", "dense", "vae": "latentChannels"
        case "sparse": "units"
        default: nil
        }
    }

    func run(_ interruption: Interruption) throws -> ExitStatus {
        var rows: [LatentSearchRow] = []
        var search: LatentSearch?
        for dimension in dimensions.sorted() {
            let name = FilePath.Component("latent-\(dimension)") ?? "latent"
            let path = folder.appending(name)
            var settings = settings
            guard let key = Self.key(ofArchitecture: settings.architecture ?? "") else {
                throw CommandFailure(
                    status: .usage, message: "--latent-search goes with --architecture conv, dense, sparse or vae")
            }
            settings.network.append("\(key)=\(dimension)")
            let session: TrainingSession
            // Runs that were stopped go on.
            let exists = CheckpointFile(folder: path).exists
            session = try TrainingSession(
                folder: path, settings: exists ? nil : settings, workers: workers, memoryLimit: memoryLimit,
                isQuiet: isQuiet)
            if !isQuiet { Console.standardError.write("dimension \(dimension)\n") }
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
