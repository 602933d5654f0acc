import ArgumentParser
import Autoencoders
import Batches
import Files
import Foundation
import Kernels
import Networks
import Quality
import Reports
import Restoration
import SystemPackage
import Tensors
import Training

/// One sitting of `retouch train`: from settings or a checkpoint to a model folder.
struct TrainingSession {
    private let folder: FilePath
    private let isQuiet: Bool
    private let network: Network
    private let trainable: TrainableNetwork
    private let validator: Validator?
    private let run: TrainingRun
    private let pictureCount: Int
    private let patches: any PatchSource

    /// Checks everything that can be known before the first step, then reads the pictures.
    ///
    /// - Parameter settings: nil to go on from the checkpoint in `folder`.
    init(folder: FilePath, settings: TrainingOptions?, workers: Int, memoryLimit: Int, isQuiet: Bool) throws {
        _ = try InstructionSet.selected()
        self.folder = folder
        self.isQuiet = isQuiet
        let checkpoints = CheckpointFile(folder: folder)
        var configuration: TrainingConfiguration
        var resumedSteps: Int?
        if let settings {
            guard !checkpoints.exists else { throw TrainingError.runExists(path: folder.printed) }
            do {
                configuration = try settings.configuration { name in
                    let path = try ModelLibrary.standard().folder(of: name).appending(Model.weightsFileName)
                    return try SafetensorsFile(reading: path).metadata["configuration", default: ""]
                }
            } catch let error as ModelFileError where error.isOfArchitecture {
                // What was asked for makes no network: that is no model's fault.
                throw CommandFailure(status: .usage, message: "\(error)")
            }
        } else {
            let stored = try checkpoints.configuration()
            (configuration, resumedSteps) = (stored.configuration, stored.steps)
        }
        let architecture = configuration.architecture
        if let initial = configuration.initialModel, settings != nil {
            let path = try ModelLibrary.standard().folder(of: initial).appending(Model.weightsFileName)
            network = try architecture.makeNetwork(
                weights: FreshWeights.source(
                    SafetensorsFile(reading: path), for: architecture, seed: configuration.seed))
        } else {
            network = try FreshWeights.network(of: architecture, seed: configuration.seed)
        }
        try configuration.validate(network: network)
        let pictures = try TrainingPictures(
            configuration, network: network, maximumBytes: memoryLimit / 2, workers: workers)
        for leftOut in pictures.leftOut {
            Console.standardError.write("warning: \"\(leftOut.name.printed)\" is left out: \(leftOut.reason)\n")
        }
        pictureCount = pictures.count
        patches = pictures.source(steps: nil)
        validator =
            configuration.validation.isEmpty
            ? nil
            : try Validator(configuration, network: network, workers: workers, memoryLimit: memoryLimit / 2)
        let algorithm = (configuration.precision == .bfloat16 ? ConvolutionAlgorithm.winogradBFloat16 : .winograd)
            .on(.current)
        let objective = try Objective(
            configuration.objectiveTerms, network: network, fields: patches.fields,
            groups: configuration.groupNames, algorithm: algorithm
        ) { name in try loadModel(at: ModelLibrary.standard().folder(of: name)).network }
        try objective.check(configuration.stages)
        trainable = TrainableNetwork(network, for: objective, workers: workers, algorithm: algorithm)
        let trainable = trainable
        let groups = try ParameterGroups(configuration.groups, of: trainable.parameters)
        func source(steps: Int?) -> NetworkGradients {
            NetworkGradients(
                trainable, samples: pictures.source(steps: steps), objective: objective, groups: groups)
        }
        if let resumedSteps {
            try pictures.list.check(against: folder)
            run = try TrainingRun(resuming: configuration, source: source(steps: resumedSteps), folder: folder)
        } else {
            let steps = try Self.steps(of: configuration, source(steps: nil), validator, network)
            configuration.length = .steps(steps)
            try createFolders(at: folder)
            try AtomicFile.write((configuration.json() + "\n").utf8, to: folder.appending("training.json"))
            try pictures.list.write(to: folder)
            run = try TrainingRun(configuration, steps: steps, source: source(steps: steps), folder: folder)
        }
    }

    /// The PSNR of the last validation in decibels.
    var psnr: Double? { run.rows.last?.psnr }

    /// Samples of the square that one code stands for; nil for a network without a code.
    var samplesOfCode: Int? {
        (try? Coder(network)).map { $0.side * $0.side * network.inputChannels }
    }

    /// Principal components of this run's patches, of the size that a code stands for.
    ///
    /// - Throws: `RestorationError.noCode`.
    func latentSearch(largest: Int) throws -> LatentSearch {
        try LatentSearch(
            patches: patches, side: Coder(network).side, largest: largest,
            subjects: validator?.subjects.map(\.clean) ?? [])
    }

    /// The steps that the configuration's length stands for; minutes are measured, those of validations too.
    private static func steps(
        of configuration: TrainingConfiguration, _ source: NetworkGradients, _ validator: Validator?,
        _ network: Network
    ) throws -> Int {
        let pixels = PatchStages(configuration.stages, steps: 1).meanPixels
        switch configuration.length {
        case .steps(let steps): return steps
        case .megapixels(let megapixels): return max(1, Int(megapixels * 1e6 / pixels))
        case .minutes(let minutes):
            let start = ContinuousClock.now
            _ = try validator?.validate(network)
            let validation = (ContinuousClock.now - start) / .seconds(1) / Double(configuration.validateEvery)
            let seconds = try TrainingRun.secondsPerPixel(
                of: source, stage: configuration.stages[0], seconds: min(10, minutes * 3))
            // A hundredth for the steps' updates and checkpoints.
            return max(1, Int(minutes * 60 * 0.99 / (seconds * pixels + validation)))
        }
    }

    func run(_ interruption: Interruption) throws -> ExitStatus {
        if run.configuration.precision == .bfloat16, let hindrance = InstructionSet.current.hindranceOfBFloat16 {
            tell("\(hindrance): training in Float32\n")
        }
        tell("\(network.parameterCount) weights, \(pictureCount) pictures, step \(run.step) of \(run.steps)\n")
        let sheet = ValidationSheet(folder: folder)
        var codes = CodeSheet(folder: folder)
        var shown: Validator.Result?
        let validation: TrainingRun.Validation? = validator.map { validator in
            { average, step in
                let network = trainable.network(with: average)
                try codes.add(network, subjects: validator.subjects, step: step)
                let result = try validator.validate(network)
                shown = result
                return result.means
            }
        }
        let isComplete = try run.run(
            validation: validation, isCancelled: { interruption.isRequested },
            observe: { event in
                switch event {
                case .progress(let progress): tell(progress)
                case .validated(let rows):
                    if let last = rows.last {
                        tell(
                            "step \(last.step)" + String(format: ", loss %.5f", last.loss)
                                + (last.psnr.map { ", validation \(Text.decibels($0))" } ?? "") + "\n"
                                + (last.corruptions ?? []).map { part in
                                    "  \(part.corruption): \(Text.decibels(part.psnrBefore)) -> "
                                        + "\(Text.decibels(part.psnr))\n"
                                }.joined())
                    }
                    if let validator, let shown, let step = rows.last?.step {
                        try sheet.add(shown, of: validator.subjects, step: step)
                    }
                    try writeReport(sheet, codes)
                case .checkpoint: break
                }
            })
        try writeModel()
        try writeReport(sheet, codes)
        if isComplete { Console.standardOutput.write("model: \(folder.printed)\n") }
        return isComplete ? .success : .interrupted
    }

    private func tell(_ text: String) { if !isQuiet { Console.standardError.write(text) } }

    private func tell(_ progress: TrainingProgress) {
        guard !isQuiet else { return }
        let line =
            "\(progress.step)/\(progress.steps)" + String(format: "  loss %.5f", progress.loss)
            + (progress.psnr.map { "  \(Text.decibels($0))" } ?? "")
            + "  \(Text.rate(progress.megapixelsPerSecond))"
            + String(
                format: "  %.0f GFLOP/s  data %.1f %%", progress.gigaflopsPerSecond, 100 * progress.waitingShare)
            + "  \(Text.timeLeft(progress.secondsLeft)) left"
        if Console.standardError.isTerminal { Console.standardError.draw(line) }
    }

    private func writeReport(_ sheet: ValidationSheet, _ codes: CodeSheet) throws {
        let settings = try run.configuration.json().split(separator: "\n").filter { $0.hasPrefix("  \"") }
            .compactMap { line -> (name: String, text: String)? in
                let parts = line.split(separator: ":", maxSplits: 1).map {
                    $0.trimmingCharacters(in: [" ", "\"", ","])
                }
                return parts.count == 2 && !["[", "{"].contains(parts[1]) ? (parts[0], parts[1]) : nil
            }
        var report = TrainingReport(
            name: folder.lastComponent?.string ?? "", program: "retouch \(Version.current)", date: Date(),
            steps: run.steps, rows: run.rows,
            sheet: validator.map { codes.rows(of: run.rows) + sheet.rows(of: $0.subjects, rows: run.rows) } ?? [],
            settings: settings
        )
        report.code = codes.use.map { ($0.divergences, $0.activeCount) }
        try report.write(to: folder)
    }

    /// The terms of the objective with their weights.
    private var objectiveText: String {
        run.configuration.objectiveTerms.map { ($0.weight == 1 ? "" : "\($0.weight)*") + $0.kind.description }
            .joined(separator: "+")
    }

    private func writeModel() throws {
        let configuration = run.configuration
        var card = ModelCard(name: folder.lastComponent?.string ?? "model", task: try configuration.task)
        card.date = String(Date().ISO8601Format().prefix(10))
        card.trainedBy = "retouch"
        card.seed = Int(exactly: configuration.seed)
        card.trainingIterations = run.step
        card.trainingBatchSize = configuration.stages.last?.batch
        card.trainingHRSize = configuration.stages.last?.patch
        let corruption = configuration.corruptions.joined(separator: " or ")
        card.description =
            "Trained on "
            + (configuration.hasPairs
                ? "\(pictureCount) pairs of pictures."
                : configuration.noisyImages.isEmpty
                    ? "\(pictureCount) pictures under \(corruption)."
                    : "\(pictureCount) noisy pictures, without clean ones.")
        card.training = .init(
            recipe: "see training.json: \(objectiveText), \(configuration.optimiser.name) \(configuration.rate), "
                + "\(configuration.schedule)", initialisedFrom: configuration.initialModel)
        card.trainingData = configuration.cardData(pictureCount: pictureCount)
        if let row = run.rows.last, let psnr = row.psnr {
            func rounded(_ decibels: Double) -> Double { (decibels * 100).rounded() / 100 }
            func quality(_ corruption: String, _ psnr: Double, _ before: Double?) -> ModelCard.Quality {
                .init(
                    set: "validation", protocol: configuration.validationProtocol(of: corruption).name,
                    corruption: corruption, psnr: rounded(psnr), before: before.map(rounded))
            }
            card.quality =
                row.corruptions?.map { quality($0.corruption, $0.psnr, $0.psnrBefore) }
                ?? [quality(configuration.validationCorruptions.first ?? corruption, psnr, row.psnrBefore)]
        }
        try ModelFolder.write(
            trainable.tensors(from: run.average), configuration: configuration, network: network, card: card, to: folder
        )
    }
}

extension ModelFileError {
    /// Whether the values of an architecture are wrong, rather than a file.
    fileprivate var isOfArchitecture: Bool {
        switch self {
        case .unknownArchitecture, .badConfiguration: true
        default: false
        }
    }
}
