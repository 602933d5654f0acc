public import Quality

extension ResidualBounds {
    /// Creates the bounds for a picture whose noise was measured. A pattern counts as noise of 2.3 levels at most,
    /// whatever its contrast.
    ///
    /// - Parameters:
    ///   - profile: nil for a picture that is too small for one; nothing is then known.
    ///   - given: the standard deviation of the noise on 0...1, where somebody gives more than the profile shows.
    ///   - steps: the luma steps that a JPEG file was quantised with, in zigzag order.
    ///   - strength: the strength of the restoration; above 1, more is taken away on purpose, and the bounds grow with
    ///     it.
    public init(_ profile: NoiseProfile?, given sigma: Float = 0, steps: [Int]? = nil, strength: Float = 1) {
        guard let profile else {
            self = .unknown
            return
        }
        let rounding = steps.map(JPEGRounding.init)
        // The channel with the most noise, and that of the noisiest brightness nearby: neighbours' brightnesses differ.
        let scale = profile.channelScales.max() ?? 1
        // What a pattern varies by is no noise.
        let most = profile.isPattern ? NoiseProfile.leastDeviation : .infinity
        let noise = (0..<Self.count).map { level in
            let deviation = [-16, 0, 16].map { profile.deviation(at: Double(level + $0)) }.max() ?? 0
            return max(Float(min(deviation, most) * scale / 255), sigma)
        }
        var bounds = ResidualBounds(
            noise: noise, rounding: Float(rounding?.deviation ?? 0), meanRounding: Float(rounding?.mean ?? 0))
        if let first = steps?.first, first > Self.coarseStep { bounds.keepsNeutral = false }
        self = strength > 1 ? bounds.scaled(by: strength) : bounds
    }

    /// The first step of the IJG's table for quality 20; LIVE1 loses 0.06 dB at quality 10 where grey is kept, 0.02 at
    /// 20.
    private static let coarseStep = 40
}

/// The errors, on 0...1, that rounding the coefficients of a JPEG's blocks to multiples of their steps leaves in
/// samples.
private struct JPEGRounding {
    /// The deviation of a sample in a block all of whose coefficients were rounded, each evenly within half a step:
    /// half of the root of the sum of step²/12, an orthonormal transform keeping sums of squares, since few blocks are
    /// so rich.
    let deviation: Double
    /// A block's mean is an eighth of its first coefficient, which lies within half a step. The colours' steps are
    /// about a fifth larger, and blue gets 1.8 times what they are off: 2.4 times the luma's error with it, the two
    /// being independent.
    let mean: Double

    init(steps: [Int]) {
        let squares = steps.reduce(0.0) { $0 + Double($1 * $1) / 12 }
        deviation = (squares / 64).squareRoot() / 2 / 255
        mean = Double(steps.first ?? 0) / 16 * 2.4 / 255
    }
}
