import Files
public import Quality

/// A comparison of a method with the first one of the report, on the pictures that both restored.
public struct MethodPair: Sendable, Equatable {
    /// The kind of figure that is compared; `kind.model` is the method.
    public var kind: MeasurementSummary.Kind
    /// The name of the method that it is compared with.
    public var against: String
    /// The comparison, the method first: its wins are the pictures on which it is better.
    public var figures: PairedFigures
}

extension RunReport {
    /// Returns the PSNR of every method against that of the first, under each corruption and for the channels and
    /// protocols that both have after restoring; none where one method was at work.
    public func pairs(in summary: [MeasurementSummary]) -> [MethodPair] {
        /// Returns the figures after in the order of the report, with the picture's name; by bytes, since texts that
        /// Unicode takes for equal are different names.
        func figures(_ entry: MeasurementSummary) -> [(name: [UInt8], value: Double)] {
            entry.members.compactMap { member in
                let record = records[member.record]
                return record.measurements[member.measurement].after.map {
                    (Array(PathText.text(of: record.input).utf8), $0)
                }
            }
        }
        var firsts: [MeasurementSummary.Kind: (method: String, figures: [[UInt8]: Double])] = [:]
        return summary.compactMap { entry in
            guard entry.kind.metric == .psnr, entry.after != nil, let method = entry.kind.model else { return nil }
            var subject = entry.kind
            subject.model = nil
            let own = figures(entry)
            guard let first = firsts[subject] else {
                firsts[subject] = (method, Dictionary(own.map { ($0.name, $0.value) }) { first, _ in first })
                return nil
            }
            let pairs = own.compactMap { name, value in first.figures[name].map { (first: value, second: $0) } }
            guard !pairs.isEmpty else { return nil }
            return MethodPair(kind: entry.kind, against: first.method, figures: PairedFigures(pairs))
        }
    }
}
