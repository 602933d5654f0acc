import Foundation
public import Tensors

/// Film grain: Gaussian noise that is correlated over neighbouring pixels, sigma measured after the blurring.
///
/// White noise is sampled on the picture and a margin around it, row, column, channel, blurred with a Gaussian of
/// standard deviation `blur` (in pixels, cut at 4 of them) and scaled so that its deviation is sigma everywhere, at
/// the edges too.
public struct Grain: CorruptionStep {
    /// The part of the grain that the channels share.
    public enum Tone: String, Sendable, CaseIterable {
        /// Nothing: each channel has its own.
        case colour
        /// Everything: all channels share one.
        case grey
        /// 0.8 of a shared one and 0.6 of their own, so that the deviation stays.
        case mixed
    }

    /// The standard deviation after the blur, on 0...1.
    public var sigma: Double
    /// The standard deviation of the blur in pixels, 0.1 to 10.
    public var blur: Double
    /// The part of the grain that the channels share.
    public var tone: Tone
    /// The share by which the grain is weaker in black and white than in the middle tones, 0 (alike) to 1: silver shows
    /// most there. Sigma is that of the middle.
    public var midtones: Double

    /// Creates grain of a standard deviation, blurred over neighbouring pixels.
    ///
    /// - Parameters:
    ///   - sigma: on 0...255, as in the text.
    ///   - blur: standard deviation of the blur in pixels.
    public init(sigma: Double, blur: Double = 1, tone: Tone = .colour, midtones: Double = 0) {
        self.sigma = sigma / 255
        self.blur = blur
        self.tone = tone
        self.midtones = midtones
    }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) {
        self.init(
            sigma: values.number("sigma"), blur: values.number("blur"),
            tone: Tone(rawValue: values.choice("tone")) ?? .colour, midtones: values.number("midtones"))
    }

    public static let kind = CorruptionKind(
        name: "grain",
        summary: "Gaussian noise blurred over neighbours (blur, in pixels); sigma after blurring (0 to 255); "
            + "tone colour, grey or mixed; midtones (0 to 1): how much weaker it is in black and white",
        parameters: [
            .init(name: "sigma", form: .number(0...255), standard: nil),
            .init(name: "blur", form: .number(0.1...10), standard: "1"),
            .init(name: "tone", form: .choice(Tone.allCases.map(\.rawValue)), standard: "colour"),
            .init(name: "midtones", form: .number(0...1), standard: "0"),
        ],
        example: "grain:15:blur=1")

    public var description: String {
        "grain:\(CorruptionText.level(sigma)):blur=\(CorruptionText.number(blur)):tone=\(tone.rawValue)"
            + (midtones == 0 ? "" : ":midtones=\(CorruptionText.number(midtones))")
    }

    public var isNoise: Bool { true }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        let kernel = kernel()
        let margin = kernel.count / 2
        let (height, width) = (source.height, source.width)
        // Fields of the channels' own, and behind them one for all.
        let fields = tone == .grey ? 1 : source.channels
        let noise = PlanarImage(
            channels: tone == .mixed ? fields + 1 : fields, height: height + 2 * margin, width: width + 2 * margin)
        random.fillNormal(noise.view)
        // Independent unit noise keeps the deviation sqrt(sum of squared weights), once along rows, once along columns.
        let gain = Float(sigma / kernel.reduce(0) { $0 + $1 * $1 })
        let strengths = midtones > 0 ? strengths(of: source) : nil
        let blurring = SeparableSum(kernel.map(Float.init), height: height, width: width)
        var shared: PlanarImage?
        if tone == .mixed {
            let plane = PlanarImage(channels: 1, height: height, width: width)
            blurring.sumRows(of: noise.view.channels(from: fields, count: 1))
            for y in 0..<height { blurring.sumColumns(at: y, into: plane.view.row(0, y)) }
            shared = plane
        }
        let sums = AlignedBuffer<Float>(repeating: 0, count: width)
        let sum = sums.base
        for c in 0..<source.channels {
            if c < fields { blurring.sumRows(of: noise.view.channels(from: c, count: 1)) }
            for y in 0..<height {
                blurring.sumColumns(at: y, into: sum)
                if let row = shared?.view.row(0, y) {
                    for x in 0..<width { sum[x] = 0.6 * sum[x] + 0.8 * row[x] }
                }
                if let row = strengths?.view.row(0, y) {
                    for x in 0..<width { sum[x] *= row[x] }
                }
                let (from, to) = (source.row(c, y), target.row(c, y))
                for x in 0..<width { to[x] = from[x] + gain * sum[x] }
            }
        }
        withExtendedLifetime((noise, shared, strengths, sums)) {}
    }

    /// The factors of the grain for the mean of the channels, clipped to 0...1.
    private func strengths(of source: PlanarView) -> PlanarImage {
        let result = PlanarImage(channels: 1, height: source.height, width: source.width)
        let (share, gain) = (1 / Float(source.channels), Float(midtones))
        for y in 0..<source.height {
            let row = result.view.row(0, y)
            for c in 0..<source.channels {
                let from = source.row(c, y)
                for x in 0..<source.width { row[x] += from[x] }
            }
            for x in 0..<source.width {
                let mean = max(0, min(1, row[x] * share))
                row[x] = 1 - gain + gain * 4 * mean * (1 - mean)
            }
        }
        return result
    }

    /// Normalised weights of one dimension, odd in number.
    func kernel() -> [Double] {
        let radius = max(1, Int((4 * blur).rounded(.up)))
        let raw = (-radius...radius).map { exp(-Double($0 * $0) / (2 * blur * blur)) }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum }
    }
}

/// Sums of weighted neighbours along rows, then along columns, of a field with a margin.
private struct SeparableSum {
    private let weights: [Float]
    private let height: Int
    private let width: Int
    /// `[height + 2 margin][width]`.
    private let along: AlignedBuffer<Float>

    init(_ weights: [Float], height: Int, width: Int) {
        self.weights = weights
        self.height = height
        self.width = width
        along = AlignedBuffer(repeating: 0, count: (height + weights.count - 1) * width)
    }

    func sumRows(of field: PlanarView) {
        weights.withUnsafeBufferPointer { weights in
            for y in 0..<field.height {
                Self.sum(weights, field.row(0, y), stride: 1, count: width, into: along.base + y * width)
            }
        }
    }

    /// Writes row `y` of the sums to `sum`.
    func sumColumns(at y: Int, into sum: UnsafeMutablePointer<Float>) {
        weights.withUnsafeBufferPointer { weights in
            Self.sum(weights, along.base + y * width, stride: width, count: width, into: sum)
        }
    }

    /// Writes the sums over k of `weights[k] * values[x + k * stride]` for x in 0..<count, each in the order of k.
    ///
    /// Sixteen sums at a time stay in registers.
    @inline(__always)
    private static func sum(
        _ weights: UnsafeBufferPointer<Float>, _ values: UnsafePointer<Float>, stride: Int, count: Int,
        into sums: UnsafeMutablePointer<Float>
    ) {
        var x = 0
        while x + 16 <= count {
            var sum = SIMD16<Float>(repeating: 0)
            for k in 0..<weights.count {
                let part = UnsafeRawPointer(values + x + k * stride).loadUnaligned(as: SIMD16<Float>.self)
                sum += part * weights[k]
            }
            UnsafeMutableRawPointer(sums + x).storeBytes(of: sum, as: SIMD16<Float>.self)
            x += 16
        }
        while x < count {
            var sum: Float = 0
            for k in 0..<weights.count { sum += weights[k] * values[x + k * stride] }
            sums[x] = sum
            x += 1
        }
    }
}
