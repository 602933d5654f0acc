/// The size of a value relative to the picture that goes in: `numerator / denominator` of its height and width,
/// in lowest terms.
public struct Resolution: Sendable, Hashable, CustomStringConvertible {
    /// The numerator of the value's share of the picture's sides, in lowest terms; 1 or more.
    public let numerator: Int
    /// The denominator of the value's share of the picture's sides, in lowest terms; 1 or more.
    public let denominator: Int

    /// The picture's own size.
    public static let one = Resolution(1, over: 1)

    /// Creates the resolution `numerator / denominator`, reduced to lowest terms.
    ///
    /// - Precondition: both are positive.
    public init(_ numerator: Int, over denominator: Int) {
        precondition(numerator > 0 && denominator > 0)
        let divisor = Resolution.greatestCommonDivisor(numerator, denominator)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    /// The resolution after upsampling by `factor`.
    public func multiplied(by factor: Int) -> Resolution { .init(numerator * factor, over: denominator) }
    /// The resolution after downsampling by `factor`.
    public func divided(by factor: Int) -> Resolution { .init(numerator, over: denominator * factor) }

    /// Returns the side, in pixels, of a value whose picture has this side.
    ///
    /// - Precondition: the picture's side is a multiple of the denominator.
    public func side(forPicture side: Int) -> Int {
        precondition(side % denominator == 0, "the side \(side) is no multiple of \(denominator)")
        return side / denominator * numerator
    }

    public var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }

    static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
}

/// The channels and resolution of a value in a graph; a shape for pictures of every size.
public struct ValueShape: Sendable, Hashable, CustomStringConvertible {
    /// The number of channels.
    public var channels: Int
    /// The size relative to the picture's.
    public var resolution: Resolution

    /// Creates a shape of some channels at a resolution.
    public init(channels: Int, resolution: Resolution = .one) {
        self.channels = channels
        self.resolution = resolution
    }

    public var description: String { "\(channels) channels at \(resolution)" }
}
