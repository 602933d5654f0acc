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
import Quality
import Reports
import Restoration
import SystemPackage
import Workers

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
            option may be repeated. A model that upscales needs none: pictures are downsampled by its factor.

            BASELINES
            \(FilterKind.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))
              none: the corruption alone
              A filter is told the noise: the truth where it is white, else what is estimated from the picture.

            MENDING (--task mend)
            \(InpaintingKind.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))
              Corruptions lay damage whose place is known (dust:6, crease:2); what fills it is given the true mask, \
            dilated by 3x3. Printed are the PSNR within this mask and of the whole picture.

            METRICS
              \(Metric.names), each of 255; psnr is always measured. Equal pictures have an infinite PSNR, which is \
            counted (column equal) and kept out of means.

            SETS
              CLEAN may be a file NAME.json of sets, folders relative to the file, a table for each: \
            {"sets": [{"name": "mine", "pictures": "folder", "corrupt": ["gaussian:15"], "seed": 0, "input": "8bit"}]}; \
            all but pictures may be left out.

            EXAMPLES
              retouch evaluate clean/ --corrupt gaussian:15,25,50 --model 1x-Denoise-S
              retouch evaluate clean/ --corrupt gaussian:25 --baseline nlm,bayes,bm3d
              retouch evaluate clean/ --restored theirs/ --metrics psnr,ssim,ms-ssim
              retouch evaluate clean/ --restored a/ --restored b/
              retouch evaluate Set5/HR --model 2x-Upscale-M --min-psnr 37
              retouch evaluate Set5/HR --corrupt bicubic:2,3,4 --model none
              retouch evaluate Sets/scan-1.json --model 1x-Scan-M --baseline none,bm3d
              retouch evaluate clean/ --task mend --corrupt dust:6 --baseline telea
            """)

    @Argument(
        help: .init("A folder of clean pictures, one picture, or a .json file of sets.", valueName: "clean"))
    var clean: PathArgument

    @Option(help: .init("What is done to the pictures first; may be repeated.", valueName: "kind:level"))
    var corrupt: [String] = []

    @Option(
        help: .init(
            "A name that `retouch models` lists, or a folder; may be repeated; none for no model. By default "
                + "1x-Scan-M, or 2x-Upscale-M or 4x-Upscale-M where pictures are downsampled by 2 or 4.",
            valueName: "name|folder|none"),
        completion: .models(or: "none"))
    var model: [String] = []

    @Option(help: "What methods are measured at: restore, or mend (damage is found and filled).")
    var task: EvaluationTask = .restore

    @Option(
        help: .init(
            "Classical methods to measure beside the models: none, \(FilterKind.names), separated by commas; with "
                + "--task mend none, \(InpaintingKind.names), by default all of these.",
            valueName: "name,..."))
    var baseline: BaselineList?

    @Option(
        help: .init(
            "A folder of pictures that somebody else restored, paired by name, as one more method; may be repeated. "
                + "With several sets or corruptions it has a folder for each, named as `retouch corrupt` does. Without "
                + "--corrupt they are only compared with the clean ones.", valueName: "folder"))
    var restored: [PathArgument] = []

    @Flag(help: "With --restored: measure what has a partner, though other names have none.")
    var allowMissing = false

    @Option(help: .init("What is measured: \(Metric.names), separated by commas.", valueName: "name,..."))
    var metrics = "psnr,ssim"

    @Option(
        help: .init(
            "What the model is told of the noise: auto (estimated), given (the truth), a level of 0 to 255; by default "
                + "nothing.", valueName: "auto|given|N"))
    var sigma: EvaluatedSigma?

    @Option(help: "Corrupted pictures reach the model as float, or clipped and rounded as 8bit.")
    var input: EvaluationPlan.InputForm = .float

    @Option(help: .init("Share of the restored picture in the output, 0 to 2.", valueName: "0...2"))
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
            "Write report.html, .csv, .json and .md into this folder. An evaluation that was stopped goes on where it "
                + "ended when it is given the same folder, or, without one, when it is the same command.",
            valueName: "folder"))
    var report: PathArgument?

    @Option(name: [.short, .long], help: .init("Workers; by default one for each processor.", valueName: "N"))
    var jobs: JobCount?

    @Option(help: .init("Memory to stay within, as 2G; by default half of what there is.", valueName: "bytes"))
    var maxMemory: ByteCount?

    @Option(
        help: .init(
            "Append one line of JSON to this file for each picture, corruption and method.", valueName: "file.jsonl"))
    var log: PathArgument?

    @Option(help: "Progress on standard error; by default a bar on a terminal, else none.")
    var progress: ProgressMode?

    @Flag(help: "Tell nothing but the table and failures.")
    var quiet = false

    func validate() throws {
        _ = try jobs.checked()
        _ = try corruptions(scale: nil)
        _ = try Metric.list(metrics)
    }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        let bytes = maxMemory?.value ?? Machine.defaultMemoryLimit
        let sets = try sets()
        if task == .mend { return try mend(sets, memoryLimit: bytes, interruption) }
        let restorers = try makeRestorers(models(of: sets), memoryLimit: bytes / 3 * 2)
        // What every set fixes itself need not be asked for.
        let corruptions =
            sets.allSatisfy { $0.corruptions != nil } ? [] : try corruptions(scale: restorers.first?.scale ?? 1)
        let plan = EvaluationPlan(
            sets: sets, corruptions: corruptions, inputForm: input, noiseKnowledge: sigma?.knowledge ?? .blind,
            seed: seed, metrics: try Metric.list(metrics))
        let others = try restoredPictures(for: plan)
        guard let baselines = baseline.map(\.methods) ?? [] else {
            throw CommandFailure(status: .usage, message: "--baseline: \(InpaintingKind.names) are for --task mend")
        }
        let methods =
            restorers.map { EvaluationMethod.model($0) } + baselines
            + others.map { .restored($0) }
        let evaluation: Evaluation
        let thresholds: EvaluationThresholds?
        do {
            evaluation = try Evaluation(
                plan: plan, methods: methods, limits: PictureLimits(maximumBytes: max(1 << 20, bytes / 3)))
            thresholds = try minPsnr.map { try EvaluationThresholds($0.values, plan: plan) }
        } catch let error as EvaluationError {
            throw CommandFailure(status: .usage, message: "\(error)")
        }
        let start = Date()
        let team = WorkerTeam(workers: try jobs.checked())
        let journal = try journal(of: evaluation)
        let display = try RunDisplay(
            mode: progress ?? (!quiet && Console.standardError.isTerminal ? .bar : ProgressMode.none), isQuiet: quiet,
            isVerbose: false, log: log?.path, verb: .measure, namesMethods: evaluation.methods.count > 1)
        let shown = EvaluationProgress(total: evaluation.trialCount, journal: journal, display: display)
        let records = evaluation.run(
            on: team, journal: journal, progress: { shown.count($0) }, isCancelled: { interruption.isRequested })
        let logStatus = shown.end(records, wasInterrupted: interruption.isRequested)
        if interruption.isRequested {
            let hint = journal?.isWhole == true ? "; the same command goes on where it ended" : ""
            throw CommandFailure(status: .interrupted, message: "interrupted" + hint)
        }
        if let count = journal?.reusedCount, count > 0, !quiet {
            Console.standardError.write("\(count) of \(evaluation.trialCount) were measured before\n")
        }

        let result = RunReport(
            version: Version.current, date: start, model: evaluation.methods.map(\.name).joined(separator: ", "),
            settings: settingsAsText(plan), records: records)
        if !result.summary.isEmpty { Console.standardOutput.write(EvaluationTable.text(of: result)) }
        var status = status(of: result).combined(with: logStatus)
        if others.contains(where: { !$0.failures.isEmpty }) { status = status.combined(with: .someFailed) }
        if let folder = report?.path {
            do {
                let page = try result.write(to: folder, previewLimit: 18) { evaluation.preview(of: $0, on: team) }
                Console.standardOutput.write("report: \(page.printed)\n")
            } catch {
                Console.standardError.write("retouch: the report was not written: \(error)\n")
                status = status.combined(with: .output)
            }
        }
        // A whole one is measured anew the next time.
        if report == nil { journal?.remove() }
        for miss in thresholds?.misses(in: result) ?? [] {
            Console.standardError.write("retouch: \(miss)\n")
            status = status.combined(with: .thresholdMissed)
        }
        try CommandFailure.unlessSuccess(status)
    }

    private func sets() throws -> [EvaluationSet] {
        let sets: [EvaluationSet]
        do { sets = try EvaluationSet.sets(at: clean.path) } catch {
            if case .setFile? = error as? EvaluationError {
                throw CommandFailure(status: .usage, message: "\(error)")
            }
            throw CommandFailure(status: .noInput, message: "\(error)")
        }
        if !corrupt.isEmpty, let fixed = sets.first(where: { $0.corruptions != nil }) {
            throw CommandFailure(
                status: .usage, message: "--corrupt, but the set \(fixed.name) says itself what is done to its pictures"
            )
        }
        return sets
    }

    /// Returns the corruptions asked for; for a model that upscales, downsampling by its factor where none is.
    private func corruptions(scale: Int?) throws -> [Corruption] {
        if corrupt.isEmpty, let scale, scale > 1 { return [Corruption(BicubicDownsampling(by: scale))] }
        // Others' pictures alone are compared as they are.
        if corrupt.isEmpty, scale == 1, !restored.isEmpty, !model.contains(where: { $0 != "none" }) { return [] }
        if corrupt.isEmpty, scale == 1 {
            throw CommandFailure(
                status: .usage, message: "--corrupt says what is done to the pictures first, such as gaussian:15,25,50")
        }
        do {
            return try corrupt.flatMap { try Corruption.parse($0) }
        } catch { throw ValidationError("--corrupt: \(error)") }
    }

    /// Returns the names of the models to measure.
    private func models(of sets: [EvaluationSet]) throws -> [String] {
        if !model.isEmpty { return model.filter { $0 != "none" } }
        let corruptions = try sets.first?.corruptions ?? corruptions(scale: nil)
        if !restored.isEmpty && corruptions.isEmpty { return [] }
        let reduction = corruptions.first?.reduction ?? 1
        return [AutomaticModels.defaults[reduction] ?? AutomaticModels.defaults[1] ?? ""]
    }

    private func makeRestorers(_ models: [String], memoryLimit: Int) throws -> [Restorer] {
        _ = try InstructionSet.selected()
        return try models.map { name in
            let model = try loadModel(at: ModelLibrary.standard().folder(of: name))
            if !quiet { precision.tell(model.card.fastUnavailability) }
            return try Restorer(
                model: model,
                settings: RestorationSettings(
                    strength: strength, noiseLevel: sigma?.level ?? .blind, selfEnsemble: selfEnsemble,
                    precision: precision),
                memoryLimit: memoryLimit)
        }
    }

    private func status(of result: RunReport) -> ExitStatus {
        if result.records.allSatisfy({ $0.outcome.kind == .ignored }) {
            Console.standardError.write("retouch: no picture in \"\(clean.path.printed)\"\n")
            return .noInput
        }
        return result.count(of: .failed) > 0 ? .someFailed : .success
    }

    func settingsAsText(_ plan: EvaluationPlan) -> [String: String] {
        var text = [
            "clean": PathText.text(of: clean.path),
            "metrics": plan.metrics.map(\.rawValue).joined(separator: ","),
            "corrupt": plan.corruptions.map(\.description).joined(separator: ", "),
            "input": input.rawValue, "seed": "\(seed)", "sigma": sigma?.text ?? "blind", "strength": "\(strength)",
            "self-ensemble": "\(selfEnsemble)", "precision": precision.rawValue,
        ]
        for set in plan.sets where clean.path != set.place {
            let fixed = [
                set.corruptions.map { $0.map(\.description).joined(separator: ", ") },
                set.inputForm.map { "input \($0.rawValue)" }, set.seed.map { "seed \($0)" },
            ]
            text["set \(set.name)"] = ([PathText.text(of: set.place)] + fixed.compactMap { $0 }).joined(separator: "; ")
        }
        if !restored.isEmpty {
            text["restored"] = restored.map { PathText.text(of: $0.path) }.joined(separator: ", ")
        }
        return text
    }
}
