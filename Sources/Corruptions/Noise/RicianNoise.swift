public import Tensors

/// The noise of magnitude pictures, as magnetic resonance gives them: every sample becomes the absolute value of a
/// complex number whose two parts have normal noise, sqrt((x + n1)^2 + n2^2).
///
/// Bright parts get normal noise of deviation sigma, black ones a grey of 1.25 sigma (Gudbjartsson and Patz, "The
/// Rician distribution of noisy MRI data", 1995). Sampled as `np.random.normal(0, 1, (height, width, 2 * channels))`:
/// the first half of the channels is n1.
public struct RicianNoise: CorruptionStep {
    /// The standard deviation of each of the two parts, on 0...1.
    public var sigma: Double

    /// Creates noise of a standard deviation.
    ///
    /// - Parameter sigma: on 0...255, as in the text.
    public init(sigma: Double) { self.sigma = sigma / 255 }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) { self.init(sigma: values.number("sigma")) }

    public static let kind = CorruptionKind(
        name: "rician",
        summary: "noise of magnitude pictures (MRI), sqrt((x + n1)^2 + n2^2); sigma: deviation of n1 and n2 (0 to 255)",
        parameters: [.init(name: "sigma", form: .number(0...255), standard: nil)], example: "rician:15")

    public var description: String { "rician:\(CorruptionText.level(sigma))" }

    public var isNoise: Bool { true }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        let noise = PlanarImage(channels: 2 * source.channels, height: source.height, width: source.width)
        random.fillNormal(noise.view)
        let deviation = Float(sigma)
        for c in 0..<source.channels {
            for y in 0..<source.height {
                let (from, to) = (source.row(c, y), target.row(c, y))
                let (first, second) = (noise.view.row(c, y), noise.view.row(source.channels + c, y))
                for x in 0..<source.width {
                    let (real, imaginary) = (from[x] + deviation * first[x], deviation * second[x])
                    to[x] = (real * real + imaginary * imaginary).squareRoot()
                }
            }
        }
        withExtendedLifetime(noise) {}
    }
}
