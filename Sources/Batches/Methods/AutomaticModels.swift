import Files
public import Networks
public import Restoration

/// A choice of models picture by picture, by what each shows: the usual one, and those for tasks that have one of their
/// own. Where nothing is upscaled, a picture that shows nothing to restore is passed through.
public struct AutomaticModels: Sendable {
    /// The name that asks for a choice, the default where no model is asked for.
    public static let name = "auto"

    /// The names of the models that a choice is made of.
    public struct Names: Sendable, Equatable {
        /// The name of the model for tasks without one of their own.
        public var usual: String
        /// The names of models by task.
        public var others: [Advice.Task: String]

        /// Returns the name of the model for a task; nil for a picture that is passed through.
        public func name(for task: Advice.Task) -> String? {
            others[task] ?? (task == .nothing ? nil : usual)
        }
    }

    /// The model for white noise.
    public static let denoiser = "1x-Denoise-M"
    /// The model for white noise in pictures without colour.
    public static let greyDenoiser = "1x-DenoiseGrey-M"
    /// The model for JPEG artefacts.
    public static let jpeg = "1x-JPEG-M"
    /// The model for correlated noise.
    public static let scans = "1x-Scan-M"
    /// The model that takes off noise that neighbours share, and leaves sharpness as it is.
    public static let camera = "1x-Camera-M"
    /// The models that ship, by scale, to choose from. Those for photographs upscale what is soft, noisy or saved as
    /// JPEG.
    public static let shipped: [Int: Names] = [
        1: Names(usual: camera, others: [.denoise: denoiser, .denoiseGrey: greyDenoiser, .jpeg: jpeg]),
        2: Names(usual: "2x-Photo-M", others: [.nothing: "2x-Upscale-M"]),
        4: Names(usual: "4x-Photo-M", others: [.nothing: "4x-Upscale-M"]),
    ]

    /// The models that ship, by scale, for all pictures alike: what is measured where no model is named. Where something is
    /// upscaled these are the models for clean pictures, which is what an evaluation downsamples.
    public static let defaults = shipped.mapValues { $0.name(for: .nothing) ?? scans }

    /// The model for tasks without one of their own.
    public let usual: FoundModel
    /// The models by task.
    public let others: [Advice.Task: FoundModel]

    /// Finds the models of a choice in a library.
    ///
    /// - Parameter names: the names of models that all upscale by one factor.
    /// - Throws: `ModelFileError`, `MethodError.otherScale`.
    public init(_ names: Names, in library: ModelLibrary = .standard()) throws {
        let usual = try FoundModel(named: names.usual, in: library)
        self.usual = usual
        others = try names.others.mapValues { try FoundModel(named: $0, scale: usual.card.scale, in: library) }
    }

    /// The factor by which all models upscale.
    public var scale: Int { usual.card.scale }

    /// The reason why there is no faster mode with one of the models; nil where there is with all.
    public var fastUnavailability: String? {
        ([usual] + others.values).lazy.compactMap(\.card.fastUnavailability).min()
    }

    /// Returns the choice for a run, which is told apart by the weights of all. A model is loaded when the first
    /// picture asks for it.
    ///
    /// - Throws: what `FoundModel.batchModel` throws; `FileError.digestFailed`.
    public func batchModel(_ settings: RestorationSettings, memoryLimit: Int) throws -> BatchModel {
        let scale = scale
        let usual = try usual.batchModel(settings, memoryLimit: memoryLimit)
        let others = try others.mapValues { try $0.batchModel(settings, memoryLimit: memoryLimit) }
        let ordered =
            [("usual", usual)] + Advice.Task.allCases.compactMap { task in others[task].map { (task.rawValue, $0) } }
        // The number in front is raised when the choice comes to be another one for the same picture.
        let text =
            "auto 5: " + ordered.map { "\($0) \($1.sha256) \($1.greyModelSHA256 ?? "")" }.joined(separator: " ")
        return BatchModel(
            name: Self.name, sha256: try SHA256Digest(of: Array(text.utf8)).hex,
            roundedOperations: ordered.flatMap(\.1.roundedOperations)
        ) {
            func choice(_ model: BatchModel) -> ProcessChoice {
                ProcessChoice(model: model.name, sha256: model.sha256, load: model.load)
            }
            var choices = others.mapValues(choice)
            if scale == 1 {
                choices[.nothing] = ProcessChoice(model: PassThrough.name, sha256: nil) { PassThrough() }
            }
            return AutomaticProcess(scale: scale, usual: choice(usual), others: choices)
        }
    }
}
