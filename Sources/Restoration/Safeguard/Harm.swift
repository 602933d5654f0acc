/// What is wrong with a result, part by part: why it must not be written.
public struct Harm: Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable, CaseIterable {
        /// The local mean of a channel moved.
        case shift = "became brighter or darker"
        /// Two channels' local means moved against each other.
        case cast = "changed colour"
        /// Contrast that is no noise is gone.
        case collapse = "lost contrast"
        /// What was neutral has colour.
        case tint = "were grey and have colour"
    }

    public let kind: Kind
    /// How many parts of 16x16 pixels it is true of, and of how many.
    public let parts: Int
    public let partCount: Int
    /// The first pixel of the worst part.
    public let x: Int
    public let y: Int
    /// How bad the worst part is, in levels of 255.
    public let levels: Double

    public var description: String {
        let tenths = (levels * 10).rounded() / 10
        return
            "\(parts) of \(partCount) parts of 16x16 pixels \(kind.rawValue), by up to \(tenths) levels near x \(x), "
            + "y \(y)"
    }
}
