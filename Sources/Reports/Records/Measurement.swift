public import Quality

/// One figure of quality of one picture, with everything that it takes to compare it with another program's.
///
/// A figure without its protocol means little: the same output scores 1.6 dB more on luma than on RGB.
public struct Measurement: Sendable, Equatable {
    /// The figure's metric, which says its unit and range.
    public var metric: Metric
    /// The channels that were compared.
    public var channels: MeasuredChannels
    /// The protocol's name, as in `Quality.MeasurementProtocol`: `awgn`, `awgn-8bit`, `sr-y`, `sr-rgb`, `stored`.
    public var `protocol`: String
    /// The input against the reference; nil when there was none.
    public var before: Double?
    /// The output against the reference; nil when there was none. Infinite where both are the same picture.
    public var after: Double?

    /// Creates a measurement; a side that was not measured is nil.
    public init(
        metric: Metric, channels: MeasuredChannels, protocol: String, before: Double? = nil, after: Double? = nil
    ) {
        self.metric = metric
        self.channels = channels
        self.protocol = `protocol`
        self.before = before
        self.after = after
    }

    /// The measurements of one picture under one protocol, one or, of channels alone, three for each metric.
    ///
    /// - Parameters:
    ///   - before: the figures of the input, if it was measured.
    ///   - after: the figures of the output, if it was measured.
    ///   - channels: what the whole is about: ``MeasuredChannels/rgb``, ``MeasuredChannels/grey`` or
    ///     ``MeasuredChannels/luma``.
    public static func measurements(
        before: Figures? = nil, after: Figures?, metrics: [Metric], channels: MeasuredChannels, protocol: String
    ) -> [Measurement] {
        metrics.flatMap { metric -> [Measurement] in
            let values = [before, after].map { $0?.values(of: metric, channels: channels) ?? [] }
            return (values.first { !$0.isEmpty } ?? []).enumerated().map { index, figure in
                Measurement(
                    metric: figure.metric, channels: figure.channels, protocol: `protocol`,
                    before: values[0].isEmpty ? nil : values[0][index].value,
                    after: values[1].isEmpty ? nil : values[1][index].value)
            }
        }
    }

    /// `after - before`; nil when one is missing, or when both are infinite.
    public var gain: Double? {
        guard let before, let after, !(before.isInfinite && after.isInfinite) else { return nil }
        return after - before
    }
}

extension Measurement: Codable {
    private enum CodingKeys: String, CodingKey { case metric, channels, `protocol`, before, after }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        metric = try container.decode(Metric.self, forKey: .metric)
        channels = try container.decode(MeasuredChannels.self, forKey: .channels)
        `protocol` = try container.decode(String.self, forKey: .protocol)
        before = try container.decodeIfPresent(RecordedNumber.self, forKey: .before)?.value
        after = try container.decodeIfPresent(RecordedNumber.self, forKey: .after)?.value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(metric, forKey: .metric)
        try container.encode(channels, forKey: .channels)
        try container.encode(`protocol`, forKey: .protocol)
        try container.encodeIfPresent(before.map(RecordedNumber.init), forKey: .before)
        try container.encodeIfPresent(after.map(RecordedNumber.init), forKey: .after)
    }
}

/// A number that JSON cannot hold is written as the string `inf`, `-inf` or `nan`: the PSNR of two equal pictures
/// is infinite, and a report must say so rather than fail or pretend.
struct RecordedNumber: Codable, Sendable, Equatable {
    var value: Double

    init(_ value: Double) { self.value = value }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            value = number
            return
        }
        switch try container.decode(String.self) {
        case "inf": value = .infinity
        case "-inf": value = -.infinity
        case "nan": value = .nan
        case let text:
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected a number, \"inf\", \"-inf\" or \"nan\", found \"\(text)\"")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if value.isFinite {
            try container.encode(value)
        } else {
            try container.encode(Self.text(of: value))
        }
    }

    /// `inf`, `-inf`, `nan`, or the shortest decimal text that reads back as the same number.
    static func text(of value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        return value.description
    }
}
