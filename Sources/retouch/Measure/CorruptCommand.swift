import ArgumentParser
import Batches
import Corruptions
import Evaluation
import Files
import Imaging
import Reports
import SystemPackage

/// `retouch corrupt IN OUT --corrupt gaussian:25+jpeg:40`.
struct CorruptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corrupt",
        abstract: "Make test sets: clean pictures with noise, blur, JPEG and the like.",
        usage: "retouch corrupt <in> ... <out> --corrupt <kind:level> [options]",
        discussion: """
            Writes 8-bit PNG unless --format says otherwise. Every picture has a noise field of its own, from the seed \
            and its relative name. Alpha is left out and 16 bits become 8 first. Several levels or corruptions go into \
            folders of their own under OUT, named like gaussian-25. What was made before with the same settings is \
            skipped, as in restore.

            CORRUPTIONS
            \(Corruption.kinds.map { "  \($0.kind.example): \($0.kind.summary)" }.joined(separator: "\n"))

            EXAMPLES
              retouch corrupt clean/ noisy/ --corrupt gaussian:25
              retouch corrupt clean/ sets/ --corrupt gaussian:15,25,50
              retouch corrupt clean/ old/ --corrupt blur:0.7+grain:12+jpeg:60 --seed 3
              retouch corrupt clean/ dusty/ --corrupt crease:2+hair:3 --masks truth/
            """)

    @OptionGroup(title: "Places") var places: PlaceOptions

    @Option(help: .init("What is done to the pictures; may be repeated.", valueName: "kind:level"))
    var corrupt: [String] = []

    @Option(help: .init("Of the random numbers, with each picture's relative name.", valueName: "N"))
    var seed: UInt32 = 0

    @Option(
        help: .init(
            "Write where each picture was damaged into this folder, as --mend reads it; goes with dust, hair, scratch, "
                + "crease, tear and stain. Of several corruptions each has a folder of its own there.",
            valueName: "folder"))
    var masks: PathArgument?

    @Option(name: [.short, .long], help: "The outputs' format; same writes JPEG where the input is JPEG.")
    var format: RunSettings.OutputFormat = .png

    @Option(name: [.short, .long], help: .init("Of JPEG outputs, 1 to 100; 4:4:4 from 90 up.", valueName: "1...100"))
    var quality = 95

    @Option(help: "What travels along: all; color only (profile and gamma); or none.")
    var metadata: MetadataPolicy = .all

    @Option(help: "JPEGs with damaged data: reject them, or accept what can be decoded and say so.")
    var damaged: DamagePolicy = .reject

    @Option(help: .init("Refuse pictures of more pixels.", valueName: "N"))
    var maxPixels = PictureLimits().maximumPixels

    @Option(name: [.short, .long], help: .init("Workers; by default one for each processor.", valueName: "N"))
    var jobs: JobCount?

    @Option(help: .init("Memory to stay within, as 2G; by default half of what there is.", valueName: "bytes"))
    var maxMemory: ByteCount?

    @Option(help: .init("Append one line of JSON for each picture to this file.", valueName: "file.jsonl"))
    var log: PathArgument?

    @Option(help: "Progress on standard error; by default a bar on a terminal, else plain lines.")
    var progress: ProgressMode?

    @Flag(help: "Tell nothing but failures and the closing line.")
    var quiet = false

    @Flag(name: [.short, .long], help: "Also list what was ignored, and notes on pictures.")
    var verbose = false

    func validate() throws { _ = try requests() }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        // Every folder is planned before the first picture is written: a refusal costs nothing.
        let inputs = try places.namedInputs(verb: .corrupt)
        let requests = try requests()
        let plans = try requests.map { corruption, request in
            var request = request
            (request.inputs, request.inputNames) = (inputs.paths, inputs.names)
            request.foldersLeftOut = masks.map { [$0.path] } ?? []
            let folder = requests.count == 1 ? masks?.path : masks?.path.appending(corruption.folderName)
            return (corruption: corruption, masks: folder, plan: try BatchPlan(request))
        }
        try plans.first?.plan.checkNamedInputs(first: nil, origins: inputs.origins)
        if let plan = plans.first?.plan, plan.isEmpty {
            throw CommandFailure(status: .noInput, message: RestoreCommand.nothingToDo(in: plan))
        }
        let resources = BatchRun.Resources(
            workers: try jobs.checked(),
            pictureBytes: maxMemory?.value ?? Machine.defaultMemoryLimit, maximumPixels: maxPixels,
            software: "Retouch \(Version.current)")
        let display = try RunDisplay(
            mode: progress, isQuiet: quiet, isVerbose: verbose, log: log?.path, verb: .corrupt)
        var status = ExitStatus.success
        var counts: [Outcome.Kind: Int] = [:]
        var notDone = 0
        for (corruption, masks, plan) in plans {
            if interruption.isRequested {
                notDone += plan.pictures.count
                continue
            }
            do {
                let result = try BatchRun(
                    plan, model: BatchModel(corruption: corruption, seed: seed, maskFolder: masks),
                    resources: resources,
                    interruption: interruption, observe: { display.show($0) }
                ).run()
                status = status.combined(with: display.end(result))
                notDone += result.notDone.count
                for outcome in [Outcome.Kind.restored, .skipped, .failed] {
                    counts[outcome, default: 0] += result.count(of: outcome)
                }
                status = status.combined(with: ExitStatus(of: result))
            } catch let error as FileError {
                display.end(nil)
                Console.standardError.write("retouch: \(error)\n")
                counts[.failed, default: 0] += plan.pictures.count + plan.settled.count { $0.outcome.kind == .failed }
                status = status.combined(with: .output)
            }
        }
        if interruption.isRequested { status = .interrupted }
        ClosingLines.tellCounts(
            restored: counts[.restored] ?? 0, skipped: counts[.skipped] ?? 0, failed: counts[.failed] ?? 0,
            notDone: notDone, verb: .corrupt)
        try CommandFailure.unlessSuccess(status)
    }

    /// Returns one request for each corruption, in a folder of its own where there are several.
    ///
    /// - Throws: `ValidationError`.
    private func requests() throws -> [(corruption: Corruption, request: BatchRequest)] {
        let (inputs, output) = try places.inputsAndOutput(verb: .corrupt)
        guard !corrupt.isEmpty else {
            throw ValidationError("--corrupt says what is done to the pictures, such as gaussian:25 or jpeg:40")
        }
        var corruptions: [Corruption] = []
        do {
            for corruption in try corrupt.flatMap({ try Corruption.parse($0) })
            where !corruptions.contains(where: { $0.description == corruption.description }) {
                corruptions.append(corruption)
            }
        } catch { throw ValidationError("--corrupt: \(error)") }
        if masks != nil, let other = corruptions.first(where: { !$0.isDamage || $0.reduction != 1 }) {
            throw ValidationError(
                "--masks: \(other) \(other.isDamage ? "changes the size" : "lays no damage on a picture"); expected a "
                    + "corruption such as dust, hair, scratch, crease, tear or stain")
        }
        guard (1...100).contains(quality) else { throw ValidationError("-q \(quality): expected 1 to 100") }
        guard maxPixels > 0 else { throw ValidationError("--max-pixels \(maxPixels): expected 1 or more") }
        _ = try jobs.checked()
        if quiet, verbose { throw ValidationError("--quiet and --verbose contradict each other") }
        if corruptions.count > 1, places.nested {
            throw ValidationError("--nested goes with one corruption: another's results would be taken for originals")
        }
        return corruptions.map { corruption in
            let isAlone = corruptions.count == 1
            return (
                corruption,
                BatchRequest(
                    inputs: inputs.map(\.path),
                    output: isAlone ? output.path : output.path.appending(corruption.folderName),
                    outputIsFolder: isAlone ? output.isFolder : true,
                    settings: RunSettings(format: format, quality: quality, metadata: metadata, damaged: damaged),
                    suffix: places.suffix, exists: places.exists, check: places.check,
                    allowsNestedOutput: places.nested, preserved: places.preserve.properties)
            )
        }
    }
}
