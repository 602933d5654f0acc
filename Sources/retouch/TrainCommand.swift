import ArgumentParser
import Batches
import Corruptions
import Foundation
import SystemPackage
import Training

/// `retouch train`.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model on your own pictures, or fine-tune one.",
        usage: "retouch train --images <folder> --out <folder> [options]",
        discussion: """
            Takes clean pictures, corrupts patches of them as --corrupt says, and teaches a network to undo it. OUT becomes \
            a model folder that `retouch restore --model` takes; beside the model lie training.json (every setting), \
            training.csv, training.html (curves and validation pictures) and the checkpoints. Ctrl-C stops after a \
            checkpoint; --resume goes on, to the same bits as if nothing had happened.

            EXAMPLES
              retouch train --images DIR --minutes 100 --out models/1x-Mine
              retouch train --images DIR --from 1x-Denoise-S --minutes 5 --out 1x-More
              retouch train --resume --out models/1x-Mine
            """)

    @OptionGroup(title: "Settings") var settings: TrainingOptions

    @Option(
        help: .init(
            "Dimensions of the code to try, as 8,16,32,64: a run for each below OUT, chosen by --validation and set beside "
                + "principal components.", valueName: "N,N,..."))
    var latentSearch: WholeNumbers?

    @Option(
        help: .init(
            "Levels to corrupt the pictures with, as gaussian:10,25,50: a run for each below OUT, chosen under "
                + "--validation-corrupt.", valueName: "kind:levels"))
    var corruptSearch: String?

    @Option(help: .init("The model folder to make.", valueName: "folder"))
    var out: PathArgument

    @Flag(help: "Go on from the checkpoint in OUT, with its settings.")
    var resume = false

    @Option(name: [.short, .long], help: .init("Workers, up to 8 of use; never changes a result.", valueName: "N"))
    var jobs: Int?

    @Option(help: .init("Memory to stay within, as 2G; by default half of what there is.", valueName: "bytes"))
    var maxMemory: ByteCount?

    @Flag(help: "Tell nothing but failures.")
    var quiet = false

    func validate() throws {
        if let jobs, !(1...1024).contains(jobs) { throw ValidationError("-j \(jobs): expected 1 to 1024") }
        if resume, !settings.isEmpty {
            throw ValidationError("--resume goes on with the settings in OUT; leave the others out")
        }
        _ = try dimensions()
        _ = try corruptions()
        for (option, isGiven) in [("--latent-search", latentSearch != nil), ("--corrupt-search", corruptSearch != nil)]
        where isGiven && resume {
            throw ValidationError("\(option) goes on by itself where it was stopped; leave --resume out")
        }
        if latentSearch != nil, corruptSearch != nil {
            throw ValidationError("--latent-search and --corrupt-search are searches of their own; expected one")
        }
    }

    /// The dimensions of `--latent-search`, none without it.
    private func dimensions() throws -> [Int] {
        let numbers = latentSearch?.values ?? []
        guard numbers.allSatisfy({ $0 > 0 }), Set(numbers).count == numbers.count else {
            throw ValidationError("--latent-search: expected different whole numbers above 0")
        }
        return numbers
    }

    /// The levels of `--corrupt-search`, none without it.
    private func corruptions() throws -> [Corruption] {
        guard let corruptSearch else { return [] }
        do {
            let levels = try Corruption.parse(corruptSearch)
            guard levels.count > 1, Set(levels.map(\.description)).count == levels.count else {
                throw ValidationError("--corrupt-search \(corruptSearch): expected two levels or more, all different")
            }
            return levels
        } catch let error as CorruptionError { throw ValidationError("--corrupt-search: \(error)") }
    }

    private var workers: Int { jobs ?? Machine.defaultWorkerCount }
    private var memoryLimit: Int { maxMemory?.value ?? Machine.defaultMemoryLimit }

    private func search(_ option: String) -> TrainingSearch {
        TrainingSearch(
            folder: out.path, workers: workers, memoryLimit: memoryLimit, isQuiet: quiet, option: option)
    }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        let levels = try corruptions()
        guard levels.isEmpty else {
            let session = CorruptionSearchSession(
                search: search("--corrupt-search"), settings: settings, corruptions: levels)
            return try CommandFailure.unlessSuccess(session.run(interruption))
        }
        let dimensions = try dimensions()
        guard dimensions.isEmpty else {
            let session = LatentSearchSession(
                search: search("--latent-search"), settings: settings, dimensions: dimensions)
            return try CommandFailure.unlessSuccess(session.run(interruption))
        }
        let session = try TrainingSession(
            folder: out.path, settings: resume ? nil : settings, workers: workers, memoryLimit: memoryLimit,
            isQuiet: quiet)
        try CommandFailure.unlessSuccess(try session.run(interruption))
    }
}
