import Autoencoders
import Files
import Foundation
import Kernels
import Networks
public import Reports
import Restoration
public import SystemPackage
import Tensors

/// A session of training: from a configuration, or from the checkpoint that another session left, to a model folder.
///
/// The folder gets the model with its card, every setting (`training.json`), which pictures there were
/// (`pictures.json`), the record as `training.csv` and `training.html` with its pictures, and checkpoints. A session
/// that was stopped or killed goes on with ``init(resuming:resources:observe:)`` and ends with the same weights, to the
/// bit.
///
/// Contract: used by one thread at a time.
public final class TrainingSession {
    /// The folder of the run, which becomes the model's folder.
    public let folder: FilePath
    let preparation: Preparation
    let run: TrainingRun
    let resources: Resources

    /// Creates a run from the beginning: checks everything that can be known before the first step, reads the pictures,
    /// and makes the folder.
    ///
    /// - Parameter observe: called with the pictures that are left out.
    /// - Throws: `TrainingError` for settings that make no run and for a folder that holds one, `TrainingDataError` for
    ///   pictures that cannot be trained on, `CorruptionError`, `ModelFileError`, `FileError`; `InstructionSet.Error`
    ///   where the environment forces one that is not there.
    public convenience init(
        configuration: TrainingConfiguration, folder: FilePath, resources: Resources,
        observe: (Event) throws -> Void = { _ in }
    ) throws {
        _ = try InstructionSet.selected()
        try CheckpointFile(folder: folder).checkVacant()
        let network = try configuration.firstNetwork(from: resources.models)
        let preparation = try Preparation(configuration, network: network, resources: resources, observe: observe)
        var configuration = configuration
        let steps = try preparation.steps(of: configuration)
        configuration.length = .steps(steps)
        try createFolders(at: folder)
        try AtomicFile.write((configuration.json() + "\n").utf8, to: folder.appending("training.json"))
        try preparation.pictures.list.write(to: folder)
        let run = try TrainingRun(
            configuration, steps: steps, source: preparation.source(steps: steps), folder: folder)
        self.init(run, preparation, folder: folder, resources: resources)
    }

    /// Creates a run that goes on from the last checkpoint in `folder`, with the settings that it began with.
    ///
    /// - Parameter observe: called with the pictures that are left out.
    /// - Throws: `TrainingError` `.noCheckpoint` or `.damagedCheckpoint`, `TrainingDataError.otherPictures` where the
    ///   pictures are no longer those that the run began with, and the errors of the other initialiser.
    public convenience init(
        resuming folder: FilePath, resources: Resources, observe: (Event) throws -> Void = { _ in }
    ) throws {
        _ = try InstructionSet.selected()
        let (configuration, _, steps) = try CheckpointFile(folder: folder).configuration()
        // The checkpoint's weights take the place of fresh ones.
        let network = try InitialWeights.network(of: configuration.architecture, seed: configuration.seed)
        let preparation = try Preparation(configuration, network: network, resources: resources, observe: observe)
        try preparation.pictures.list.check(against: folder)
        let run = try TrainingRun(
            resuming: configuration, source: preparation.source(steps: steps), folder: folder)
        self.init(run, preparation, folder: folder, resources: resources)
    }

    private init(_ run: TrainingRun, _ preparation: Preparation, folder: FilePath, resources: Resources) {
        self.run = run
        self.preparation = preparation
        self.folder = folder
        self.resources = resources
    }

    /// The settings of the run, with its length in steps.
    public var configuration: TrainingConfiguration { run.configuration }
    /// The rows of the record, one for each validation so far.
    public var rows: [TrainingRow] { run.rows }
    /// The mean PSNR of the last validation in decibels; nil where there was none.
    public var psnr: Double? { run.rows.last?.psnr }

    /// Trains until the end, or until `isCancelled` returns true, and writes model, record and checkpoint in both
    /// cases.
    ///
    /// - Parameters:
    ///   - isCancelled: called between two steps.
    ///   - observe: called with the events, on the calling thread.
    /// - Returns: true where the run has come to its end.
    /// - Throws: `TrainingError.diverged`, `TrainingDataError.changed`, `FileError`, and the errors of `observe`.
    public func run(
        isCancelled: () -> Bool = { false }, observe: (Event) throws -> Void = { _ in }
    ) throws -> Bool {
        if configuration.precision == .bfloat16, let reason = InstructionSet.current.hindranceOfBFloat16 {
            try observe(.precisionUnavailable(reason: reason))
        }
        let network = preparation.network
        try observe(
            .began(
                Start(
                    weightCount: network.parameterCount, pictureCount: preparation.pictures.count, step: run.step,
                    steps: run.steps)))
        let sheet = ValidationSheet(folder: folder)
        var latents = LatentSheet(folder: folder)
        var shown: Validator.Result?
        var hasWarned = false
        let trainable = preparation.trainable
        let validation: TrainingRun.Validation? = preparation.validator.map { validator in
            { average, step in
                let network = trainable.network(with: average)
                try latents.add(network, subjects: validator.subjects, step: step)
                let result = try validator.validate(network)
                shown = result
                return result.means
            }
        }
        let isComplete = try run.run(
            validation: validation, isCancelled: isCancelled,
            observe: { event in
                try observe(.run(event))
                guard case .validated(let rows) = event else { return }
                if let validator = preparation.validator, let shown, let step = rows.last?.step {
                    try sheet.add(shown, of: validator.subjects, step: step)
                }
                try writeReport(sheet, latents)
                if !hasWarned, let psnr = Self.identity(in: rows, steps: run.steps), let step = rows.last?.step {
                    hasWarned = true
                    try observe(.standsAtIdentity(step: step, psnr: psnr))
                }
            })
        try writeModel()
        try writeReport(sheet, latents)
        if isComplete { try observe(.completed(model: folder)) }
        return isComplete
    }

    /// Returns the PSNR at which two validations in a row, or the only one of a run, stand where the pictures themselves
    /// do; nil where they do not, or where the pictures are not corrupted.
    package static func identity(in rows: [TrainingRow], steps: Int) -> Double? {
        let last = rows.suffix(2)
        guard last.count == 2 || rows.last?.step == steps else { return nil }
        let isThere = last.allSatisfy { row in
            guard let psnr = row.psnr, let before = row.psnrBefore, before < 60 else { return false }
            return abs(psnr - before) < 0.05
        }
        return isThere ? last.last?.psnr : nil
    }

    private func writeReport(_ sheet: ValidationSheet, _ latents: LatentSheet) throws {
        var report = TrainingReport(
            name: folder.lastComponent?.string ?? "", program: resources.software, date: Date(), steps: run.steps,
            rows: run.rows,
            sheet: preparation.validator.map {
                latents.rows(of: run.rows) + sheet.rows(of: $0.subjects, rows: run.rows)
            } ?? [],
            settings: try configuration.settings())
        report.latent = latents.use.map { ($0.divergences, $0.activeCount) }
        try report.write(to: folder)
    }
}
