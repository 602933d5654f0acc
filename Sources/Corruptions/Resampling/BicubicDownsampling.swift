public import Imaging
public import Tensors

/// Downsampling by a whole factor, as the published low-resolution pictures were made.
///
/// Sides are first cut to multiples of the factor, at the right and at the bottom; then MATLAB's antialiased bicubic
/// `imresize` of 8-bit samples, with its edges of before 2011 and its rounding between the passes: every sample of
/// the published `LRbicx2`, `x3` and `x4` of Set5 and Set14 comes out.
public struct BicubicDownsampling: CorruptionStep {
    /// The factor by which width and height are divided, 2 to 8.
    public var reduction: Int

    /// Creates downsampling by a whole factor of 2 to 8.
    public init(by factor: Int) { reduction = factor }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) { self.init(by: values.integer("factor")) }

    public static let kind = CorruptionKind(
        name: "bicubic", summary: "downsampled by a whole factor (2 to 8), antialiased, as MATLAB does it",
        parameters: [.init(name: "factor", form: .integer(2...8), standard: nil)], example: "bicubic:2")

    /// The choices of `imresize` behind the published pictures.
    public static let resampling = Resampling(.bicubic, edges: .replicated, rounding: .eightBits)

    public var description: String { "bicubic:\(reduction)" }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        source.reduce(to: target, by: reduction, Self.resampling)
    }
}

extension PlanarView {
    /// Writes the part whose sides are the greatest multiples of `factor`, resampled, to `target`.
    func reduce(to target: PlanarView, by factor: Int, _ resampling: Resampling) {
        let whole = PlanarImage(channels: channels, height: target.height * factor, width: target.width * factor)
        whole.view.copySamples(from: cropped(rows: 0..<whole.height, columns: 0..<whole.width))
        target.copySamples(from: whole.resampled(toHeight: target.height, width: target.width, resampling).view)
    }
}

extension PlanarImage {
    /// The upper left part whose sides are the greatest multiples of `factor`; nil where nothing is left.
    public func cut(toMultipleOf factor: Int) -> PlanarImage? {
        let (rows, columns) = (height / factor * factor, width / factor * factor)
        guard rows > 0, columns > 0 else { return nil }
        if rows == height && columns == width { return self }
        return cropped(top: 0, left: 0, height: rows, width: columns)
    }
}
