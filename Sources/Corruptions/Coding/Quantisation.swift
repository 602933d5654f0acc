public import Tensors

/// Clipping to 0...1 and rounding to few bits, halves up. `quantise:8` is what a file of 8 bits holds.
public struct Quantisation: CorruptionStep {
    /// The number of bits of a sample, 1 to 16.
    public var bits: Int

    /// Creates a quantisation to 1 to 16 bits.
    public init(bits: Int) { self.bits = bits }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) { self.init(bits: values.integer("bits")) }

    public static let kind = CorruptionKind(
        name: "quantise", summary: "clipped and rounded to so many bits (1 to 16)",
        parameters: [.init(name: "bits", form: .integer(1...16), standard: nil)], example: "quantise:4")

    public var description: String { "quantise:\(bits)" }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        source.round(toBits: bits, into: target)
    }
}

extension PlanarView {
    /// Writes the samples clipped to 0...1 and rounded, halves up, to `target`, which may be the view itself.
    package func round(toBits bits: Int, into target: PlanarView) {
        let maximum = Float((1 << bits) - 1)
        for c in 0..<channels {
            for y in 0..<height {
                let (from, to) = (row(c, y), target.row(c, y))
                for x in 0..<width { to[x] = (max(0, min(1, from[x])) * maximum + 0.5).rounded(.down) / maximum }
            }
        }
    }
}

extension PlanarImage {
    /// A copy clipped to 0...1 and rounded to `bits` bits, halves up: what a file of that depth would hold.
    public func rounded(toBits bits: Int) -> PlanarImage {
        let result = PlanarImage(channels: channels, height: height, width: width)
        view.round(toBits: bits, into: result.view)
        return result
    }
}
