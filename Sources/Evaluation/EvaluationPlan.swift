public import Corruptions
import Files
import Imaging
import Quality
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

    /// A clean picture.
    public struct Picture: Sendable, Equatable {
        /// Relative to the set's folder.
        public var name: FilePath
        public var path: FilePath
    }

    /// The set's name: the name of its folder.
    public var set: String
    public var pictures: [Picture]
    /// Each is applied to every picture.
    public var corruptions: [Corruption]
    public var inputForm: InputForm
    public var noiseKnowledge: NoiseKnowledge
    /// `np.random.seed(seed)` before each picture, as the published programs do with 0.
    public var seed: UInt32

    public init(
        set: String, pictures: [Picture], corruptions: [Corruption], inputForm: InputForm = .float,
        noiseKnowledge: NoiseKnowledge = .blind, seed: UInt32 = 0
    ) {
        self.set = set
        self.pictures = pictures
        self.corruptions = corruptions
        self.inputForm = inputForm
        self.noiseKnowledge = noiseKnowledge
        self.seed = seed
    }

    /// The plan for all files under `place`, or for the one picture there.
    ///
    /// - Throws: `FileError` where the place cannot be read, `EvaluationError.unreadableFolder` where a part of it
    ///   cannot: the mean of a part of a set is not the set's.
    public init(
        clean place: FilePath, corruptions: [Corruption], inputForm: InputForm = .float,
        noiseKnowledge: NoiseKnowledge = .blind, seed: UInt32 = 0
    ) throws {
        var pictures: [Picture] = []
        if FileStamp.isFolder(place) {
            let walk = try FolderWalk(place)
            if let problem = walk.problems.first { throw EvaluationError.unreadableFolder(reason: "\(problem)") }
            pictures = walk.files.map { Picture(name: $0.relativePath, path: $0.path) }
        } else {
            _ = try FileStamp(of: place)
            pictures = [Picture(name: place.lastComponent.map { FilePath().appending($0) } ?? place, path: place)]
        }
        self.init(
            set: EvaluationSet(at: place).name, pictures: pictures,
            corruptions: corruptions, inputForm: inputForm, noiseKnowledge: noiseKnowledge, seed: seed)
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
    /// Restored pictures belong to one corruption.
    case restoredFolder(name: String, corruptions: Int)
    /// Clean and restored pictures cannot be paired.
    case unpaired(reason: String)
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
        case .unreadableFolder(let reason): "a part of the set cannot be read: \(reason)"
        case .setFile(let path, let reason): "\(path.printed): \(reason)"
        case .restoredFolder(let name, let corruptions):
            "the pictures in \(name) were restored from one corruption, but \(corruptions) are named"
        case .unpaired(let reason): reason
        case .thresholds(let found, let corruptions):
            "\(found) least figures for \(corruptions) corruption\(corruptions == 1 ? "" : "s"), expected 1 or "
                + "\(corruptions)"
        case .notMeasured(let picture, let reason): "\(picture.printed) was not measured: \(reason)"
        case .nothingMeasured(let corruption): "no picture gave a figure under \(corruption)"
        }
    }
}
