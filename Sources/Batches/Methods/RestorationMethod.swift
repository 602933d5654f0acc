public import Filters
public import Networks
public import Restoration

/// A method that restores: a model, a choice of models picture by picture, or a filter.
public enum RestorationMethod: Sendable {
    /// One model for all pictures.
    case model(FoundModel)
    /// A choice of models, picture by picture.
    case automatic(AutomaticModels)
    /// A classical method, and the factor by which it upscales, 1 where pictures keep their size.
    case filter(FilterKind, scale: Int)

    /// Finds the model that is asked for, or the choice of models.
    ///
    /// - Parameters:
    ///   - asked: a name that `library` knows, a folder, or `auto`; nil for `auto`, or for the model that takes white
    ///     noise where a noise level is given: noise that has a level alone is white.
    ///   - scale: the factor by which pictures are upscaled; nil for that of the model, and for 1 where none is asked
    ///     for.
    ///   - tellsNoiseLevel: whether restoring gets a noise level, or estimates one.
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

    /// The name in reports: the model's, `auto`, or the filter's.
    public var name: String {
        switch self {
        case .model(let model): model.name
        case .automatic: AutomaticModels.name
        case .filter(let kind, _): kind.rawValue
        }
    }

    /// The reason why there is no faster mode; nil where there is one, and for filters.
    public var fastUnavailability: String? {
        switch self {
        case .model(let model): model.card.fastUnavailability
        case .automatic(let models): models.fastUnavailability
        case .filter: nil
        }
    }

    /// Returns the precision in force where `asked` is wanted, in words.
    public func precisionText(_ asked: Precision) -> String {
        asked == .fast && fastUnavailability != nil ? "float32 (fast: \(fastUnavailability ?? ""))" : asked.rawValue
    }

    /// True where the method holds whole pictures, which then may take all the memory that there is.
    public var holdsWholePictures: Bool { if case .filter = self { true } else { false } }

    /// Returns the model for a run, or what stands for it.
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

/// The reasons why what is asked for is no method. Each description ends with what to do about it.
public enum MethodError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The model upscales by another factor than the one that is asked for.
    case otherScale(found: Int, expected: Int, model: String)
    /// A noise level is given to a choice of models, which chooses by the noise itself.
    case noiseLevelForChoice

    public var description: String {
        switch self {
        case .otherScale(let found, let expected, let model):
            "-s \(expected), but the model \(model) upscales by \(found); leave one of the two out"
        case .noiseLevelForChoice:
            "--sigma goes with a model by name; --model auto chooses by the noise itself"
        }
    }
}
