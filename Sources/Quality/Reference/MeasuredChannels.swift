/// The channels that a figure is about, by the names that they have in tables and reports.
public enum MeasuredChannels: String, Sendable, Hashable, Codable, CaseIterable, CustomStringConvertible {
    /// Red, green and blue together.
    case rgb = "RGB"
    /// Red alone.
    case red = "R"
    /// Green alone.
    case green = "G"
    /// Blue alone.
    case blue = "B"
    /// Luma, see ``MeasurementProtocol/Channels-swift.enum/luma``.
    case luma = "Y"
    /// The one channel of a picture without colour.
    case grey

    public var description: String { rawValue }
}
