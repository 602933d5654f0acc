public import Corruptions
import Files
import Imaging
public import Quality
public import SystemPackage
import Tensors

/// What is measured: clean pictures, what is done to each before it is restored, and how.
public struct EvaluationPlan: Sendable {
    /// How a corrupted picture reaches the model.
    public enum InputForm: String, Sendable, CaseIterable {
        /// As it was made in memory, neither clipped nor rounded: the published protocols of denoising.
        case float
        /// Clipped and rounded, as an 8-bit file would hold it.
        case eightBit = "8bit"
    }

    /// What the model is told about the noise.
    public enum NoiseKnowledge: Sendable, Hashable {
        /// Nothing.
        case blind
        /// What is estimated from the corrupted picture.
        case estimated
        /// The level that was drawn from; corruptions other than white noise are left blind.
        case given

        /// The level to tell, where one is told; on 0...1.
        func level(of corrupted: PlanarImage, corruption: Corruption) -> Double? {
            switch self {
            case .blind: nil
            case .estimated: NoiseEstimate.sigma(of: corrupted)
            case .given: corruption.whiteSigma ?? 0
            }
        }
    }

    /// In the order of the tables.
    public var sets: [EvaluationSet]
    /// Each is applied to every picture of the sets that have none of their own; none where pictures that others restored
    /// are compared with the clean ones.
    public var corruptions: [Corruption]
    public var inputForm: InputForm
    public var noiseKnowledge: NoiseKnowledge
    /// `np.random.seed(seed)` before each picture, as the published programs do with 0.
    public var seed: UInt32

    /// What is measured, each once; PSNR always is.
    public var metrics: [Metric] {
        didSet { metrics = Self.withPSNR(metrics) }
    }

    public init(
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

    /// The plan for a folder, a picture, or a file that names sets (``EvaluationSet/sets(at:)``).
    ///
    /// - Throws: what `EvaluationSet.sets(at:)` throws.
    public init(
        clean place: FilePath, corruptions: [Corruption], inputForm: InputForm = .float,
        noiseKnowledge: NoiseKnowledge = .blind, seed: UInt32 = 0, metrics: [Metric] = [.psnr, .ssim]
    ) throws {
        self.init(
            sets: try EvaluationSet.sets(at: place), corruptions: corruptions, inputForm: inputForm,
            noiseKnowledge: noiseKnowledge, seed: seed, metrics: metrics)
    }

    /// What is done to the pictures of `set`, each to every one.
    public func corruptions(of set: EvaluationSet) -> [Corruption] { set.corruptions ?? corruptions }

    /// In one order, so that files of figures are alike whatever was typed first.
    private static func withPSNR(_ metrics: [Metric]) -> [Metric] {
        Metric.allCases.filter { $0 == .psnr || metrics.contains($0) }
    }
}

/// Why an evaluation cannot be done.
public enum EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
    case noCorruption
    /// The corruption makes pictures smaller by another factor than the method enlarges them by.
    case scale(corruption: String, reduction: Int, method: String, scale: Int)
    /// A filter cannot undo the corruption.
    case filter(corruption: String, reason: String)
    /// Figures of two methods of one name could not be told apart.
    case methodTwice(String)
    case unreadableFolder(reason: String)
    /// A file of sets says something that it must not.
    case setFile(path: FilePath, reason: String)
    /// Pictures that others restored cannot be looked at.
    case restored(folder: FilePath, reason: String)
    /// A picture that others restored cannot be measured.
    case restoredPicture(FilePath, reason: String)
    /// Nothing is done to the pictures that this method could undo.
    case nothingToRestore(method: String)
    /// As many least figures as corruptions, or one for all.
    case thresholds(found: Int, corruptions: Int)
    /// A picture of a calibration, which cannot do without one.
    case notMeasured(picture: FilePath, reason: String)
    /// No picture gave a figure.
    case nothingMeasured(corruption: String)

    public var description: String {
        switch self {
        case .noCorruption: "nothing is done to the pictures before they are restored"
        case .scale(let corruption, let reduction, let method, let scale):
            "\(corruption) makes pictures smaller by \(reduction), but \(method) enlarges by \(scale)"
        case .filter(let corruption, let reason): "\(corruption) cannot be undone: \(reason)"
        case .methodTwice(let name): "the method \(name) is named twice"
        case .setFile(let path, let reason): "\(path.printed): \(reason)"
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
