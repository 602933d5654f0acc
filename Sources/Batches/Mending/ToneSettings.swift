/// The settings by which faded prints are corrected.
public struct ToneSettings: Codable, Hashable, Sendable {
    /// The share of the estimated correction that is done, 0...1.
    public var amount: Double
    /// True where prints without colours but a tint become neutral.
    public var isNeutral: Bool

    /// Creates settings.
    public init(amount: Double = 1, isNeutral: Bool = false) {
        precondition((0...1).contains(amount))
        self.amount = amount
        self.isNeutral = isNeutral
    }
}
