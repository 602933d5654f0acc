import Autoencoders
import Batches
import Foundation
import Reports
import SystemPackage
import Training

/// `retouch train --latent-search`: one run for each dimension of the code, and the page that sets them beside principal
/// components.
struct LatentSearchSession {
    let search: TrainingSearch
    let settings: TrainingOptions
    let dimensions: [Int]

    func run(_ interruption: Interruption) throws -> ExitStatus {
        guard let key = Architectures.named(settings.architecture ?? "")?.codeField else {
            let names = Architectures.all.filter { $0.codeField != nil }.map { $0.name }.joined(separator: ", ")
            throw CommandFailure(
                status: .usage, message: "--latent-search goes with --architecture, one of \(names)")
        }
        let largest = dimensions.max() ?? 1
        let sorted = dimensions.sorted()
        let candidates = sorted.map { dimension in
            var settings = settings
            settings.network.append("\(key)=\(dimension)")
            return TrainingSearch.Candidate(
                label: "dimension \(dimension)", folder: FilePath.Component("latent-\(dimension)") ?? "latent",
                settings: settings)
        }
        var rows: [LatentSearchRow] = []
        var components: LatentSearch?
        let status = try search.run(
            candidates, interruption,
            check: { session in
                if let samples = session.samplesOfCode, largest > samples {
                    throw CommandFailure(
                        status: .usage,
                        message:
                            "--latent-search \(largest): a code stands for \(samples) samples; expected at most as many"
                    )
                }
            },
            trained: { candidate, session, psnr in
                let known = try components ?? session.latentSearch(largest: largest)
                components = known
                let dimension = sorted[rows.count]
                rows.append(
                    LatentSearchRow(
                        dimension: dimension, psnr: psnr, principalPSNR: known.principalPSNR(components: dimension),
                        explained: known.components.explained(by: dimension), folder: candidate.folder.string))
            })
        guard status == .success else { return status }
        let chosen = LatentSearch.chosen(rows)
        try LatentSearchReport(
            name: search.folder.lastComponent?.string ?? "", program: "retouch \(Version.current)", date: Date(),
            rows: rows, chosen: chosen
        ).write(to: search.folder)
        let table = TextTable(
            [["DIMENSION", "PSNR", "PCA", "EXPLAINED BY PCA"]]
                + rows.map { row in
                    [
                        "\(row.dimension)\(row == chosen ? " *" : "")", Text.decibels(row.psnr),
                        Text.decibels(row.principalPSNR), String(format: "%.2f %%", 100 * row.explained),
                    ]
                }, rightColumns: 1..<4)
        search.tell(table, chosen: chosen?.folder)
        return .success
    }
}
