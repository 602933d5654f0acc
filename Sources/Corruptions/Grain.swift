import Foundation
public import Tensors

/// Film grain: Gaussian noise that is correlated over neighbouring pixels, sigma measured after the blurring.
///
/// White noise is drawn on the picture and a margin around it, row, column, channel, blurred with a Gaussian of
/// standard deviation `blur` (in pixels, cut at 4 of them) and scaled so that its deviation is sigma everywhere, at
/// the edges too.
public struct Grain: CorruptionStep {
    /// On 0...1.
    public var sigma: Double
    /// In pixels.
    public var blur: Double
    /// Whether each channel has its own grain; otherwise all share one.
    public var isColoured: Bool

    /// - Parameters:
    ///   - sigma: on 0...255, as in the text.
    ///   - blur: standard deviation of the blur in pixels.
    public init(sigma: Double, blur: Double = 1, isColoured: Bool = true) {
        self.sigma = sigma / 255
        self.blur = blur
        self.isColoured = isColoured
    }

    public init(_ values: CorruptionValues) {
        self.init(
            sigma: values.number("sigma"), blur: values.number("blur"), isColoured: values.choice("tone") == "colour")
    }

    public static let kind = CorruptionKind(
        name: "grain",
        summary: "Gaussian noise blurred over neighbours (blur, in pixels); sigma after blurring (0 to 255); "
            + "tone colour or grey",
        parameters: [
            .init(name: "sigma", form: .number(0...255), standard: nil),
            .init(name: "blur", form: .number(0.1...10), standard: "1"),
            .init(name: "tone", form: .choice(["colour", "grey"]), standard: "colour"),
        ],
        example: "grain:15:blur=1")

    public var description: String {
        "grain:\(CorruptionText.level(sigma)):blur=\(CorruptionText.number(blur)):tone=\(isColoured ? "colour" : "grey")"
    }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        let kernel = kernel()
        let margin = kernel.count / 2
        let width = source.width
        let channels = isColoured ? source.channels : 1
        let noise = PlanarImage(channels: channels, height: source.height + 2 * margin, width: width + 2 * margin)
        random.fillNormal(noise.view)
        // Independent unit noise keeps the deviation sqrt(sum of squared weights), once along rows, once along columns.
        let gain = Float(sigma / kernel.reduce(0) { $0 + $1 * $1 })
        let weights = kernel.map(Float.init)
        let along = AlignedBuffer<Float>(repeating: 0, count: noise.height * width)
        let sums = AlignedBuffer<Float>(repeating: 0, count: width)
        for c in 0..<source.channels {
            if isColoured || c == 0 {
                for y in 0..<noise.height {
                    let (from, to) = (noise.view.row(c, y), along.base + y * width)
                    for x in 0..<width { to[x] = 0 }
                    for (k, weight) in weights.enumerated() {
                        for x in 0..<width { to[x] += weight * from[x + k] }
                    }
                }
            }
            for y in 0..<source.height {
                let (from, to, sum) = (source.row(c, y), target.row(c, y), sums.base)
                for x in 0..<width { sum[x] = 0 }
                for (k, weight) in weights.enumerated() {
                    let row = along.base + (y + k) * width
                    for x in 0..<width { sum[x] += weight * row[x] }
                }
                for x in 0..<width { to[x] = from[x] + gain * sum[x] }
            }
        }
        withExtendedLifetime((noise, along, sums)) {}
    }

    /// Normalised weights of one dimension, odd in number.
    func kernel() -> [Double] {
        let radius = max(1, Int((4 * blur).rounded(.up)))
        let raw = (-radius...radius).map { exp(-Double($0 * $0) / (2 * blur * blur)) }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum }
    }
}
