import Batches
import Foundation
import Quality
import Reports

/// The last lines of a run.
enum ClosingLines {
    /// Prints one line for each kind of figure: its means before and after.
    static func tellFigures(of report: RunReport) {
        for summary in report.summary {
            let kind = summary.kind
            let unit = kind.metric.unit.isEmpty ? "" : " \(kind.metric.unit)"
            func text(_ statistics: FigureStatistics?) -> String {
                guard let mean = statistics?.mean else { return "-" }
                return String(format: "%.\(kind.metric.decimalPlaces)f", mean) + unit
            }
            let count = max(summary.before?.count ?? 0, summary.after?.count ?? 0)
            let equal = max(summary.before?.infiniteCount ?? 0, summary.after?.infiniteCount ?? 0)
            Console.summary.write(
                "\(kind.metric.rawValue.uppercased()) \(kind.channels) (\(kind.protocol)): \(text(summary.before)) before, "
                    + "\(text(summary.after)) after, mean of \(count) picture\(count == 1 ? "" : "s")"
                    + (equal == 0 || equal == count ? "" : ", without \(equal) equal to the reference") + "\n")
        }
    }

    /// Prints what was found without a reference.
    static func tellSelfExaminations(of report: RunReport) {
        for found in report.selfExaminations {
            Console.summary.write("\(found.label): \(found.value) (\(found.detail))\n")
        }
    }

    /// Prints `N restored, N skipped, N failed`, and after an interruption `, N not done`: always the last line, always in
    /// agreement with the exit code.
    static func tellCounts(restored: Int, skipped: Int, failed: Int, notDone: Int = 0, verb: Verb = .restore) {
        let left = notDone > 0 ? ", \(notDone) not done" : ""
        Console.summary.write("\(restored) \(verb.past), \(skipped) skipped, \(failed) failed\(left)\n")
    }
}
