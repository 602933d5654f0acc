/// One kind of figure over all the pictures of a run that have it.
public struct MeasurementSummary: Sendable, Equatable {
    /// What must agree for figures to be averaged together.
    public struct Kind: Hashable, Sendable {
        public var corruption: String?
        /// The model or other method.
        public var model: String?
        public var metric: String
        public var channels: String
        public var `protocol`: String

        public init(corruption: String?, model: String?, metric: String, channels: String, protocol: String) {
            self.corruption = corruption
            self.model = model
            self.metric = metric
            self.channels = channels
            self.protocol = `protocol`
        }
    }

    /// Mean and median of the figures on one side.
    public struct Statistics: Sendable, Equatable {
        /// The mean of the figures of the pictures, each counting once (not the PSNR of a mean error): infinite as
        /// soon as one is.
        public var mean: Double
        public var median: Double
        public var count: Int
        /// How many figures are infinite: pictures equal to their reference.
        public var infiniteCount: Int

        /// The statistics of `values`; nil when there are none. A value that is not a number makes the mean one.
        public init?(_ values: [Double]) {
            guard !values.isEmpty else { return nil }
            mean = values.reduce(0, +) / Double(values.count)
            let sorted = values.sorted(by: MeasurementSummary.isWorse)
            let middle = sorted.count / 2
            if sorted.count % 2 == 1 || sorted[middle - 1] == sorted[middle] {
                median = sorted[middle]
            } else {
                median = (sorted[middle - 1] + sorted[middle]) / 2
            }
            count = values.count
            infiniteCount = values.reduce(0) { $0 + ($1.isInfinite ? 1 : 0) }
        }
    }

    public var kind: Kind
    public var before: Statistics?
    public var after: Statistics?
    /// Indices into `RunReport.records` of the at most five worst pictures, worst first: by the figure after, or
    /// before where none was measured after.
    public var worst: [Int]

    /// `after.mean - before.mean`, over the pictures that have both; nil where none has.
    public var meanGain: Double?

    /// Not a number comes first: nothing is worse.
    static func isWorse(_ a: Double, _ b: Double) -> Bool {
        if a.isNaN || b.isNaN { return a.isNaN && !b.isNaN }
        return a < b
    }
}

extension RunReport {
    /// Mean, median and the worst five of every kind of figure, in the order of first appearance.
    public var summary: [MeasurementSummary] {
        var order: [MeasurementSummary.Kind] = []
        var members: [MeasurementSummary.Kind: [(index: Int, measurement: Measurement)]] = [:]
        for (index, record) in records.enumerated() {
            for measurement in record.measurements {
                let kind = MeasurementSummary.Kind(
                    corruption: record.corruption, model: record.model, metric: measurement.metric,
                    channels: measurement.channels, protocol: measurement.protocol)
                if members[kind] == nil { order.append(kind) }
                members[kind, default: []].append((index, measurement))
            }
        }
        return order.map { kind in
            let members = members[kind] ?? []
            let ranked =
                members
                .compactMap { member in
                    (member.measurement.after ?? member.measurement.before).map { (member.index, $0) }
                }
                .sorted {
                    MeasurementSummary.isWorse($0.1, $1.1) || (!MeasurementSummary.isWorse($1.1, $0.1) && $0.0 < $1.0)
                }
            let gains = members.compactMap(\.measurement.gain)
            return MeasurementSummary(
                kind: kind,
                before: .init(members.compactMap(\.measurement.before)),
                after: .init(members.compactMap(\.measurement.after)),
                worst: ranked.prefix(5).map(\.0),
                meanGain: gains.isEmpty ? nil : gains.reduce(0, +) / Double(gains.count))
        }
    }
}
