import Autoencoders
import Batches
import Files
import Filters
import Kernels
import Networks
import Restoration
import SystemPackage

/// The model that the arguments ask for, found but not loaded.
struct ModelChoice {
    let folder: FilePath
    let name: String
    let card: ModelCard

    /// The models by scale that `evaluate` measures, and that serve where there is no choice.
    static let defaults = [1: scans, 2: upscaler, 4: "4x-Upscale-M"]

    /// The models for what a picture shows.
    static let denoiser = "1x-Denoise-M"
    static let greyDenoiser = "1x-DenoiseGrey-M"
    static let jpeg = "1x-JPEG-M"
    static let scans = "1x-Scan-M"
    /// Takes off noise that neighbours share, and leaves sharpness as it is.
    static let camera = "1x-Camera-M"
    static let upscaler = "2x-Upscale-M"
    /// Enlarges pictures that are soft, noisy or saved as JPEG.
    static let photographs = "2x-Photo-M"

    /// By scale, where there are several: the usual model, and those for tasks that have one of their own.
    static let automatic: [Int: (usual: String, others: [Advice.Task: String])] = [
        1: (camera, [.denoise: denoiser, .denoiseGrey: greyDenoiser, .jpeg: jpeg]),
        2: (photographs, [.nothing: upscaler]),
    ]

    /// - Parameters:
    ///   - asked: a name that the library knows, or a folder.
    ///   - scale: what the options say.
    /// - Throws: `ModelFileError`; `CommandFailure` where model and scale contradict each other.
    init(named asked: String, scale: Int? = nil) throws {
        folder = try ModelLibrary.standard().folder(of: asked)
        card = try ModelCard(reading: folder.appending(Model.cardFileName))
        name = folder.resolved().lastComponent?.string ?? card.name
        if let scale, scale != card.scale {
            throw CommandFailure(
                status: .usage,
                message: "-s \(scale), but the model \(name) enlarges by \(card.scale); leave one of the two out")
        }
    }

    /// The model for a run; its digest is of the weights' file as it lies there, and is the card's if that has one.
    ///
    /// - Throws: `InstructionSet.Error` where the environment forces one that is not there; `ModelFileError`.
    func batchModel(_ settings: RestorationSettings, memoryLimit: Int) throws -> BatchModel {
        _ = try InstructionSet.selected()
        let sha256 = try Self.digest(ofWeightsIn: folder)
        // Known here, a damaged file stops the run before it begins, though it is loaded when it is needed.
        try card.checkWeights(sha256: sha256)
        return BatchModel(
            name: name, sha256: sha256,
            roundedOperations: settings.precision == .fast ? card.roundedOperations : [],
            greyModelSHA256: try card.greyFolder(beside: folder).map(Self.digest(ofWeightsIn:))
        ) { [folder] in
            try Restorer(model: loadModel(at: folder), settings: settings, memoryLimit: memoryLimit)
        }
    }

    private static func digest(ofWeightsIn folder: FilePath) throws -> String {
        let weights = folder.appending(Model.weightsFileName)
        do { return try SHA256Digest(ofFile: weights).hex } catch {
            throw ModelFileError.unreadable(path: weights.printed, reason: "\(error)")
        }
    }
}

/// What restores: a model, a choice of models picture by picture, or a filter where `--method` names one.
enum MethodChoice {
    /// What `--model` says for a choice by what each picture shows, and what holds where it says nothing.
    static let automaticName = "auto"

    case model(ModelChoice)
    /// The usual model, and those for tasks that have one of their own.
    case automatic(usual: ModelChoice, others: [Advice.Task: ModelChoice])
    case filter(FilterKind, scale: Int)

    /// - Throws: what `ModelChoice` throws.
    init(_ options: ModelOptions) throws {
        if let kind = options.method {
            self = .filter(kind, scale: options.scale ?? 1)
            return
        }
        let scale = options.scale ?? 1
        // Noise that has a level alone is white.
        let isTold = options.model == nil && options.sigma != nil && scale == 1
        let name = isTold ? ModelChoice.denoiser : options.model ?? Self.automaticName
        guard name == Self.automaticName, let names = ModelChoice.automatic[scale] else {
            let only = name == Self.automaticName ? ModelChoice.defaults[scale] : nil
            self = .model(try ModelChoice(named: only ?? name, scale: options.scale))
            return
        }
        guard options.sigma == nil else {
            throw CommandFailure(
                status: .usage,
                message: "--sigma goes with a model by name; --model auto chooses by the noise itself")
        }
        self = .automatic(
            usual: try ModelChoice(named: names.usual),
            others: try names.others.mapValues { try ModelChoice(named: $0) })
    }

    var name: String {
        switch self {
        case .model(let choice): choice.name
        case .automatic: Self.automaticName
        case .filter(let kind, _): kind.rawValue
        }
    }

    /// Why there is no faster mode; nil where there is.
    var hindranceOfFast: String? {
        switch self {
        case .model(let choice): choice.card.hindranceOfFast
        case .automatic(let usual, let others):
            ([usual] + others.values).lazy.compactMap(\.card.hindranceOfFast).min()
        case .filter: nil
        }
    }

    /// The precision in force where one is asked, for the report.
    func precision(_ asked: Precision) -> String {
        asked == .fast && hindranceOfFast != nil ? "float32 (fast: \(hindranceOfFast ?? ""))" : asked.rawValue
    }

    /// Whether whole pictures are worked on, which then may take all the memory that there is.
    var holdsWholePictures: Bool { if case .filter = self { true } else { false } }

    /// The model for a run, or what stands for it.
    func batchModel(_ settings: RestorationSettings, memoryLimit: Int) throws -> BatchModel {
        switch self {
        case .model(let choice): try choice.batchModel(settings, memoryLimit: memoryLimit)
        case .automatic(let usual, let others):
            try Self.automatic(
                scale: usual.card.scale, usual: usual.batchModel(settings, memoryLimit: memoryLimit),
                others: others.mapValues { try $0.batchModel(settings, memoryLimit: memoryLimit) })
        case .filter(let kind, let scale): try BatchModel(filter: kind, scale: scale, settings: settings)
        }
    }

    /// The run is told apart by the weights of all.
    private static func automatic(
        scale: Int, usual: BatchModel, others: [Advice.Task: BatchModel]
    ) throws -> BatchModel {
        let ordered =
            [("usual", usual)] + Advice.Task.allCases.compactMap { task in others[task].map { (task.rawValue, $0) } }
        // The number in front is raised when the choice comes to be another one for the same picture.
        let text =
            "auto 5: " + ordered.map { "\($0) \($1.sha256) \($1.greyModelSHA256 ?? "")" }.joined(separator: " ")
        return BatchModel(
            name: automaticName, sha256: try SHA256Digest(of: Array(text.utf8)).hex,
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

extension Precision {
    /// Says on standard error that what was asked for is not there, where something hinders it.
    func tell(_ hindrance: String?) {
        guard self == .fast, let hindrance else { return }
        Console.standardError.write("note: --precision fast: \(hindrance); Float32 is multiplied\n")
    }
}
