import ArgumentParser
import Batches
import Evaluation
import Files
import Filters
import Foundation
import Imaging
import Reports
import Restoration
import SystemPackage
import Workers

/// `retouch restore IN OUT`.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Restore pictures and folders of pictures (the default command).",
        usage: """
            retouch [restore] <in> ... <out> [options]
            retouch [restore] -i <in> ... -o <out> [options]
            """,
        discussion: """
            PNG, JPEG, TIFF, WebP and others, 8 and 16 bits, grey and colour, with alpha; formats are told by content, not by name. \
            HEIC, AVIF, JPEG XL, JPEG 2000, raw files and PDF are read through other programs, see --decoder. \
            Metadata travels along. The closing line on standard output counts what was restored, skipped (done \
            before) and failed; everything else is told on standard error.

            EXAMPLES
              retouch scans/ restored/                      everything under scans/
              retouch photo.jpg better.png --strength 0.7   one picture, keeping some grain
              retouch -s 2 small/ large/ -f png             upscaled two times
              retouch - - < photo.jpg > better.jpg          standard input, standard output
              retouch @album.txt restored/                  what a file lists
              retouch --files-from - --null -o restored/    what find -print0 finds
              retouch noisy/ out/ --method bm3d --sigma 25  a classical method
              retouch noisy/ out/ --reference clean/ --report out/report
            """)

    @OptionGroup(title: "Places") var places: PlaceOptions
    @OptionGroup(title: "Restoring") var model: ModelOptions
    @OptionGroup(title: "Old prints") var mending: MendingOptions
    @OptionGroup(title: "Pictures") var pictures: PictureOptions
    @OptionGroup(title: "Decoding") var decoding: DecoderOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions
    @OptionGroup(title: "Reporting") var reporting: ReportingOptions
    @OptionGroup(visibility: .hidden) var neighbours: NeighbourOptions

    func validate() throws { _ = try request() }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        let choice = try model.restorationMethod(beside: neighbours)
        var request = try request()
        let inputs = try places.namedInputs()
        (request.inputs, request.inputNames) = (inputs.paths, inputs.names)
        try request.openStreams(maximumPixels: pictures.maxPixels, interruption: interruption)
        let plan = try BatchPlan(request)
        try plan.checkNamedInputs(first: places.paths.first, origins: inputs.origins)
        guard !plan.isEmpty else { throw CommandFailure(status: .noInput, message: Self.nothingToDo(in: plan)) }
        let resources = try RunResources(
            machine, maximumPixels: pictures.maxPixels, holdsWholePictures: choice.holdsWholePictures)
        if !reporting.quiet { model.precision.tell(choice.fastUnavailability) }
        let batchModel = try choice.batchModel(plan.request.settings.restoration, memoryLimit: resources.tileBytes)
        let mending = try plan.request.mending.map {
            try MendingMethod($0, memoryLimit: resources.tileBytes, in: neighbours.library)
        }
        if reporting.dryRun {
            let dryRun = DryRun(
                plan: plan, model: batchModel, mending: mending, resources: resources, isVerbose: reporting.verbose)
            return try CommandFailure.unlessSuccess(dryRun.run())
        }
        let display = try RunDisplay(reporting)
        let start = Date()
        let result: BatchResult
        do {
            result = try BatchRun(
                plan, model: batchModel, mending: mending, resources: resources.forBatch(model: choice.name),
                interruption: interruption, observe: { display.show($0) }
            ).run()
        } catch let error as FileError {
            display.end(nil)
            Console.standardError.write("retouch: \(error)\n")
            let failed = plan.pictures.count + plan.settled.count { $0.outcome.kind == .failed }
            ClosingLines.tellCounts(restored: 0, skipped: 0, failed: failed)
            throw CommandFailure(status: .output, message: nil)
        } catch {
            display.end(nil)
            throw error
        }
        let logStatus = display.end(result)
        var report = RunReport(
            version: Version.current, date: start, model: choice.name,
            settings: settingsAsText(plan: plan, model: choice, resources: resources), records: result.records,
            notDone: result.notDone.isEmpty ? nil : result.notDone.map(PathText.text(of:)))
        if reporting.review, !result.wasInterrupted {
            report.roundTrip = roundTrip(of: result, plan: plan, model: batchModel, resources: resources)
        }
        ClosingLines.tellFigures(of: report)
        ClosingLines.tellSelfExaminations(of: report)
        var status = ExitStatus(of: result).combined(with: logStatus)
        if let folder = reporting.report?.path {
            do {
                let page = try ReportWriter(plan: plan, folder: folder, resources: resources).write(report)
                Console.summary.write("report: \(page.printed)\n")
            } catch {
                Console.standardError.write("retouch: the report was not written: \(error)\n")
                status = status.combined(with: .output)
            }
        }
        ClosingLines.tellCounts(
            restored: result.count(of: .restored), skipped: result.count(of: .skipped),
            failed: result.count(of: .failed), notDone: result.notDone.count)
        try CommandFailure.unlessSuccess(status)
    }

    /// Returns what the method gains on this material; nil where nothing was restored in this run, or the gain cannot
    /// be measured.
    private func roundTrip(
        of result: BatchResult, plan: BatchPlan, model: BatchModel, resources: RunResources
    ) -> RoundTrip? {
        guard result.count(of: .restored) > 0, let process = try? model.load() else { return nil }
        let limits = PictureLimits(maximumPixels: resources.maximumPixels, maximumBytes: resources.pictureBytes)
        return KnownNoise(plan: plan, limits: limits).roundTrip(
            of: result.records, by: process, on: WorkerTeam(workers: resources.workers))
    }

    static func nothingToDo(in plan: BatchPlan) -> String {
        let inputs = plan.request.inputs
        let places =
            inputs.prefix(5).map { "\"\($0.printed)\"" }.joined(separator: ", ")
            + (inputs.count > 5 ? " and \(inputs.count - 5) more" : "")
        let unreadable = plan.settled.compactMap(\.outcome.failure)
        if !unreadable.isEmpty { return unreadable.joined(separator: "\nretouch: ") }
        let count = plan.settled.count
        let ignored = count > 0 ? " (\(count) other file\(count == 1 ? "" : "s") ignored)" : ""
        return "no picture in \(places)\(ignored); pictures are told by their content, whatever their names"
    }

    /// Returns the settings in force, by option name, for the report.
    private func settingsAsText(
        plan: BatchPlan, model choice: RestorationMethod, resources: RunResources
    ) -> [String: String] {
        var text = [
            "model": choice.name, "format": plan.request.settings.format.rawValue, "quality": "\(pictures.quality)",
            "metadata": pictures.metadata.rawValue, "damaged": pictures.damaged.rawValue,
            "strength": "\(model.strength)", "exists": places.exists.rawValue, "check": places.check.rawValue,
            "jobs": "\(resources.workers)", "max-memory": "\(resources.byteLimit)", "tile": "\(machine.tile)",
            "self-ensemble": "\(model.selfEnsemble)", "precision": choice.precisionText(model.precision),
            "sigma": model.sigma?.text ?? (model.method == nil ? "blind" : "auto"),
        ]
        if let method = model.method {
            (text["model"], text["precision"], text["method"]) = (nil, nil, method.rawValue)
        }
        switch plan.request.mending?.masks {
        case .found(let sensitivity): text["mend"] = "auto, sensitivity \(sensitivity)"
        case .folder(let folder): text["mend"] = PathText.text(of: folder)
        case nil: break
        }
        if let tone = plan.request.settings.tone { text["tone"] = "\(tone.amount)\(tone.isNeutral ? ", neutral" : "")" }
        if let share = plan.request.settings.restoration.keptGrain { text["keep-grain"] = "\(share)" }
        if let amount = plan.request.settings.sharpening { text["sharpen"] = "\(amount)" }
        if !places.suffix.isEmpty { text["suffix"] = places.suffix }
        if let reference = plan.request.reference { text["reference"] = PathText.text(of: reference) }
        return text
    }
}
