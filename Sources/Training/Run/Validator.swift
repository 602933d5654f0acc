import Autoencoders
import Corruptions
import Files
import Imaging
public import Networks
import Quality
import Reports
import Restoration
public import SystemPackage
public import Tensors

/// A validation: restores pictures with given weights, the way every picture is restored, and measures them.
///
/// Each picture is corrupted once, with a seed of its own that depends on its name alone, so that every validation of
/// every run sees the same pictures; or it comes corrupted, as one of a pair.
public final class Validator {
    /// A validation picture with its target.
    public struct Subject: Sendable {
        /// The name of the picture.
        public let name: FilePath
        /// The corruption in the command's grammar; "pairs" where the picture came corrupted.
        public let corruption: String
        /// The target of the network: the clean picture, or the damage mask.
        public let clean: PlanarImage
        /// The input of the network, 8 bits a sample.
        public let corrupted: PlanarImage
        /// The PSNR of the corrupted picture in decibels; where the network upscales, of its bicubic upscaling, and
        /// where it makes damage masks, of an empty mask.
        public let before: Double
    }

    /// The result of a validation.
    public struct Result: Sendable {
        /// The means over the pictures, in decibels.
        public let means: ValidationFigures
        /// The restored pictures, in the order of the subjects.
        public let pictures: [PlanarImage]
        /// The PSNR of each restored picture in decibels, in the order of the subjects.
        public let figures: [Double]
    }

    /// The validation pictures.
    public let subjects: [Subject]
    private let configuration: TrainingConfiguration
    private let scale: Int
    private let workers: Int
    private let memoryLimit: Int

    /// Reads and corrupts the validation pictures of a configuration.
    ///
    /// - Throws: `TrainingDataError` where there is no picture to use, `CorruptionError`, `TrainingError.setting` where
    ///   the corruption does not downsample by the factor that the network upscales by.
    public init(_ configuration: TrainingConfiguration, network: Network, workers: Int, memoryLimit: Int) throws {
        self.configuration = configuration
        self.workers = workers
        self.memoryLimit = memoryLimit
        scale = network.scale
        subjects =
            if let inputs = configuration.validation.inputs {
                try Self.pairs(inputs, configuration, network: network, workers: workers)
            } else {
                try Self.corrupted(configuration, network: network, workers: workers)
            }
    }

    /// Returns clean pictures with their corrupted versions, as the configuration says.
    private static func corrupted(
        _ configuration: TrainingConfiguration, network: Network, workers: Int
    ) throws -> [Subject] {
        let scale = network.scale
        let pool = try PicturePool(
            folders: configuration.validation.pictures.map { FilePath($0) }, channels: network.inputChannels,
            smallestSide: network.grid * scale, maximumBytes: 0, workers: workers)
        let fixed = try configuration.validation.corruptions.flatMap { try Corruption.parse($0) }
        let drawn = fixed.isEmpty ? try CorruptionDistribution(configuration.sampling.corruptions) : nil
        var subjects: [Subject] = []
        for (index, picture) in pool.pictures.enumerated() {
            let middle = try middle(of: picture, configuration, network)
            var random = RandomStream(seed: 0, index)
            for corruption in drawn.map({ [$0.draw(using: &random)] }) ?? fixed {
                guard corruption.reduction == scale else {
                    throw TrainingError.setting(
                        name: "validation corruption '\(corruption)'",
                        found: "makes pictures \(corruption.reduction) times smaller",
                        expected: "\(scale), by which the network upscales")
                }
                var noise = RandomState(seed: 0, name: picture.name.bytes)
                let clean = corruption.clean(of: middle)
                let corrupted = try corruption.applied(to: clean, random: &noise)
                let target =
                    switch configuration.objective.goal {
                    case .restoration: clean
                    case .damageMask: corrupted.damageMask(against: clean)
                    }
                subjects.append(
                    try subject(
                        picture.name, corruption.description, clean: target, corrupted: corrupted,
                        configuration.objective.goal, scale: scale))
            }
        }
        return subjects
    }

    /// Returns the pictures of two folders, paired by name.
    private static func pairs(
        _ inputs: String, _ configuration: TrainingConfiguration, network: Network, workers: Int
    ) throws -> [Subject] {
        let pool = try PairedPool(
            inputs: FilePath(inputs), targets: FilePath(configuration.validation.pictures[0]),
            channels: network.inputChannels, smallestSide: network.grid, seed: 0, maximumBytes: 0, workers: workers)
        guard pool.scale == network.scale else {
            throw TrainingError.setting(
                name: "validation", found: "\(pool.scale) times as wide as validationInputs",
                expected: "\(network.scale), by which the network upscales")
        }
        return try pool.pairs.map { input, target in
            let scale = network.scale
            let small = configuration.validation.side / scale
            let corrupted = middle(
                of: try converted(input.path, network), side: small,
                multiple: 1)
            // The middle of the input decides: the target's is as far from the edges, times the scale.
            let whole = try converted(target.path, network)
            let (top, left) = ((input.height - corrupted.height) / 2, (input.width - corrupted.width) / 2)
            let clean = whole.cropped(
                top: top * scale, left: left * scale, height: corrupted.height * scale,
                width: corrupted.width * scale)
            return try subject(
                input.name, "pairs", clean: clean, corrupted: corrupted, configuration.objective.goal, scale: scale)
        }
    }

    private static func subject(
        _ name: FilePath, _ corruption: String, clean: PlanarImage, corrupted: PlanarImage,
        _ goal: TrainingConfiguration.Goal, scale: Int
    ) throws -> Subject {
        let untreated =
            switch goal {
            case .restoration: corrupted
            case .damageMask: PlanarImage(channels: clean.channels, height: clean.height, width: clean.width)
            }
        let before = scale == 1 ? untreated : untreated.resampled(toHeight: clean.height, width: clean.width)
        return Subject(
            name: name, corruption: corruption, clean: clean, corrupted: corrupted,
            before: try psnr(of: before, against: clean, scale: scale, .before))
    }

    private static func middle(
        of picture: PicturePool.Picture, _ configuration: TrainingConfiguration, _ network: Network
    ) throws -> PlanarImage {
        middle(
            of: try converted(picture.path, network),
            side: configuration.validation.side, multiple: network.scale)
    }

    /// Restores all pictures with `network` and measures them.
    public func validate(_ network: Network) throws -> Result {
        let model = Model(
            name: "validation",
            card: ModelCard(
                name: "validation", scale: scale, inputChannels: network.inputChannels,
                outputChannels: network.outputChannels), network: network)
        let restorer = try Restorer(model: model, memoryLimit: memoryLimit)
        let pictures = try subjects.map { try restorer.restore($0.corrupted, workers: workers) }
        let figures = try zip(pictures, subjects).map {
            try Self.psnr(of: $0, against: $1.clean, scale: scale, .after)
        }
        return Result(means: means(of: figures), pictures: pictures, figures: figures)
    }

    private func means(of figures: [Double]) -> ValidationFigures {
        func mean(_ indices: [Int], _ value: (Int) -> Double) -> Double {
            indices.reduce(0) { $0 + value($1) } / Double(max(1, indices.count))
        }
        func both(_ indices: [Int]) -> (psnr: Double, before: Double) {
            (mean(indices) { figures[$0] }, mean(indices) { subjects[$0].before })
        }
        let whole = both(Array(subjects.indices))
        var result = ValidationFigures(psnr: whole.psnr, before: whole.before)
        // Where each picture has a corruption of its own there are no groups to measure.
        if !configuration.validation.corruptions.isEmpty {
            var indices: [(corruption: String, indices: [Int])] = []
            for (index, subject) in subjects.enumerated() {
                if let place = indices.firstIndex(where: { $0.corruption == subject.corruption }) {
                    indices[place].indices.append(index)
                } else {
                    indices.append((subject.corruption, [index]))
                }
            }
            result.corruptions = indices.map { entry in
                let part = both(entry.indices)
                return .init(corruption: entry.corruption, psnr: part.psnr, psnrBefore: part.before)
            }
        }
        return result
    }

    /// Returns the PSNR in decibels; equal pictures count as 100 dB, so that a mean stays a number.
    private static func psnr(
        of image: PlanarImage, against clean: PlanarImage, scale: Int, _ side: Comparison.Side
    ) throws -> Double {
        // The samples are as they were corrupted; the protocols of pictures that keep their size differ in name alone.
        let measured = scale == 1 ? MeasurementProtocol.awgn : .srRGB(scale: scale)
        return min(100, try Comparison(reference: clean, protocol: measured).scores(of: image, side, ssim: false).psnr)
    }

    /// Returns the square of `side` pixels in the middle of `image` (the whole for 0), its sides multiples of
    /// `multiple`.
    private static func middle(of image: PlanarImage, side: Int, multiple: Int) -> PlanarImage {
        func extent(_ whole: Int) -> Int { (side == 0 ? whole : min(side, whole)) / multiple * multiple }
        let (height, width) = (extent(image.height), extent(image.width))
        return image.cropped(
            top: (image.height - height) / 2, left: (image.width - width) / 2, height: height, width: width)
    }

    /// Reads a picture and converts it to 8 bits and the channels that the network takes.
    private static func converted(_ path: FilePath, _ network: Network) throws(PictureError) -> PlanarImage {
        try Picture(reading: path).image.converted(toChannels: network.inputChannels).rounded(toBits: 8)
    }
}
