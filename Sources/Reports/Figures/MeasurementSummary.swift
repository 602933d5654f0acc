public import Quality

/// One kind of figure over all the pictures of a run that have it.
public struct MeasurementSummary: Sendable, Equatable {
    /// What must agree for figures to be averaged together.
    public struct Kind: Hashable, Sendable {
        /// The set of the pictures; in an evaluation.
        public var set: String?
        public var corruption: String?
        /// The model or other method.
        public var model: String?
        public var metric: Metric
        public var channels: String
        public var `protocol`: String

        public init(
            set: String? = nil, corruption: String?, model: String?, metric: Metric, channels: String, protocol: String
        ) {
            self.set = set
            self.corruption = corruption
            self.model = model
            self.metric = metric
            self.channels = channels
            self.protocol = `protocol`
        }
    }

    public var kind: Kind
    public var before: FigureStatistics?
    public var after: FigureStatistics?
    /// Indices into `RunReport.records` of the pictures, worst first: by the figure after, or before where none was
    /// measured after.
    var ranked: [Int]
    /// The figures that were summed up.
    var members: [Member]
    /// The at most five worst of them.
    public var worst: [Int] { Array(ranked.prefix(5)) }

    /// The place of a figure in a report.
    struct Member: Sendable, Equatable {
        /// An index into `RunReport.records`.
        var record: Int
        /// An index into its measurements.
        var measurement: Int
    }

    /// The mean of the gains that are finite or not a number, over the pictures that have both figures; nil where none
    /// has.
    public var meanGain: Double?
    /// The median of the same gains.
    public var medianGain: Double?
}

extension RunReport {
    /// Statistics and the worst five of every kind of figure, in the order of first appearance.
    public var summary: [MeasurementSummary] {
        var order: [MeasurementSummary.Kind] = []
        var members: [MeasurementSummary.Kind: [MeasurementSummary.Member]] = [:]
        for (index, record) in records.enumerated() {
            for (place, measurement) in record.measurements.enumerated() {
                let kind = MeasurementSummary.Kind(
                    set: record.set, corruption: record.corruption, model: record.model, metric: measurement.metric,
                    channels: measurement.channels, protocol: measurement.protocol)
                if members[kind] == nil { order.append(kind) }
                members[kind, default: []].append(.init(record: index, measurement: place))
            }
        }
        return order.map { kind in
            let members = members[kind] ?? []
            let figures = members.map { records[$0.record].measurements[$0.measurement] }
            let ranked = zip(members, figures)
                .compactMap { member, figure in (figure.after ?? figure.before).map { (member.record, $0) } }
                .map { kind.metric.prefersHigher ? $0 : ($0.0, -$0.1) }
                .sorted {
                    FigureStatistics.isLess($0.1, $1.1) || (!FigureStatistics.isLess($1.1, $0.1) && $0.0 < $1.0)
                }
            let gains = FigureStatistics(figures.compactMap(\.gain).filter { !$0.isInfinite })
            return MeasurementSummary(
                kind: kind,
                before: .init(figures.compactMap(\.before)),
                after: .init(figures.compactMap(\.after)),
                ranked: ranked.map(\.0), members: members,
                meanGain: gains?.mean, medianGain: gains?.median)
        }
    }
}
