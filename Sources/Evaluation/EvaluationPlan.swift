package import Corruptions
import Files
import Imaging
package import Quality
package import SystemPackage
import Tensors

/// The plan of an evaluation: clean pictures, what is done to each before it is restored, and how that is measured.
package struct EvaluationPlan: Sendable {
    /// The form in which a corrupted picture reaches the model.
    package enum InputForm: String, Sendable, CaseIterable {
        /// The samples as they were made in memory, neither clipped nor rounded: the published protocols of denoising.
        case float
        /// The samples clipped and rounded, as an 8-bit file would hold them.
        case eightBit = "8bit"
    }

    /// The knowledge of the noise that the model gets.
    package enum NoiseKnowledge: Sendable, Hashable {
        /// No noise level.
        case blind
        /// The standard deviation estimated from the corrupted picture.
        case estimated
        /// The standard deviation that the noise was sampled with; corruptions other than white noise are left blind.
        case given

        /// Returns the noise level that the model gets, on 0...1; nil where it gets none.
        func level(of corrupted: PlanarImage, corruption: Corruption) -> Double? {
            switch self {
            case .blind: nil
            case .estimated: NoiseEstimate.sigma(of: corrupted)
            case .given: corruption.whiteSigma ?? 0
            }
        }
    }

    /// The sets of pictures, in the order of the tables.
    package var sets: [EvaluationSet]
    /// The corruptions, each applied to every picture of the sets that have none of their own; none where pictures that
    /// others restored are compared with the clean ones.
    package var corruptions: [Corruption]
    /// The form in which corrupted pictures are restored, for sets that have none of their own.
    package var inputForm: InputForm
    /// The knowledge of the noise that models get.
    package var noiseKnowledge: NoiseKnowledge
    /// The seed of `np.random.seed(seed)` before each picture, 0 in the published programs; a set's own counts first.
    package var seed: UInt32

    /// The metrics, each once, in the order of `Metric.allCases`; PSNR is always among them.
    package var metrics: [Metric] {
        didSet { metrics = Self.withPSNR(metrics) }
    }

    /// Creates a plan from sets.
    package init(
        sets: [EvaluationSet], corruptions: [Corruption], inputForm: InputForm = .float,
        noiseKnowledge: NoiseKnowledge = .blind, seed: UInt32 = 0, metrics: [Metric] = [.psnr, .ssim]
    ) {
        self.sets = sets
        self.corruptions = corruptions
        self.inputForm = inputForm
        self.noiseKnowledge = noiseKnowledge
        self.seed = seed
        self.metrics = Self.withPSNR(metrics)
    }

    /// Creates a plan for a folder, a picture, or a file that names sets (``EvaluationSet/sets(at:)``).
    ///
    /// - Throws: what `EvaluationSet.sets(at:)` throws.
    package init(
        clean place: FilePath, corruptions: [Corruption], inputForm: InputForm = .float,
        noiseKnowledge: NoiseKnowledge = .blind, seed: UInt32 = 0, metrics: [Metric] = [.psnr, .ssim]
    ) throws {
        self.init(
            sets: try EvaluationSet.sets(at: place), corruptions: corruptions, inputForm: inputForm,
            noiseKnowledge: noiseKnowledge, seed: seed, metrics: metrics)
    }

    /// Returns the corruptions of the pictures of `set`, each for every one.
    package func corruptions(of set: EvaluationSet) -> [Corruption] { set.corruptions ?? corruptions }

    /// Returns the metrics with PSNR in one order, so that files of figures are alike whatever was typed first.
    private static func withPSNR(_ metrics: [Metric]) -> [Metric] {
        Metric.allCases.filter { $0 == .psnr || metrics.contains($0) }
    }
}

/// The reasons why an evaluation cannot be done.
package enum EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No corruption is given, and no pictures that others restored.
    case noCorruption
    /// The corruption downsamples pictures by another factor than the method upscales them by.
    case scale(corruption: String, reduction: Int, method: String, scale: Int)
    /// A filter cannot undo the corruption.
    case filter(corruption: String, reason: String)
    /// Two methods have one name, so that their figures could not be told apart.
    case methodTwice(String)
    /// A part of a set's folder cannot be read.
    case unreadableFolder(reason: String)
    /// A file of sets says something that it must not.
    case setFile(path: FilePath, reason: String)
    /// A square of a set does not lie within its picture of `width` x `height` pixels.
    case window(left: Int, top: Int, side: Int, width: Int, height: Int)
    /// Pictures that others restored cannot be looked at.
    case restored(folder: FilePath, reason: String)
    /// A picture that others restored cannot be measured.
    case restoredPicture(FilePath, reason: String)
    /// Nothing is done to the pictures that this method could undo.
    case nothingToRestore(method: String)
    /// The number of least figures is neither 1 nor that of the corruptions.
    case thresholds(found: Int, corruptions: Int)
    /// A picture was not measured that a calibration cannot do without.
    case notMeasured(picture: FilePath, reason: String)
    /// No picture gave a figure.
    case nothingMeasured(corruption: String)

    package var description: String {
        switch self {
        case .noCorruption: "nothing is done to the pictures before they are restored"
        case .scale(let corruption, let reduction, let method, let scale):
            "\(corruption) downsamples pictures by \(reduction), but \(method) upscales by \(scale)"
        case .filter(let corruption, let reason): "\(corruption) cannot be undone: \(reason)"
        case .methodTwice(let name): "the method \(name) is named twice"
        case .setFile(let path, let reason): "\(path.printed): \(reason)"
        case .window(let left, let top, let side, let width, let height):
            "the square of \(side) pixels at \(left),\(top) does not lie within the picture of \(width)x\(height)"
        case .restored(let folder, let reason): "the restored pictures \"\(folder.printed)\": \(reason)"
        case .restoredPicture(let path, let reason): "\"\(path.printed)\": \(reason)"
        case .nothingToRestore(let method):
            "nothing is done to the pictures, so there is nothing to restore for \(method)"
        case .unreadableFolder(let reason): "a part of the set cannot be read: \(reason)"
        case .thresholds(let found, let corruptions):
            "\(found) least figures for \(corruptions) corruption\(corruptions == 1 ? "" : "s"), expected 1 or "
                + "\(corruptions)"
        case .notMeasured(let picture, let reason): "\(picture.printed) was not measured: \(reason)"
        case .nothingMeasured(let corruption): "no picture gave a figure under \(corruption)"
        }
    }
}
