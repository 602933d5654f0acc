import Corruptions
import Foundation
import Quality
package import Reports

/// The tables that an evaluation prints: for each set one line a corruption, method and kind of channels, under a line
/// that names the columns.
package enum EvaluationTable {
    /// Returns the tables of the means, those of dB with two places, of SSIM with four, as papers print them; an empty
    /// line between two sets, and before the table that sets several methods against the first. `equal` counts the
    /// pictures that equal their reference after (before, where nothing restored): their infinite PSNR is in no mean.
    package static func text(of report: RunReport) -> String {
        let summary = report.summary
        var sets: [String?] = []
        for entry in summary where !sets.contains(entry.kind.set) { sets.append(entry.kind.set) }
        let pairs = report.pairs(in: summary)
        return sets.map { set in
            let own = summary.filter { $0.kind.set == set }
            // Of each corruption the first channels and protocol say which way it goes.
            let compared = pairs.filter { pair in
                let main = own.first {
                    $0.kind.metric == .psnr && $0.after != nil && $0.kind.corruption == pair.kind.corruption
                }?.kind
                return pair.kind.set == set && pair.kind.channels == main?.channels
                    && pair.kind.protocol == main?.protocol
            }
            return table(of: own) + (compared.isEmpty ? "" : "\n" + table(of: compared))
        }.joined(separator: "\n")
    }

    /// Returns the table of the numbers of pictures on which methods are better and worse than the first.
    private static func table(of pairs: [MethodPair]) -> String {
        let rows = pairs.map { pair in
            let (kind, found) = (pair.kind, pair.figures)
            return [
                kind.set ?? "-", kind.corruption ?? "-", kind.model ?? "-", pair.against, kind.channels.rawValue,
                "\(found.wins)", "\(found.losses)", "\(found.ties)", number(found.difference?.mean, "%+.2f"),
                found.difference?.interval.map {
                    String(format: "%+.2f...%+.2f", $0.lowerBound, $0.upperBound)
                } ?? "-",
            ]
        }
        return aligned(
            [
                [
                    "set", "corruption", "method", "against", "channels", "better", "worse", "equal", "difference dB",
                    "95 % interval",
                ]
            ] + rows)
    }

    private static func table(of summary: [MeasurementSummary]) -> String {
        struct Key: Hashable {
            var corruption: String?
            var method: String?
            var channels: MeasuredChannels
            var `protocol`: String
        }
        var order: [Key] = []
        var lines: [Key: [Metric: MeasurementSummary]] = [:]
        var metrics: [Metric] = []
        for entry in summary {
            let key = Key(
                corruption: entry.kind.corruption, method: entry.kind.model, channels: entry.kind.channels,
                protocol: entry.kind.protocol)
            if lines[key] == nil { order.append(key) }
            lines[key, default: [:]][entry.kind.metric] = entry
            if entry.kind.metric != .psnr, !metrics.contains(entry.kind.metric) { metrics.append(entry.kind.metric) }
        }
        var rows = [
            ["set", "corruption", "method", "protocol", "channels", "pictures", "before dB", "after dB", "gain dB"]
                + metrics.flatMap { ["\($0.rawValue.uppercased()) before", "\($0.rawValue.uppercased()) after"] } + [
                    "equal"
                ]
        ]
        for key in order {
            guard let line = lines[key], let psnr = line[.psnr] else { continue }
            rows.append(
                [
                    psnr.kind.set ?? "-", key.corruption ?? "-", key.method ?? "-", key.protocol, key.channels.rawValue,
                    String(psnr.after?.count ?? psnr.before?.count ?? 0),
                    number(psnr.before?.mean, "%.2f"), number(psnr.after?.mean, "%.2f"),
                    number(psnr.meanGain, "%+.2f"),
                ]
                    + metrics.flatMap { metric in
                        let format = "%.\(metric.decimalPlaces)f"
                        return [
                            number(line[metric]?.before?.mean, format), number(line[metric]?.after?.mean, format),
                        ]
                    } + [String((psnr.after ?? psnr.before)?.infiniteCount ?? 0)])
        }
        return aligned(rows)
    }

    private static func number(_ value: Double?, _ format: String) -> String {
        guard let value else { return "-" }
        return value.isFinite ? String(format: format, value) : value.isNaN ? "nan" : "inf"
    }

    /// Returns the rows as text, with figures to the right from the sixth column on.
    private static func aligned(_ rows: [[String]]) -> String {
        TextTable(rows, rightColumns: 5..<(rows.first?.count ?? 5)).text
    }
}

/// The least mean PSNR that a corruption must reach, in every set.
package struct EvaluationThresholds: Sendable {
    /// A corruption that did not reach its least figure.
    package struct Miss: Sendable, Equatable, CustomStringConvertible {
        /// The set; nil where the plan has one set.
        package var set: String?
        /// The corruption; nil where nothing was done to the pictures.
        package var corruption: String?
        /// The mean PSNR in dB; nil where none was measured.
        package var found: Double?
        /// The least mean PSNR in dB.
        package var expected: Double

        package var description: String {
            let found = found.map { String(format: "%.2f dB", $0) } ?? "not measured"
            let place = [set, corruption].compactMap { $0 }.joined(separator: ", ")
            return (place.isEmpty ? "mean PSNR" : place)
                + ": \(found), at least \(String(format: "%.2f dB", expected)) wanted"
        }
    }

    private let hasSets: Bool
    /// The least figures for each set and corruption of the plan, in order.
    private let values: [(set: String, corruption: String?, least: Double)]

    /// Creates thresholds in dB: one figure for all corruptions, or one for each.
    ///
    /// - Throws: `EvaluationError.thresholds`.
    package init(_ least: [Double], plan: EvaluationPlan) throws(EvaluationError) {
        hasSets = plan.sets.count > 1
        var values: [(String, String?, Double)] = []
        for set in plan.sets {
            let corruptions = plan.corruptions(of: set).map { Optional($0.description) }
            let names = corruptions.isEmpty ? [nil] : corruptions
            guard least.count == 1 || least.count == names.count else {
                throw .thresholds(found: least.count, corruptions: names.count)
            }
            values += names.enumerated().map { (set.name, $1, least.count == 1 ? least[0] : least[$0]) }
        }
        self.values = values
    }

    /// Returns the corruptions whose first mean PSNR after restoring (RGB or grey; Y where pictures are upscaled; of
    /// several methods the first one's) is lower than asked for, or missing.
    package func misses(in report: RunReport) -> [Miss] {
        let summary = report.summary.filter { $0.kind.metric == .psnr }
        return values.compactMap { set, corruption, least in
            let found = summary.first { $0.kind.set == set && $0.kind.corruption == corruption }?.after?.mean
            // A mean that is not a number reaches nothing.
            if let found, found >= least { return nil }
            return Miss(set: hasSets ? set : nil, corruption: corruption, found: found, expected: least)
        }
    }
}
