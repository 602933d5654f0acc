import Foundation
public import Imaging
public import Networks
import Tensors
public import Workers

/// Finds the damage of pictures with a network that tells classes apart, pixel by pixel: the first stands for no damage,
/// each other one for a kind of damage.
///
/// A picture takes the way that restoring takes, so memory follows the limit and the mask is the same to the bit for any
/// tile size, number of workers and memory. What the mask itself takes is a byte a pixel.
public struct DamageFinder: Sendable {
    /// The readiness to take something for damage.
    ///
    /// Dust, hairs and scratches come in company. Where much of a picture is damaged beyond doubt, what is doubtful is
    /// damage too; what looks like a speck in a clean picture stands alone.
    public struct Thresholds: Sendable, Equatable {
        /// The probability, 0...1, that a pixel of a piece reaches that is damage though it stands alone.
        public var certain: Double
        /// The probability, 0...`certain`, that a pixel of each of many pieces reaches.
        public var counted: Double
        /// The probability, 0...`counted`, that is enough in a picture with many such pieces.
        public var certainAmongMany: Double
        /// The probability, 0...`certain`, whose log-odds those of a large piece reach on average, so that no pixel of
        /// it has to be certain: creases and tears.
        public var certainOnAverage: Double
        /// The probability, 0...`certainAmongMany`, down to which pixels that touch it belong to it.
        public var possible: Double
        /// The least number of pixels of a piece of damage.
        public var leastArea: Int
        /// The pixels by which the damage is made larger, since what lies on a picture has soft edges.
        public var margin: Int

        /// The least number of pixels of a large piece.
        static let largeArea = 300
        /// The least number of pixels of a piece that counts among many.
        static let countedArea = 8
        /// The pieces that are many: so many, and so many a million pixels.
        static let (manyPieces, manyPiecesPerMegapixel) = (3, 8.0)

        /// Creates thresholds.
        public init(
            certain: Double, counted: Double? = nil, certainAmongMany: Double? = nil, certainOnAverage: Double? = nil,
            possible: Double, leastArea: Int = 3, margin: Int = 1
        ) {
            let counted = counted ?? certain
            let (many, average) = (certainAmongMany ?? counted, certainOnAverage ?? certain)
            precondition(possible > 0 && possible <= many && many <= counted && counted <= certain && certain <= 1)
            precondition((possible...certain).contains(average) && leastArea > 0 && margin >= 0)
            self.certain = certain
            self.counted = counted
            self.certainAmongMany = many
            self.certainOnAverage = average
            self.possible = possible
            self.leastArea = leastArea
            self.margin = margin
        }

        /// Creates the thresholds of a sensitivity.
        ///
        /// - Parameter sensitivity: 0 for what is quite certain alone, 1 for what is as likely damage as not.
        public init(sensitivity: Double) {
            precondition((0...1).contains(sensitivity))
            /// Returns the probability of which this is the logarithm of the odds at the sensitivity of 0.5.
            func probability(_ logOdds: Double) -> Double { 1 / (1 + exp(-2 * logOdds * (1 - sensitivity))) }
            self.init(
                certain: probability(7.6), counted: probability(4), certainAmongMany: probability(2.2),
                certainOnAverage: probability(1.2), possible: 0.45)
        }
    }

    private let restorer: Restorer

    /// The network's multiply-adds for one pixel.
    public var multiplyAddsPerPixel: Double { restorer.model.network.multiplyAddsPerPixel }

    /// Creates a finder from a model whose task is damage and whose result are the logits of classes.
    ///
    /// - Parameter memoryLimit: the bytes that all workers of a team may use together.
    /// - Throws: `RestorationError.setting` where the model is none that finds damage in pictures of three channels.
    public init(_ model: Model, memoryLimit: Int) throws(RestorationError) {
        let network = model.network
        guard model.card.task == .damage, network.scale == 1, network.inputChannels == 3, network.outputChannels == 3,
            model.card.classes?.count == 3
        else {
            throw .setting(
                name: "the model", found: "one for another task (\(model.name))",
                expected: "one that finds damage in three channels and tells three classes apart")
        }
        var graph = network.graph
        let probabilities: Network
        do {
            try graph.append(Softmax(), graph.result, name: "probabilities")
            probabilities = try Network(graph, algorithm: network.algorithm)
        } catch {
            throw .setting(
                name: "the model", found: "\(error)", expected: "one whose result is as large as the picture")
        }
        // To the passes it is a network that makes pictures of pictures.
        var card = model.card
        card.task = .scan
        restorer = try Restorer(
            model: Model(
                folder: model.folder, name: model.name, card: card, network: probabilities, sha256: model.sha256),
            memoryLimit: memoryLimit)
    }

    /// The bytes that a picture's mask takes.
    public static func maskByteCount(height: Int, width: Int) -> Int { height * width }

    /// Returns how likely each pixel is damaged: `DamageOdds`, 128 and 16 times the natural logarithm of the odds.
    ///
    /// - Parameters:
    ///   - source: rows of one or three colour channels, then alpha if `hasAlpha`, values 0...1.
    ///   - spool, progress, isCancelled: as for `Restorer.restore`.
    /// - Throws: `RestorationError`, and whatever `source` throws.
    public func odds(
        in source: any RowSource, hasAlpha: Bool, spool: SampleSpool? = nil, on worker: Worker,
        progress: @escaping @Sendable (Int) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> PixelMask {
        let sink = DamageOddsSink(height: source.height, width: source.width)
        try restorer.restore(
            from: ColourRowSource(source, hasAlpha: hasAlpha), hasAlpha: false, to: sink, spool: spool, on: worker,
            progress: progress, isCancelled: isCancelled)
        return sink.mask
    }
}

extension PixelMask {
    /// Returns the number of pieces that `damage` decides on.
    ///
    /// - Complexity: linear in the pixels, with memory for two rows.
    public func pieceCount(_ thresholds: DamageFinder.Thresholds) -> Int {
        componentCount(least: DamageOdds.level(ofProbability: thresholds.possible))
    }

    /// Returns the damage that odds (`DamageFinder.odds`) tell of: 255 where a pixel is to be mended, 0 elsewhere.
    ///
    /// - Complexity: linear in the pixels, with some 100 bytes for each of `pieceCount`.
    public consuming func damage(_ thresholds: DamageFinder.Thresholds) -> PixelMask {
        let possible = DamageOdds.level(ofProbability: thresholds.possible)
        let certain = DamageOdds.level(ofProbability: thresholds.certain)
        let counted = DamageOdds.level(ofProbability: thresholds.counted)
        let amongMany = DamageOdds.level(ofProbability: thresholds.certainAmongMany)
        let mean = DamageOdds.level(ofProbability: thresholds.certainOnAverage)
        let many = max(
            Double(DamageFinder.Thresholds.manyPieces),
            DamageFinder.Thresholds.manyPiecesPerMegapixel * Double(width) * Double(height) / 1e6)
        let found = keepingComponents(
            least: possible,
            choosing: { components in
                let count = components.count {
                    $0.peak >= counted && $0.area >= DamageFinder.Thresholds.countedArea
                }
                let least = Double(count) >= many ? amongMany : certain
                return components.map { part in
                    let isLarge =
                        part.area >= DamageFinder.Thresholds.largeArea && part.sum >= part.area * Int(mean)
                    return isLarge || part.peak >= least && part.area >= thresholds.leastArea
                }
            })
        return found.dilated(radius: thresholds.margin)
    }
}

/// Takes rows of the probabilities of classes, and keeps the odds against the first one, as bytes.
private final class DamageOddsSink: RowSink {
    private(set) var mask: PixelMask
    private var nextRow = 0
    let channels = 3

    init(height: Int, width: Int) { mask = PixelMask(height: height, width: width) }

    var width: Int { mask.width }
    var height: Int { mask.height }

    func writeRows(from view: PlanarView) {
        for y in 0..<view.height {
            let whole = view.row(0, y)
            mask.withMutableRow(nextRow) { row in
                for x in 0..<row.count { row[x] = DamageOdds.level(Double((1 - whole[x]) / whole[x])) }
            }
            nextRow += 1
        }
    }
}
