public import Tensors

/// Noise in proportion to the sample: x + x n with n normal of standard deviation sigma, so that sigma (on 0...255) is
/// the deviation at white.
public struct SpeckleNoise: CorruptionStep {
    /// The standard deviation at white, on 0...1.
    public var sigma: Double

    /// Creates noise of a standard deviation at white.
    ///
    /// - Parameter sigma: on 0...255, as in the text.
    public init(sigma: Double) { self.sigma = sigma / 255 }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) { self.init(sigma: values.number("sigma")) }

    public static let kind = CorruptionKind(
        name: "speckle",
        summary: "Gaussian noise in proportion to the sample; sigma is its deviation at white (0 to 255)",
        parameters: [.init(name: "sigma", form: .number(0...255), standard: nil)], example: "speckle:25")

    public var description: String { "speckle:\(CorruptionText.level(sigma))" }

    public var isNoise: Bool { true }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        let noise = PlanarImage(channels: source.channels, height: source.height, width: source.width)
        random.fillNormal(noise.view)
        let deviation = Float(sigma)
        for c in 0..<source.channels {
            for y in 0..<source.height {
                let (from, to, factors) = (source.row(c, y), target.row(c, y), noise.view.row(c, y))
                for x in 0..<source.width { to[x] = from[x] + from[x] * (deviation * factors[x]) }
            }
        }
        withExtendedLifetime(noise) {}
    }
}
