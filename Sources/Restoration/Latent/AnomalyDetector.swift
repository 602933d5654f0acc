import Foundation
import Imaging
public import Networks
public import Tensors

/// Examines pictures with a network that masks damage: its damage mask, and the statistics of its bottleneck features.
///
/// Contract: any thread, each call by itself.
public struct AnomalyDetector: Sendable {
    /// The figures by which a picture is judged.
    public struct Figures: Sendable, Equatable {
        /// The mean of the largest 1/500 of the mask, 0...1.
        public var damage: Double
        /// The means of the bottleneck features' channels over the picture, then their standard deviations.
        public var features: [Double]

        /// Creates figures from a damage of 0...1 and the features, means before deviations.
        public init(damage: Double, features: [Double]) { (self.damage, self.features) = (damage, features) }
    }

    /// The result of examining one picture.
    public struct Examination: Sendable {
        /// The picture as it was examined: with the network's channels, and downsampled where it was large.
        public let picture: PlanarImage
        /// The damage mask, `[1, height, width]` of the same size, values 0...1: how far a pixel is taken for damaged.
        public let mask: PlanarImage
        /// The figures of the mask and of the bottleneck features.
        public let figures: Figures
    }

    /// The most pixels that are examined; larger pictures are downsampled by a whole factor first.
    public static let maximumPixels = 1_500_000
    /// The share of pixels that a picture's `damage` is the mean of.
    static let share = 0.002

    /// The network that masks damage.
    public let network: Network
    private let deepest: Graph.Value
    /// True where the network tells classes apart, the first of which stands for no damage.
    private let tellsClasses: Bool

    /// Creates a detector from a model whose task is damage.
    ///
    /// - Throws: `RestorationError.setting` where the model restores instead of masking damage, `.noLatent` where all
    ///   of its values have the picture's size.
    public init(_ model: Model) throws(RestorationError) {
        let network = model.network
        guard model.card.task == .damage, network.scale == 1, network.inputChannels == network.outputChannels else {
            throw .setting(
                name: "the model", found: "one that restores",
                expected: "one that masks damage, as retouch anomalies makes")
        }
        guard let deepest = network.graph.bottleneck else { throw .noLatent }
        self.network = network
        self.deepest = deepest
        tellsClasses = model.card.classes.map { $0.count == network.outputChannels && $0.count > 1 } ?? false
    }

    /// Returns the bytes that examining a picture takes beside the picture itself.
    public func byteCount(height: Int, width: Int) -> Int {
        let factor = Self.reduction(height: height, width: width)
        let sides = [height, width].map { (($0 / factor + network.grid) / network.grid) * network.grid }
        return Executor.arenaByteCount(network: network, height: sides[0], width: sides[1])
            + (2 * network.inputChannels + 2) * sides[0] * sides[1] * MemoryLayout<Float>.stride
    }

    private static func reduction(height: Int, width: Int) -> Int {
        max(1, Int((Double(height) * Double(width) / Double(maximumPixels)).squareRoot().rounded(.up)))
    }

    /// Masks the damage of a picture, and takes its figures.
    ///
    /// - Parameter image: colours without alpha, 0...1; converted to the network's channels.
    /// - Throws: `RestorationError.notFinite`.
    /// - Complexity: the network's multiply-adds on at most `maximumPixels`.
    public func examine(_ image: PlanarImage) throws(RestorationError) -> Examination {
        var picture = image.converted(toChannels: network.inputChannels)
        let factor = Self.reduction(height: picture.height, width: picture.width)
        if factor > 1 {
            picture = picture.resampled(
                toHeight: max(1, picture.height / factor), width: max(1, picture.width / factor))
        }
        let padded = picture.reflected(toMultiplesOf: network.grid)
        let output = PlanarImage(channels: padded.channels, height: padded.height, width: padded.width)
        let executor = Executor(network: network, maximumHeight: padded.height, maximumWidth: padded.width)
        guard let values = executor.run(input: padded.view, output: output.view, reading: deepest) else {
            throw .noLatent
        }
        let mask = PlanarImage(channels: 1, height: picture.height, width: picture.width)
        for y in 0..<picture.height {
            let row = mask.view.row(0, y)
            let made = (0..<picture.channels).map { output.view.row($0, y) }
            for x in 0..<picture.width {
                for channel in made where !channel[x].isFinite { throw .notFinite(x: x, y: y) }
                if tellsClasses {
                    row[x] = Self.damageProbability(made, x)
                } else {
                    for channel in made { row[x] += max(0, min(1, channel[x])) / Float(made.count) }
                }
            }
        }
        let samples = mask.samples.sorted(by: >)
        let count = max(1, Int(Double(samples.count) * Self.share))
        return Examination(
            picture: picture, mask: mask,
            figures: Figures(
                damage: samples.prefix(count).reduce(0) { $0 + Double($1) } / Double(count),
                features: Self.features(of: values)))
    }

    /// Returns how likely a pixel is damaged: the softmax of logits but for the first class.
    private static func damageProbability(_ logits: [UnsafeMutablePointer<Float>], _ x: Int) -> Float {
        var greatest = -Float.infinity
        for channel in logits { greatest = max(greatest, channel[x]) }
        var sum: Float = 0
        for channel in logits { sum += exp(channel[x] - greatest) }
        return 1 - exp(logits[0][x] - greatest) / sum
    }

    private static func features(of values: Tensor) -> [Double] {
        let channels = values.shape[0]
        let count = values.elements.count / channels
        var means: [Double] = []
        var deviations: [Double] = []
        for channel in 0..<channels {
            let elements = values.elements[channel * count..<(channel + 1) * count]
            let mean = elements.reduce(0) { $0 + Double($1) } / Double(count)
            let variance = elements.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(count)
            means.append(mean)
            deviations.append(variance.squareRoot())
        }
        return means + deviations
    }
}
