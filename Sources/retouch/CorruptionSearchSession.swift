import Batches
import Corruptions
import Foundation
import Reports
import SystemPackage
import Training

/// `retouch train --corrupt-search`: one run for each level that training pictures are corrupted with, all measured under
/// the same corruption.
struct CorruptionSearchSession {
    let search: TrainingSearch
    let settings: TrainingOptions
    let corruptions: [Corruption]

    func run(_ interruption: Interruption) throws -> ExitStatus {
        guard settings.corrupt.isEmpty else {
            throw CommandFailure(status: .usage, message: "--corrupt-search takes the place of --corrupt")
        }
        guard !settings.validationCorrupt.isEmpty else {
            throw CommandFailure(
                status: .usage,
                message: "--corrupt-search needs --validation-corrupt, under which all levels are measured")
        }
        let candidates = corruptions.map { corruption in
            var settings = settings
            settings.corrupt = [corruption.description]
            return TrainingSearch.Candidate(
                label: corruption.description, folder: FilePath.Component(corruption.folderName) ?? "level",
                settings: settings)
        }
        var rows: [CorruptionSearchRow] = []
        let status = try search.run(candidates, interruption) { candidate, _, psnr in
            rows.append(
                CorruptionSearchRow(corruption: candidate.label, psnr: psnr, folder: candidate.folder.string))
        }
        guard status == .success else { return status }
        let report = CorruptionSearchReport(rows: rows)
        try report.write(to: search.folder)
        let table = TextTable(
            [["CORRUPTION", "PSNR"]]
                + rows.map { ["\($0.corruption)\($0 == report.chosen ? " *" : "")", Text.decibels($0.psnr)] },
            rightColumns: 1..<2)
        search.tell(table, chosen: report.chosen?.folder)
        return .success
    }
}
