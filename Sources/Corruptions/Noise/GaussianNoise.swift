public import Tensors

/// White Gaussian noise of standard deviation sigma (on 0...255), independent in every sample.
///
/// From `RandomState` it is sampled as `np.random.normal(0, sigma / 255, (height, width, channels))` and added in
/// Float64, so that after `np.random.seed(0)` it is the noise of the published protocols.
public struct GaussianNoise: CorruptionStep {
    /// The standard deviation on 0...1.
    public var sigma: Double

    /// Creates noise of a standard deviation.
    ///
    /// - Parameter sigma: on 0...255, as in the text.
    public init(sigma: Double) { self.sigma = sigma / 255 }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) { self.init(sigma: values.number("sigma")) }

    public static let kind = CorruptionKind(
        name: "gaussian", summary: "white Gaussian noise of standard deviation sigma (0 to 255)",
        parameters: [.init(name: "sigma", form: .number(0...255), standard: nil)], example: "gaussian:25")

    public var description: String { "gaussian:\(CorruptionText.level(sigma))" }

    public var isNoise: Bool { true }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        random.addNormal(deviation: sigma, to: source, sums: target)
    }
}

extension CorruptionText {
    /// A level on 0...1 as the text has it, on 0...255, without the rounding of the division.
    static func level(_ sigma: Double) -> String { number((sigma * 255 * 1e6).rounded() / 1e6) }
}
