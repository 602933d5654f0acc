import Batches
import Files
import Foundation
import Quality
import Reports
import SystemPackage

/// The report that `retouch compare` prints: a line for each picture in the shape that scripts for other programs read,
/// or JSON.
struct CompareReport {
    let pictures: [ComparedPicture]
    let failures: [String]
    let unmatched: [FilePath]

    /// The kind that figures must agree in to be averaged.
    private struct Kind: Hashable {
        var metric: Metric
        var channels: MeasuredChannels
        var `protocol`: String

        /// The group of figures that stand in one line: those of grey pictures apart from those of colour, by protocol.
        var group: String { "\(`protocol`) \(channels == .grey ? "grey" : "RGB")" }

        func measurement(_ value: Double?) -> Reports.Measurement {
            Reports.Measurement(metric: metric, channels: channels, protocol: `protocol`, after: value)
        }
    }

    /// One kind of figure over the pictures that have it.
    private struct Summary {
        var kind: Kind
        /// The statistics of the finite figures.
        var finite: FigureStatistics?
        var infiniteCount: Int
        /// The name of the worst picture.
        var worstName: String?

        var worst: Double? { kind.metric.prefersHigher ? finite?.least : finite?.greatest }
        var best: Double? { kind.metric.prefersHigher ? finite?.greatest : finite?.least }
    }

    /// The mean PSNR of the channels as stored; nil where no picture has a finite one.
    func meanPSNR() -> Double? {
        FigureStatistics(pictures.compactMap { $0.parts.first?.figures.psnr }.filter(\.isFinite))?.mean
    }

    // MARK: Lines

    func text() -> String {
        var lines: [String] = []
        var protocols: [String] = []
        for picture in pictures {
            for part in picture.parts where !protocols.contains(part.protocol.description) {
                protocols.append(part.protocol.description)
            }
        }
        lines += protocols.map { "# \($0)" }
        let width = min(60, pictures.map { $0.title.count }.max() ?? 0)
        for (index, picture) in pictures.enumerated() {
            let name = picture.title
            let padding = String(repeating: " ", count: max(0, width - name.count))
            let number = String(format: "%3d", index + 1)
            lines.append("\(number): \(name)\(padding)   \(Self.line(picture.measurements))")
        }
        let summaries = self.summaries
        var groups: [String] = []
        for summary in summaries where !groups.contains(summary.kind.group) { groups.append(summary.kind.group) }
        for group in groups where pictures.count > 1 {
            let members = summaries.filter { $0.kind.group == group }
            let means = members.map { $0.kind.measurement($0.finite?.mean) }
            let count = members.map { ($0.finite?.count ?? 0) + $0.infiniteCount }.max() ?? 0
            let equal = members.map(\.infiniteCount).max() ?? 0
            lines.append(
                "Average: \(Self.line(means)), \(count) picture\(count == 1 ? "" : "s")"
                    + (equal > 0 ? ", \(equal) equal and left out of PSNR" : ""))
            if let psnr = members.first(where: { $0.kind.metric == .psnr }) { lines += Self.spread(psnr) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The suffixes of a metric's name, by channels: whole words, since PSNR-B is another metric.
    private static func suffix(of channels: MeasuredChannels) -> String {
        switch channels {
        case .rgb, .grey: ""
        case .luma: "_Y"
        case .red: "_red"
        case .green: "_green"
        case .blue: "_blue"
        }
    }

    /// Returns a line as `PSNR: 29.123456 dB, SSIM: 0.812345, ...`, and the protocol.
    private static func line(_ measurements: [Reports.Measurement]) -> String {
        let figures = measurements.compactMap { measurement -> String? in
            guard let value = measurement.after else { return nil }
            // On luma the differences say little more; JSON has them.
            if measurement.channels == .luma, [.mae, .maximumDifference].contains(measurement.metric) { return nil }
            return measurement.metric.rawValue.uppercased() + suffix(of: measurement.channels) + ": "
                + (value.isInfinite ? "inf" : String(format: "%.6f", value))
                + (measurement.metric.unit.isEmpty ? "" : " \(measurement.metric.unit)")
        }
        guard let first = measurements.first else { return "-" }
        return figures.joined(separator: ", ") + " [\(first.protocol), \(first.channels)]"
    }

    private static func spread(_ summary: Summary) -> [String] {
        guard let found = summary.finite, let deviation = found.standardDeviation, let interval = found.interval,
            let best = summary.best, let worst = summary.worst
        else { return [] }
        return [
            String(
                format:
                    "PSNR: median %.2f dB, standard deviation %.2f dB, 95 %% interval of the mean %.2f to %.2f dB, ",
                found.median, deviation, interval.lowerBound, interval.upperBound)
                + String(format: "best %.2f dB, worst %.2f dB", best, worst)
                + (summary.worstName.map { " (\($0))" } ?? "")
        ]
    }

    // MARK: Statistics

    /// The summaries in the order of first appearance.
    private var summaries: [Summary] {
        var order: [Kind] = []
        var members: [Kind: [(name: String, value: Double)]] = [:]
        for picture in pictures {
            for measurement in picture.measurements {
                guard let value = measurement.after else { continue }
                let kind = Kind(
                    metric: measurement.metric, channels: measurement.channels, protocol: measurement.protocol)
                if members[kind] == nil { order.append(kind) }
                members[kind, default: []].append((picture.title, value))
            }
        }
        return order.map { kind in
            let values = members[kind] ?? []
            let finite = values.filter(\.value.isFinite)
            var summary = Summary(
                kind: kind, finite: FigureStatistics(finite.map(\.value)), infiniteCount: values.count - finite.count)
            let worst = summary.worst
            summary.worstName = finite.first { $0.value == worst }?.name
            return summary
        }
    }

    // MARK: JSON

    /// Returns JSON by version 1 of the schema `retouch-compare`, see the documentation of `Batches`.
    func json() throws -> String {
        struct PictureValue: Encodable {
            var name: String
            /// The page of a TIFF of several, from 1.
            var page: Int?
            var width: Int
            var height: Int
            var measurements: [Reports.Measurement]
        }
        struct SummaryValue: Encodable {
            var metric: Metric
            var channels: MeasuredChannels
            var `protocol`: String
            var count: Int
            var infiniteCount: Int
            var mean: Double?
            var median: Double?
            var standardDeviation: Double?
            var best: Double?
            var worst: Double?
            var worstPicture: String?
            var interval: [Double]?
        }
        struct Document: Encodable {
            var schema = "retouch-compare"
            var version = 1
            var protocols: [String: String]
            var pictures: [PictureValue]
            var summary: [SummaryValue]
            var unmatched: [String]
            var failures: [String]
        }
        let parts = pictures.flatMap(\.parts)
        let document = Document(
            protocols: Dictionary(
                parts.map { ("\($0.protocol.name) \($0.channels)", $0.protocol.description) },
                uniquingKeysWith: { a, _ in a }
            ),
            pictures: pictures.map {
                PictureValue(
                    name: PathText.text(of: $0.name), page: $0.page.map { $0 + 1 }, width: $0.width, height: $0.height,
                    measurements: $0.measurements)
            },
            summary: summaries.map { summary in
                let found = summary.finite
                return SummaryValue(
                    metric: summary.kind.metric, channels: summary.kind.channels,
                    protocol: summary.kind.protocol, count: found?.count ?? 0, infiniteCount: summary.infiniteCount,
                    mean: found?.mean, median: found?.median, standardDeviation: found?.standardDeviation,
                    best: summary.best, worst: summary.worst,
                    worstPicture: summary.worstName,
                    interval: found?.interval.map { [$0.lowerBound, $0.upperBound] })
            },
            unmatched: unmatched.map { PathText.text(of: $0) }, failures: failures)
        return try Text.json(document)
    }
}
