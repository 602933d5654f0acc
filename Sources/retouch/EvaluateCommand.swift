import ArgumentParser
import Autoencoders
import Batches
import Corruptions
import Evaluation
import Files
import Filters
import Foundation
import Imaging
import Kernels
import Networks
import Reports
import Restoration
import SystemPackage

/// `retouch evaluate CLEAN --corrupt gaussian:15,25,50 --model M --baseline bm3d`.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure models and classical methods on clean pictures that are corrupted first, as papers do.",
        discussion: """
            Noise is made in memory, neither clipped nor rounded, from NumPy's generator with the seed 0 before each \
            picture; outputs are clipped and rounded to 8 bits. So the figures can be compared with published ones.

            CORRUPTIONS
            \(Corruption.kinds.map { "  \($0.kind.example): \($0.kind.summary)" }.joined(separator: "\n"))
              Levels may be lists (gaussian:15,25,50), steps may follow one another (grain:10+gaussian:5), and the \
            option may be repeated. A model that enlarges needs none: pictures are made smaller by its factor.

            BASELINES
            \(FilterKind.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))
              none: the corruption alone
              A filter is told the noise: the truth where it is white, else what is estimated from the picture.

            EXAMPLES
              retouch evaluate clean/ --corrupt gaussian:15,25,50 --model 1x-Denoise-S
              retouch evaluate clean/ --corrupt gaussian:25 --model 1x-Denoise-S --baseline nlm,bayes,bm3d
              retouch evaluate Set5/HR --model 2x-Upscale-S --min-psnr 37
              retouch evaluate Set5/HR --corrupt bicubic:2,3,4 --model none
              retouch evaluate clean/ --corrupt gaussian:25 --restored other-program/
              retouch evaluate Sets/scan-1.json --model 1x-Scan-S --baseline none,bm3d
            """)

    @Argument(
        help: .init(
            "A folder of clean pictures, or one; or a JSON file of sets: {\"sets\": [{\"name\": ..., \"pictures\": folder, "
                + "\"corrupt\": [...], \"seed\": N, \"input\": \"8bit\"}]}, measured one after the other.",
            valueName: "clean"))
    var clean: PathArgument

    @Option(help: .init("What is done to the pictures first; may be repeated.", valueName: "kind:level"))
    var corrupt: [String] = []

    @Option(
        help: .init(
            "A name that `retouch models` lists, or a folder; may be repeated; none for no model. By default "
                + "1x-Scan-S, or 2x-Upscale-S where pictures are made smaller.", valueName: "name|folder|none"))
    var model: [String] = []

    @Option(
        help: .init(
            "Classical methods to measure beside the models: none, \(FilterKind.names), separated by commas.",
            valueName: "name,..."))
    var baseline: BaselineList?

    @Option(
        help: .init(
            "Pictures that another program restored from the corrupted ones, paired with the clean ones by name; may be "
                + "repeated. Names without a partner end the command, unless --allow-missing.", valueName: "folder"))
    var restored: [PathArgument] = []

    @Flag(help: "Measure the restored pictures that there are.")
    var allowMissing = false

    @Option(
        help: .init(
            "What the model is told of the noise: auto (estimated), given (the truth), a level of 0 to 255; by default "
                + "nothing.", valueName: "auto|given|N"))
    var sigma: EvaluatedSigma?

    @Option(help: "Corrupted pictures reach the model as float, or clipped and rounded as 8bit.")
    var input: EvaluationPlan.InputForm = .float

    @Option(help: .init("Share of the restored picture in the output, 0 to 1.", valueName: "0...1"))
    var strength: Float = 1

    @Flag(
        name: [.customShort("x"), .customLong("self-ensemble"), .customLong("tta")],
        help: "Average over eight flips and turns.")
    var selfEnsemble = false

    @Option(help: "What models multiply: float32, or with fast BF16 where their cards tell what that costs.")
    var precision: Precision = .float32

    @Option(help: .init("Of the noise, set again before each picture.", valueName: "N"))
    var seed: UInt32 = 0

    @Option(
        help: .init(
            "Exit with 5 where a mean PSNR after is lower: one figure, or one for each corruption, as 33.4,30.8,27.7. "
                + "Of several models the first one counts.", valueName: "dB"))
    var minPsnr: DecibelList?

    @Option(
        help: .init(
            "Write report.html, report.csv, report.json and report.md into this folder; of several sets into one each.",
            valueName: "folder"))
    var report: PathArgument?

    @Option(name: [.short, .long], help: .init("Workers; by default one for each processor.", valueName: "N"))
    var jobs: Int?

    @Option(help: .init("Memory to stay within, as 2G; by default half of what there is.", valueName: "bytes"))
    var maxMemory: ByteCount?

    @Flag(help: "Tell nothing but the table and failures.")
    var quiet = false

    func validate() throws {
        guard jobs.map({ $0 >= 1 }) ?? true else { throw ValidationError("-j \(jobs ?? 0): expected 1 or more") }
        _ = try corruptions(scale: nil)
    }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        let bytes = maxMemory?.value ?? Machine.defaultMemoryLimit
        let sets = try sets()
        let restorers = try makeRestorers(memoryLimit: bytes / 3 * 2, first: sets.first?.corruptions?.first)
        var status = ExitStatus.success
        for set in sets {
            let folder = sets.count == 1 ? report?.path : report?.path.pushing(FilePath(set.fileName))
            status = status.combined(
                with: try measure(
                    set, restorers: restorers, pictureBytes: bytes / 3, report: folder, interruption: interruption))
        }
        try CommandFailure.unlessSuccess(status)
    }

    /// The sets that are asked for, one where no file lists several.
    private func sets() throws -> [EvaluationSet] {
        guard clean.path.extension?.lowercased() == "json", !FileStamp.isFolder(clean.path) else {
            return [EvaluationSet(at: clean.path)]
        }
        guard FileStamp.exists(clean.path) else {
            throw CommandFailure(
                status: .noInput,
                message: "\(FileError.system(.open, path: clean.path, errno: .noSuchFileOrDirectory))")
        }
        let sets: [EvaluationSet]
        do { sets = try EvaluationSet.sets(inFile: clean.path) } catch {
            throw CommandFailure(status: .usage, message: "\(error)")
        }
        if !corrupt.isEmpty, let fixed = sets.first(where: { $0.corruptions != nil }) {
            throw CommandFailure(
                status: .usage, message: "--corrupt, but the set \(fixed.name) says itself what is done to its pictures"
            )
        }
        return sets
    }

    private func measure(
        _ set: EvaluationSet, restorers: [Restorer], pictureBytes: Int, report: FilePath?, interruption: Interruption
    ) throws -> ExitStatus {
        let corruptions = try set.corruptions ?? corruptions(scale: restorers.first?.scale ?? 1)
        var plan: EvaluationPlan
        do {
            plan = try EvaluationPlan(
                clean: set.place, corruptions: corruptions, inputForm: set.inputForm ?? input,
                noiseKnowledge: sigma?.knowledge ?? .blind, seed: set.seed ?? seed)
        } catch { throw CommandFailure(status: .noInput, message: "\(error)") }
        plan.set = set.name
        let evaluation: Evaluation
        let thresholds: EvaluationThresholds?
        do {
            let methods =
                restorers.map { EvaluationMethod.model($0) } + (baseline?.methods ?? [])
                + (try restoredFolders(for: set).map { .files($0) })
            evaluation = try Evaluation(
                plan: plan, methods: methods, limits: PictureLimits(maximumBytes: max(1 << 20, pictureBytes)))
            thresholds = try minPsnr.map { try EvaluationThresholds($0.values, plan: plan) }
        } catch let error as EvaluationError {
            throw CommandFailure(status: .usage, message: "\(error)")
        }
        let start = Date()
        let team = WorkerTeam(workers: jobs ?? Machine.defaultWorkerCount)
        let counter = EvaluationCounter(
            total: evaluation.trialCount, isShown: !quiet && Console.standardError.isTerminal)
        let records = evaluation.run(
            on: team, progress: { counter.count($0) }, isCancelled: { interruption.isRequested })
        Console.standardError.erase()
        if interruption.isRequested { throw CommandFailure(status: .interrupted, message: "interrupted") }

        let result = RunReport(
            version: Version.current, date: start, model: evaluation.methods.map(\.name).joined(separator: ", "),
            settings: settingsAsText(plan, set), records: records)
        tell(result, plan)
        var status = status(of: result, set)
        if let report {
            do {
                let page = try result.write(to: report, previewLimit: 18) { evaluation.preview(of: $0, on: team) }
                Console.standardOutput.write("report: \(page.printed)\n")
            } catch {
                Console.standardError.write("retouch: the report was not written: \(error)\n")
                status = status.combined(with: .output)
            }
        }
        for miss in thresholds?.misses(in: result) ?? [] {
            Console.standardError.write("retouch: \(miss)\n")
            status = status.combined(with: .thresholdMissed)
        }
        return status
    }

    private func restoredFolders(for set: EvaluationSet) throws -> [RestoredFolder] {
        try restored.map { argument in
            let folder = try RestoredFolder(argument.path, forPicturesAt: set.place)
            for line in folder.missing {
                Console.standardError.write("\(allowMissing ? "warning" : "retouch"): \(line)\n")
            }
            guard folder.missing.isEmpty || allowMissing else {
                let count = folder.missing.count
                throw CommandFailure(
                    status: .usage,
                    message: "\(count) name\(count == 1 ? "" : "s") without a partner; nothing was measured. "
                        + "--allow-missing measures the others.")
            }
            return folder
        }
    }

    /// The corruptions asked for; for a model that enlarges, making smaller by its factor where none is.
    private func corruptions(scale: Int?) throws -> [Corruption] {
        if corrupt.isEmpty, let scale, scale > 1 { return [Corruption(BicubicReduction(by: scale))] }
        if corrupt.isEmpty, scale == 1 {
            throw CommandFailure(
                status: .usage, message: "--corrupt says what is done to the pictures first, such as gaussian:15,25,50")
        }
        do {
            return try corrupt.flatMap { try Corruption.parse($0) }
        } catch { throw ValidationError("--corrupt: \(error)") }
    }

    private func makeRestorers(memoryLimit: Int, first corruption: Corruption?) throws -> [Restorer] {
        _ = try InstructionSet.selected()
        let reduction = try (corruption ?? corruptions(scale: nil).first)?.reduction ?? 1
        let standard = ModelChoice.defaults[reduction] ?? ModelChoice.defaults[1] ?? ""
        return try (model.isEmpty ? [standard] : model).filter { $0 != "none" }.map { name in
            let model = try loadModel(at: ModelLibrary.standard().folder(of: name))
            if !quiet { precision.tell(model.card.hindranceOfFast) }
            return try Restorer(
                model: model,
                settings: RestorationSettings(
                    strength: strength, noiseLevel: sigma?.level ?? .blind, selfEnsemble: selfEnsemble,
                    precision: precision),
                memoryLimit: memoryLimit)
        }
    }

    private func tell(_ result: RunReport, _ plan: EvaluationPlan) {
        for record in result.records where record.outcome == .failed {
            Console.standardError.write(
                "retouch: \(record.input.printed), \(record.corruption ?? ""): \(record.error ?? "failed")\n")
        }
        let table = EvaluationTable.text(of: result, set: plan.set)
        if !result.summary.isEmpty { Console.standardOutput.write(table) }
    }

    private func status(of result: RunReport, _ set: EvaluationSet) -> ExitStatus {
        if result.records.allSatisfy({ $0.outcome == .ignored }) {
            Console.standardError.write("retouch: no picture in \"\(set.place.printed)\"\n")
            return .noInput
        }
        return result.count(of: .failed) > 0 ? .someFailed : .success
    }

    private func settingsAsText(_ plan: EvaluationPlan, _ set: EvaluationSet) -> [String: String] {
        [
            "set": plan.set, "clean": PathText.text(of: set.place),
            "corrupt": plan.corruptions.map(\.description).joined(separator: ", "),
            "input": plan.inputForm.rawValue, "seed": "\(plan.seed)", "sigma": sigma?.text ?? "blind",
            "strength": "\(strength)",
            "self-ensemble": "\(selfEnsemble)", "precision": precision.rawValue,
        ]
    }
}
