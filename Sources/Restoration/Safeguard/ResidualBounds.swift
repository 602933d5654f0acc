import Tensors

/// The bounds on what a restoring method may take away from a picture: what the picture's noise, and the steps that a
/// JPEG file was rounded to, explain. Levels are on 0...1.
///
/// The bounds hold for what is written minus what was read, its *residual*. `ResidualLimiter` keeps them by
/// construction.
public struct ResidualBounds: Sendable, Equatable {
    /// The number of brightnesses that a bound is given for: 0, 1/255, ..., 1.
    public static let count = 256

    /// The bound of one sample's residual, by the brightness of the result.
    public private(set) var amplitude: [Float]
    /// The part of the residual's deviation about its local mean that counts as noise, by brightness: the mean may move
    /// in proportion.
    public private(set) var deviation: [Float]
    /// The distance by which the local mean may move in any case.
    public private(set) var meanSlack: Float
    /// True where what is neutral has to stay so: not in a JPEG so coarse (quality 19 and less) that faint colours
    /// became grey.
    public var keepsNeutral = true
    /// The standard deviation of noise and rounding, by brightness.
    private var explained: [Float]

    /// Creates bounds from the noise and the rounding of a picture.
    ///
    /// - Parameters:
    ///   - noise: the standard deviation of the noise, by brightness, `count` values on 0...1.
    ///   - rounding: the standard deviation of a sample's error where the picture was rounded otherwise, as a JPEG's
    ///     coefficients are; 0 elsewhere.
    ///   - meanRounding: the greatest error that this leaves in a local mean.
    ///
    /// A residual of six deviations is noise once in 500 million samples; fewer than six cost up to 0.1 dB under noise
    /// of 10 whose deviation is seen too small in dark parts (gb82). Of a pattern, a full stop or a star of 100 levels
    /// on paper with noise of 3 levels at least 80 are left.
    public init(noise: [Float], rounding: Float = 0, meanRounding: Float = 0) {
        precondition(noise.count == Self.count)
        explained = noise.map { ($0 * $0 + rounding * rounding).squareRoot() }
        amplitude = explained.map { Self.deviations * $0 + Self.roundingSlack }
        deviation = noise.map { Self.spread * $0 }
        meanSlack = Self.roundingSlack / 2 + meanRounding
    }

    /// Bounds for a picture of which nothing is known, one of a few pixels: the residual itself tells how much its
    /// local means may move, and what goes out is judged as if there were noise of four levels.
    public static let unknown: ResidualBounds = {
        var bounds = ResidualBounds(noise: Array(repeating: 8, count: count))
        bounds.explained = Array(repeating: 4 / 255, count: count)
        return bounds
    }()

    /// Returns the bounds for a residual that is made `factor` times as large on purpose.
    public func scaled(by factor: Float) -> ResidualBounds {
        var bounds = self
        bounds.amplitude = amplitude.map { $0 * factor }
        bounds.deviation = deviation.map { $0 * factor }
        bounds.explained = explained.map { $0 * factor }
        bounds.meanSlack *= factor
        return bounds
    }

    static let deviations: Float = 6
    /// The local deviation of noise whose spread is uneven, over the estimate.
    private static let spread: Float = 1.5
    private static let roundingSlack: Float = 1 / 255
    /// The share of the residual's local deviation by which its mean over 17x17 samples may move. White noise moves it
    /// by 1/17, noise that a camera or a scanner has made coarse by four times as much; 0.5 costs grain 0.003 dB, 0.25
    /// 0.027 (gb82).
    static let meanShare: Float = 0.5

    /// Returns the standard deviation of noise and rounding at a brightness.
    func noise(at brightness: Float) -> Float { explained[Self.index(brightness)] }

    /// Returns the index of a brightness in the tables.
    @inline(__always)
    static func index(_ brightness: Float) -> Int {
        let scaled = brightness * 255 + 0.5
        return scaled > 0 ? (scaled < 255 ? Int(scaled) : 255) : 0
    }
}
