import Batches
import Files
import Foundation
import Imaging
import Reports
import Restoration
import SystemPackage
import Workers

extension AnomaliesCommand {
    /// The figures of a picture that was examined.
    struct Examined: Sendable {
        var name: String
        var figures: AnomalyDetector.Figures
    }

    /// Checks the number of good pictures.
    ///
    /// - Throws: `CommandFailure` for fewer than a range can be measured on.
    func check(goodPictures count: Int) throws {
        guard count >= Self.fewestPictures else {
            throw CommandFailure(
                status: .noInput,
                message:
                    "\"\(trainOn.path.printed)\": \(count) good picture\(count == 1 ? "" : "s"); "
                    + "expected \(Self.fewestPictures) or more")
        }
    }

    func inspection(of inputs: [FilePath], _ interruption: Interruption) -> InspectionRun {
        let run = InspectionRun(
            inputs, byteLimit: reading.byteLimit, maximumPixels: reading.maxPixels, damaged: reading.damaged,
            interruption: interruption)
        for warning in run.warnings { Console.standardError.write("warning: \(warning)\n") }
        for failure in run.failures { Console.standardError.write("retouch: \(failure)\n") }
        return run
    }

    /// Returns the figures of each picture that can be read, and prints the reasons for the others. `observe` gets all
    /// examinations, from any worker.
    func examined(
        _ run: InspectionRun, with detector: AnomalyDetector, _ interruption: Interruption,
        observe: @escaping @Sendable (String, AnomalyDetector.Examination) -> Void = { _, _ in }
    ) throws -> [Examined] {
        let outcomes = run.outcomes(
            on: WorkerTeam(workers: try reading.workers),
            bytes: { detector.byteCount(height: $0.height, width: $0.width) },
            looking: { picture, name, _, _ in
                let examination = try detector.examine(picture.image)
                observe(name, examination)
                return Examined(name: name, figures: examination.figures)
            })
        for case .failure(let fault) in outcomes { Console.standardError.write("retouch: \(fault)\n") }
        if interruption.isRequested { throw CommandFailure(status: .interrupted, message: "interrupted") }
        return outcomes.compactMap { try? $0.get() }
    }

    /// Prints the pictures that are unlike the good ones, and where the page lies.
    func tell(_ report: AnomalyReport) {
        let flagged = report.rows.filter(\.isAnomalous)
        let table = TextTable(
            [["SCORE", report.measure.rawValue.uppercased(), "DISTANCE", "PICTURE"]]
                + flagged.map { row in
                    [
                        String(format: "%.2f", row.score),
                        report.measure == .damage
                            ? String(format: "%.1f %%", row.damage * 100) : String(format: "%.3g", row.damage),
                        String(format: "%.2f", row.distance), row.name,
                    ]
                }, rightColumns: 0..<3)
        if !flagged.isEmpty { Console.standardOutput.write(table.text) }
        Console.standardOutput.write(
            "\(flagged.count) of \(report.rows.count) pictures are unlike the good ones: "
                + "\(out.path.appending("anomalies.html").printed)\n")
    }
}
