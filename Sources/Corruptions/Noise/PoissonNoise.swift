public import Tensors

/// The noise of counting photons: every sample becomes Poisson(sample * peak) / peak.
///
/// `peak` is how many photons white stands for, so the deviation at white is 255 / sqrt(peak) on 0...255. Samples under
/// 0 count as 0. Sampled as `np.random.poisson(samples * peak)` in the order row, column, channel.
public struct PoissonNoise: CorruptionStep {
    /// The number of photons at a sample of 1, 0.1 to 1000000.
    public var peak: Double

    /// Creates the noise of `peak` photons at white.
    public init(peak: Double) { self.peak = peak }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) { self.init(peak: values.number("peak")) }

    public static let kind = CorruptionKind(
        name: "poisson", summary: "photon noise; peak is the number of photons at white (0.1 to 1000000)",
        parameters: [.init(name: "peak", form: .number(0.1...1_000_000), standard: nil)], example: "poisson:30")

    public var description: String { "poisson:\(CorruptionText.number(peak))" }

    public var isNoise: Bool { true }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        random.countPhotons(peak: peak, in: source, counts: target)
    }
}
