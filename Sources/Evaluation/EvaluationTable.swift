import Corruptions
import Foundation
public import Reports

/// What an evaluation prints: one line a corruption, method and kind of channels, under a line that names the columns.
public enum EvaluationTable {
    /// The table of the means, PSNR in dB with two places and SSIM with four, as papers print them.
    ///
    /// - Parameter set: the name of the pictures' set.
    public static func text(of report: RunReport, set: String) -> String {
        struct Key: Hashable {
            var corruption: String?
            var method: String?
            var channels: String
            var `protocol`: String
        }
        var order: [Key] = []
        var lines: [Key: (psnr: MeasurementSummary?, ssim: MeasurementSummary?)] = [:]
        for summary in report.summary {
            let key = Key(
                corruption: summary.kind.corruption, method: summary.kind.model, channels: summary.kind.channels,
                protocol: summary.kind.protocol)
            if lines[key] == nil { order.append(key) }
            if summary.kind.metric == "psnr" { lines[key, default: (nil, nil)].psnr = summary }
            if summary.kind.metric == "ssim" { lines[key, default: (nil, nil)].ssim = summary }
        }
        var rows = [
            [
                "set", "corruption", "method", "protocol", "channels", "pictures", "before dB", "after dB", "gain dB",
                "SSIM before", "SSIM after",
            ]
        ]
        for key in order {
            guard let line = lines[key], let psnr = line.psnr else { continue }
            rows.append([
                set, key.corruption ?? "", key.method ?? "", key.protocol, key.channels,
                String(psnr.after?.count ?? psnr.before?.count ?? 0),
                number(psnr.before?.mean, "%.2f"), number(psnr.after?.mean, "%.2f"), number(psnr.meanGain, "%+.2f"),
                number(line.ssim?.before?.mean, "%.4f"), number(line.ssim?.after?.mean, "%.4f"),
            ])
        }
        return aligned(rows)
    }

    private static func number(_ value: Double?, _ format: String) -> String {
        guard let value else { return "-" }
        return value.isFinite ? String(format: format, value) : value.isNaN ? "nan" : "inf"
    }

    /// Text to the left, figures (from the sixth column on) to the right.
    private static func aligned(_ rows: [[String]]) -> String {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, field in
                let gap = String(repeating: " ", count: widths[column] - field.count)
                return column < 5 ? field + gap : gap + field
            }.joined(separator: "  ") + "\n"
        }.joined()
    }
}

/// The least mean PSNR that a corruption must reach.
public struct EvaluationThresholds: Sendable {
    /// A corruption that did not reach its least figure.
    public struct Miss: Sendable, Equatable, CustomStringConvertible {
        public var corruption: String
        public var found: Double?
        public var expected: Double

        public var description: String {
            let found = found.map { String(format: "%.2f dB", $0) } ?? "not measured"
            return "\(corruption): \(found), at least \(String(format: "%.2f dB", expected)) wanted"
        }
    }

    /// For each corruption of the plan, in order.
    private let values: [(corruption: String, least: Double)]

    /// One figure for all corruptions, or one for each.
    ///
    /// - Throws: `EvaluationError.thresholds`.
    public init(_ least: [Double], plan: EvaluationPlan) throws(EvaluationError) {
        let names = plan.corruptions.map(\.description)
        guard least.count == 1 || least.count == names.count else {
            throw .thresholds(found: least.count, corruptions: names.count)
        }
        values = names.enumerated().map { ($1, least.count == 1 ? least[0] : least[$0]) }
    }

    /// The corruptions whose first mean PSNR after restoring (RGB or grey; Y where pictures are enlarged; of several
    /// methods the first one's) is lower than asked for, or missing.
    public func misses(in report: RunReport) -> [Miss] {
        values.compactMap { corruption, least in
            let summary = report.summary.first { $0.kind.corruption == corruption && $0.kind.metric == "psnr" }
            let found = summary?.after?.mean
            // A mean that is not a number reaches nothing.
            if let found, found >= least { return nil }
            return Miss(corruption: corruption, found: found, expected: least)
        }
    }
}
