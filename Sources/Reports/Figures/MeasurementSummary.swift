public import Quality

/// The statistics of one kind of figure over all the pictures of a run that have it.
public struct MeasurementSummary: Sendable, Equatable {
    /// The properties that must agree for figures to be averaged together.
    public struct Kind: Hashable, Sendable {
        /// The set of the pictures in an evaluation; nil else.
        public var set: String?
        /// The corruption, in the grammar of `--corrupt`; nil where the pictures were not corrupted.
        public var corruption: String?
        /// The name of the model or other method.
        public var model: String?
        /// The metric.
        public var metric: Metric
        /// The channels that were measured.
        public var channels: MeasuredChannels
        /// The name of the measurement protocol.
        public var `protocol`: String

        /// Creates a kind of figure.
        public init(
            set: String? = nil, corruption: String?, model: String?, metric: Metric, channels: MeasuredChannels,
            protocol: String
        ) {
            self.set = set
            self.corruption = corruption
            self.model = model
            self.metric = metric
            self.channels = channels
            self.protocol = `protocol`
        }
    }

    /// The kind of figure.
    public var kind: Kind
    /// The statistics before restoration; nil where nothing was measured then.
    public var before: FigureStatistics?
    /// The statistics after restoration; nil where nothing was measured then.
    public var after: FigureStatistics?
    /// The indices into `RunReport.records` of the pictures, worst first: by the figure after, or before where none was
    /// measured after.
    var ranked: [Int]
    /// The figures that the statistics are made of.
    var members: [Member]
    /// The indices into `RunReport.records` of the worst pictures, at most five.
    public var worst: [Int] { Array(ranked.prefix(5)) }

    /// The position of a figure in a report.
    struct Member: Sendable, Equatable {
        /// An index into `RunReport.records`.
        var record: Int
        /// An index into its measurements.
        var measurement: Int
    }

    /// The mean of the gains that are not infinite, over the pictures that have both figures; nil where none has.
    public var meanGain: Double?
    /// The median of the same gains.
    public var medianGain: Double?
}

extension PictureRecord {
    /// Returns the kind of one of the record's figures.
    func kind(of measurement: Measurement) -> MeasurementSummary.Kind {
        MeasurementSummary.Kind(
            set: set, corruption: corruption, model: method?.name, metric: measurement.metric,
            channels: measurement.channels, protocol: measurement.protocol)
    }
}

extension RunReport {
    /// The statistics and the worst five of every kind of figure, in the order of first appearance.
    public var summary: [MeasurementSummary] {
        var order: [MeasurementSummary.Kind] = []
        var members: [MeasurementSummary.Kind: [MeasurementSummary.Member]] = [:]
        for (index, record) in records.enumerated() {
            for (place, measurement) in record.measurements.enumerated() {
                let kind = record.kind(of: measurement)
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
