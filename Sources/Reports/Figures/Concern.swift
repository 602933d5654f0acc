import Foundation
import Quality

/// A picture that needs review, with the reasons in words.
struct Concern: Equatable {
    /// The index into `RunReport.records`.
    var index: Int
    var reasons: [String]
    /// The weight of the reasons; the page lists the greatest first.
    var weight: Double
}

extension RunReport {
    /// Returns the restored pictures that need review, the most doubtful first: those with remarks, with notes that few
    /// others have, or with figures that fell, rose far less than the others' or stand far below them.
    ///
    /// Classical methods beside a model serve comparison alone and are left out.
    func concerns(_ summary: [MeasurementSummary]) -> [Concern] {
        let hasModel = records.contains { $0.method?.sha256 != nil }
        var noteCounts: [String: Int] = [:]
        for record in records { for note in Set(record.notes) { noteCounts[note, default: 0] += 1 } }
        let rare = max(3, records.count / 10)
        let kinds = Dictionary(summary.map { ($0.kind, FigureNorm($0, in: self)) }) { first, _ in first }
        var concerns: [Concern] = []
        for (index, record) in records.enumerated() {
            guard let result = record.outcome.result else { continue }
            if hasModel, let method = record.method, method.sha256 == nil { continue }
            var concern = Concern(index: index, reasons: result.remarks, weight: 3 * Double(result.remarks.count))
            for note in result.notes where noteCounts[note, default: 0] <= rare && note != result.choice {
                concern.reasons.append(note)
                concern.weight += 1
            }
            // One kind of figure is enough: that RGB fell and Y fell is one thing.
            for measurement in result.measurements {
                guard let (reason, weight) = kinds[record.kind(of: measurement)]?.reason(for: measurement) else {
                    continue
                }
                concern.reasons.append(reason)
                concern.weight += weight
                break
            }
            if !concern.reasons.isEmpty { concerns.append(concern) }
        }
        return concerns.sorted { ($1.weight, $0.index) < ($0.weight, $1.index) }
    }
}

/// The usual values of a kind of figure, from which unusual ones are found.
private struct FigureNorm {
    /// The least number of pictures for which a value counts as usual.
    private static let leastCount = 5
    private let medianGain: Double?
    private let median: Double?
    /// The standard deviation of a normal distribution with the same median distance from the median: one odd picture
    /// does not widen it.
    private let spread: Double

    init(_ summary: MeasurementSummary, in report: RunReport) {
        let figures = summary.members.compactMap { report.records[$0.record].measurements[$0.measurement].after }
        let isEnough = figures.count >= Self.leastCount
        medianGain = isEnough ? summary.medianGain : nil
        median = isEnough ? summary.after?.median : nil
        let center = median ?? 0
        spread = 1.4826 * (FigureStatistics(figures.map { abs($0 - center) })?.median ?? 0)
    }

    func reason(for measurement: Measurement) -> (text: String, weight: Double)? {
        let metric = measurement.metric
        guard metric.prefersHigher else { return nil }
        let name = Figure.name(metric: metric)
        let unit = metric.unit
        func text(_ value: Double) -> String {
            Figure.text(value, metric: metric) + (unit.isEmpty ? "" : "\u{A0}\(unit)")
        }
        if measurement.after?.isNaN == true { return ("\(name) is not a number", 10) }
        let scale = metric.unit == "dB" ? 1 : 0.02
        if let gain = measurement.gain, gain < -0.005 * scale {
            return ("\(name) fell by \(text(-gain))", 4 - gain / scale)
        }
        if let gain = measurement.gain, let medianGain, medianGain.isFinite, medianGain > 0.5 * scale,
            gain < medianGain / 4
        {
            return ("\(name) rose by \(text(gain)) only, half of the pictures rose by \(text(medianGain))", 2)
        }
        if let after = measurement.after, let median, median.isFinite, spread > 0.1 * scale, after < median - 3 * spread
        {
            return ("\(name) is \(text(after)), far below the median of \(text(median))", 1)
        }
        return nil
    }
}
