import Foundation
import Imaging
public import Latents
public import Networks
public import Reports
import Restoration
public import Tensors
public import Workers

/// Looks at data with an autoencoder, and at good data before: what is reconstructed worse, or has a latent that lies
/// farther out, is of another kind.
public struct OneClassRun: Sendable {
    /// The pictures' scores, and how they came about.
    public struct Result: Sendable {
        /// The scores of each picture.
        public var rows: [AnomalyRow]
        /// The places of the pictures in the data, in the order of `rows`.
        public var places: [Int]
        /// The number of good pictures that make the range.
        public var goodCount: Int
        /// The names of good pictures that lie far out, and were left out.
        public var leftOut: [String]
        /// The mean squared error and the distance at which the scores by them are 1.
        public var thresholds: (error: Double, distance: Double)
        /// The areas under the ROC curve; nil where labels do not tell.
        public var areas: Areas?
        /// The reasons for pictures that were not measured.
        public var failures: [String]
    }

    /// The areas under the ROC curve by each score.
    public struct Areas: Sendable, Equatable {
        /// By the error of reconstruction.
        public var error: Double
        /// By the latent's distance.
        public var distance: Double
        /// By both.
        public var score: Double
    }

    private let latents: LatentModel
    private let encoder: LatentEncoder
    private let interruption: Interruption
    /// The most numbers of a latent whose distances are measured as they are; larger ones are averaged over the picture.
    private static let mostNumbers = 512

    /// Creates a run with an autoencoder.
    ///
    /// - Throws: `LatentError.setting` where the model has no latent.
    public init(_ model: Model, interruption: Interruption = .init()) throws(LatentError) {
        guard let latents = try? LatentModel(model.network), model.network.makesPicturesOfItsInputsForm else {
            throw .setting(
                name: "the model", found: "one without a latent",
                expected: "an autoencoder, or a model that masks damage")
        }
        self.latents = latents
        encoder = try LatentEncoder(model.network)
        self.interruption = interruption
    }

    /// The figures of one picture.
    private struct Figures: Sendable {
        var error: Double
        var whole: [Float]?
        var mean: [Float]
    }

    /// Measures all pictures.
    ///
    /// - Parameters:
    ///   - normal: labels of good pictures: of `good` only those count, where it has labels, and the areas tell how well
    ///     the others are found.
    /// - Returns: nil where the run was interrupted.
    /// - Throws: `LatentError.setting` for too few good pictures.
    public func run(
        _ data: PictureData, good: PictureData, normal: Set<String> = [], on team: WorkerTeam
    ) throws -> Result? {
        for label in normal.sorted() where !(data.labels + good.labels).contains(label) {
            throw LatentError.setting(
                name: "'\(label)'", found: "the label of no picture",
                expected: "one of "
                    + Set(data.labels + good.labels).filter { !$0.isEmpty }.sorted().prefix(12)
                    .joined(separator: ", "))
        }
        let hasLabels = good.labels.contains { !$0.isEmpty }
        let places =
            normal.isEmpty || !hasLabels
            ? Array(0..<good.count) : (0..<good.count).filter { normal.contains(good.labels[$0]) }
        var failures: [String] = good.failures + data.failures
        let known = try figures(of: good, places, on: team, &failures)
        let found = try figures(of: data, Array(0..<data.count), on: team, &failures)
        if interruption.isRequested { return nil }
        let dimension = known.first?.figures.whole?.count ?? 0
        let isWhole = (known + found).allSatisfy { $0.figures.whole?.count == dimension && dimension > 0 }
        func vectors(_ pictures: [(place: Int, figures: Figures)]) -> [Float] {
            pictures.flatMap { isWhole ? $0.figures.whole ?? [] : $0.figures.mean }
        }
        let range = try OneClassRange(
            errors: known.map { $0.figures.error }, latents: vectors(known),
            dimension: isWhole ? dimension : latents.channels)
        let scores = range.scores(errors: found.map { $0.figures.error }, latents: vectors(found))
        let rows = zip(found, scores).map { picture, scores in
            AnomalyRow(
                name: data.paths[picture.place], score: range.score(of: scores), damage: picture.figures.error,
                distance: scores.distance * range.distanceThreshold)
        }
        var areas: Areas?
        if !normal.isEmpty {
            let isSought = found.map { !normal.contains(data.labels[$0.place]) }
            if let error = DetectionArea.area(scores.map(\.error), isSought: isSought),
                let distance = DetectionArea.area(scores.map(\.distance), isSought: isSought),
                let score = DetectionArea.area(rows.map(\.score), isSought: isSought)
            {
                areas = Areas(error: error, distance: distance, score: score)
            }
        }
        return Result(
            rows: rows, places: found.map { $0.place }, goodCount: known.count - range.leftOut.count,
            leftOut: range.leftOut.map { good.paths[known[$0].place] },
            thresholds: (range.errorThreshold, range.distanceThreshold), areas: areas, failures: failures)
    }

    private func figures(
        of data: PictureData, _ places: [Int], on team: WorkerTeam, _ failures: inout [String]
    ) throws -> [(place: Int, figures: Figures)] {
        let (latents, encoder) = (latents, encoder)
        let (found, faults) = try data.findings(
            places, on: team, bytes: { encoder.byteCount(height: $0, width: $1) },
            looking: { picture in
                let image = picture.onWhite.converted(toChannels: latents.network.inputChannels)
                let (latent, result) = try latents.encode(image)
                let (x, y) = (image.view.base, result.view.base)
                var sum = 0.0
                for i in 0..<image.sampleCount { sum += Double(x[i] - y[i]) * Double(x[i] - y[i]) }
                let pixels = latent.elements.count / latent.shape[0]
                let means = (0..<latent.shape[0]).map { channel in
                    latent.elements[channel * pixels..<(channel + 1) * pixels].reduce(0, +) / Float(pixels)
                }
                return Figures(
                    error: sum / Double(image.sampleCount),
                    whole: latent.elements.count <= Self.mostNumbers ? latent.elements : nil, mean: means)
            })
        failures += faults
        return found.map { ($0.row, $0.finding) }
    }

    /// Returns the views of a picture for a report's page: itself, and where it is reconstructed as something else.
    ///
    /// - Throws: `RestorationError`.
    public func views(of image: PlanarImage) throws -> AnomalyReport.Views {
        let result = try latents.encode(image).result
        let mask = PlanarImage(channels: 1, height: image.height, width: image.width)
        for y in 0..<image.height {
            let row = mask.view.row(0, y)
            for channel in 0..<image.channels {
                let (a, b) = (image.view.row(channel, y), result.view.row(channel, y))
                // A difference of a quarter of the range is red.
                for x in 0..<image.width { row[x] += min(1, 4 * abs(a[x] - b[x])) / Float(image.channels) }
            }
        }
        return AnomalyReport.Views(picture: image, mask: mask)
    }
}
