/// The harm that a restoring method did to a picture, the reason why its result must not be written.
public struct Harm: Sendable, Equatable, CustomStringConvertible {
    /// The kinds of harm; the raw value continues a sentence about parts of the picture.
    public enum Kind: String, Sendable, CaseIterable {
        /// The local mean of a channel moved.
        case shift = "became brighter or darker"
        /// Two channels' local means moved against each other.
        case cast = "changed colour"
        /// Contrast that is no noise is gone.
        case collapse = "lost contrast"
        /// A part that was neutral has colour.
        case tint = "were grey and have colour"
    }

    /// The kind of the worst harm.
    public let kind: Kind
    /// The number of parts of 16x16 pixels that are harmed in this way.
    public let parts: Int
    /// The number of parts of the whole picture.
    public let partCount: Int
    /// The column of the first pixel of the worst part.
    public let x: Int
    /// The row of the first pixel of the worst part.
    public let y: Int
    /// The size of the harm in the worst part, in levels of 255.
    public let levels: Double

    public var description: String {
        let tenths = (levels * 10).rounded() / 10
        return
            "\(parts) of \(partCount) parts of 16x16 pixels \(kind.rawValue), by up to \(tenths) levels near x \(x), "
            + "y \(y)"
    }
}
