import Imaging
public import Tensors

/// Downsampling by a whole factor: sides are cut to multiples of it, at the right and at the bottom; then each pixel of
/// the result is the mean of its square of pixels. Nothing is rounded.
public struct AreaDownsampling: CorruptionStep {
    /// The factor by which width and height are divided, 2 to 8.
    public var reduction: Int

    /// Creates downsampling by a whole factor of 2 to 8.
    public init(by factor: Int) { reduction = factor }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) { self.init(by: values.integer("factor")) }

    public static let kind = CorruptionKind(
        name: "area", summary: "downsampled by a whole factor (2 to 8); each pixel is the mean of a square",
        parameters: [.init(name: "factor", form: .integer(2...8), standard: nil)], example: "area:2")

    public var description: String { "area:\(reduction)" }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        source.reduce(to: target, by: reduction, Resampling(.box))
    }
}
