public import Filters
public import Networks
public import Restoration

/// What restores: a model, a choice of models picture by picture, or a filter.
public enum RestorationMethod: Sendable {
    case model(FoundModel)
    case automatic(AutomaticModels)
    case filter(FilterKind, scale: Int)

    /// The model that is asked for, or the choice of models.
    ///
    /// - Parameters:
    ///   - asked: a name that `library` knows, a folder, or `auto`; nil for `auto`, or for the model that takes white noise
    ///     where a noise level is told: noise that has a level alone is white.
    ///   - scale: by which pictures are enlarged; nil for what the model does, and for 1 where none is asked for.
    ///   - tellsNoiseLevel: whether restoring is told a noise level, or estimates one.
    /// - Throws: `ModelFileError`, `MethodError`.
    public init(
        modelNamed asked: String? = nil, scale: Int? = nil, tellsNoiseLevel: Bool = false,
        in library: ModelLibrary = .standard()
    ) throws {
        let isTold = asked == nil && tellsNoiseLevel && scale ?? 1 == 1
        let name = isTold ? AutomaticModels.denoiser : asked ?? AutomaticModels.name
        guard name == AutomaticModels.name, let names = AutomaticModels.shipped[scale ?? 1] else {
            self = .model(try FoundModel(named: name, scale: scale, in: library))
            return
        }
        guard !tellsNoiseLevel else { throw MethodError.noiseLevelForChoice }
        self = .automatic(try AutomaticModels(names, in: library))
    }

    public var name: String {
        switch self {
        case .model(let model): model.name
        case .automatic: AutomaticModels.name
        case .filter(let kind, _): kind.rawValue
        }
    }

    /// Why there is no faster mode; nil where there is.
    public var fastUnavailability: String? {
        switch self {
        case .model(let model): model.card.fastUnavailability
        case .automatic(let models): models.fastUnavailability
        case .filter: nil
        }
    }

    /// The precision in force where one is asked, in words.
    public func precisionText(_ asked: Precision) -> String {
        asked == .fast && fastUnavailability != nil ? "float32 (fast: \(fastUnavailability ?? ""))" : asked.rawValue
    }

    /// Whether whole pictures are worked on, which then may take all the memory that there is.
    public var holdsWholePictures: Bool { if case .filter = self { true } else { false } }

    /// The model for a run, or what stands for it.
    ///
    /// - Throws: what `FoundModel.batchModel` throws for models, `BatchModel.init(filter:scale:settings:)` for filters.
    public func batchModel(_ settings: RestorationSettings, memoryLimit: Int) throws -> BatchModel {
        switch self {
        case .model(let model): try model.batchModel(settings, memoryLimit: memoryLimit)
        case .automatic(let models): try models.batchModel(settings, memoryLimit: memoryLimit)
        case .filter(let kind, let scale): try BatchModel(filter: kind, scale: scale, settings: settings)
        }
    }
}

/// Why what is asked for is no method. Each description ends with what to do about it.
public enum MethodError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The model enlarges by another factor than the one that is asked for.
    case otherScale(found: Int, expected: Int, model: String)
    /// A noise level is told to a choice of models, which goes by the noise itself.
    case noiseLevelForChoice

    public var description: String {
        switch self {
        case .otherScale(let found, let expected, let model):
            "-s \(expected), but the model \(model) enlarges by \(found); leave one of the two out"
        case .noiseLevelForChoice:
            "--sigma goes with a model by name; --model auto chooses by the noise itself"
        }
    }
}
