import Imaging
public import Tensors

/// Downsampling by a whole factor: sides are cut to multiples of it, at the right and at the bottom; then MATLAB's
/// antialiased bilinear `imresize`: a triangle as wide as two pixels of the result. Nothing is rounded.
public struct BilinearDownsampling: CorruptionStep {
    /// The factor by which width and height are divided, 2 to 8.
    public var reduction: Int

    /// Creates downsampling by a whole factor of 2 to 8.
    public init(by factor: Int) { reduction = factor }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) { self.init(by: values.integer("factor")) }

    public static let kind = CorruptionKind(
        name: "bilinear", summary: "downsampled by a whole factor (2 to 8), antialiased, with a triangle's weights",
        parameters: [.init(name: "factor", form: .integer(2...8), standard: nil)], example: "bilinear:2")

    public var description: String { "bilinear:\(reduction)" }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        source.reduce(to: target, by: reduction, Resampling(.bilinear))
    }
}
