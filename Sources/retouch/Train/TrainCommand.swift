import ArgumentParser
import Batches
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
              retouch train --classifier --encoder 1x-VAE --images DIR --out 1x-Classes
              retouch train --resume --out models/1x-Mine
            """)

    @OptionGroup(title: "Settings") var settings: TrainingOptions

    @OptionGroup(title: "Classes") var classes: ClassifierOptions

    @Option(
        help: .init(
            "Dimensions of the latent to try, as 8,16,32,64: a run for each below OUT, chosen by --validation and set beside "
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
    var jobs: JobCount?

    @Option(help: .init("Memory to stay within, as 2G; by default half of what there is.", valueName: "bytes"))
    var maxMemory: ByteCount?

    @Flag(help: "Tell nothing but failures.")
    var quiet = false

    func validate() throws { try checkArguments() }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        let isComplete: Bool
        if let search = try corruptions() {
            isComplete = try run(corruptions: search, interruption)
        } else if let search = try dimensions() {
            isComplete = try run(dimensions: search, interruption)
        } else {
            let display = TrainingDisplay(isQuiet: quiet)
            isComplete = try session(observe: display.show).run(
                isCancelled: { interruption.isRequested }, observe: display.show)
        }
        try CommandFailure.unlessSuccess(isComplete ? .success : .interrupted)
    }

    private func session(observe: (TrainingSession.Event) -> Void) throws -> TrainingSession {
        guard !resume else { return try TrainingSession(resuming: out.path, resources: resources, observe: observe) }
        try CheckpointFile(folder: out.path).checkVacant()
        return try TrainingSession(
            configuration: classes.configuration(settings), folder: out.path, resources: resources, observe: observe)
    }

    var resources: TrainingSession.Resources {
        get throws {
            .ofCommand(
                workers: try jobs.checked(), memoryLimit: maxMemory?.value ?? Machine.defaultMemoryLimit)
        }
    }
}

extension TrainingSession.Resources {
    /// Returns the resources of a session that this program begins.
    static func ofCommand(workers: Int, memoryLimit: Int) -> Self {
        .init(workers: workers, memoryLimit: memoryLimit, program: "retouch", version: Version.current)
    }
}
