import Autoencoders
import Batches
import Files
import SystemPackage
import Training

extension AnomaliesCommand {
    /// Returns the model folder below OUT, trained now unless it is there; a run that was stopped goes on.
    func taughtModel(_ interruption: Interruption) throws -> FilePath {
        let folder = out.path.appending("model")
        let isBegun = CheckpointFile(folder: folder).exists
        let resources = try TrainingSession.Resources.ofCommand(
            workers: reading.workers, memoryLimit: reading.byteLimit)
        let configuration = isBegun ? nil : try teaching()
        try createFolders(at: out.path)
        let display = TrainingDisplay(isQuiet: quiet)
        let session =
            if let configuration {
                try TrainingSession(
                    configuration: configuration, folder: folder, resources: resources, observe: display.show)
            } else {
                try TrainingSession(resuming: folder, resources: resources, observe: display.show)
            }
        let isComplete = try session.run(isCancelled: { interruption.isRequested }, observe: display.show)
        try CommandFailure.unlessSuccess(isComplete ? .success : .interrupted)
        return folder
    }

    /// Returns the configuration that teaches the model where good pictures are damaged: large pieces, small ones, and
    /// a quarter not at all.
    private func teaching() throws -> TrainingConfiguration {
        var configuration = try TrainingConfiguration(from: model, images: [trainOn.path.string])
        configuration.objective.goal = .damageMask
        configuration.sampling.corruptions = ["2*dirt:0.05-0.6:size=10", "dirt:0.3-2:size=2", "none"]
        configuration.objective.loss = .meanSquaredError
        configuration.optimisation.rate = 1e-4
        configuration.optimisation.warmup = min(200, (steps - 1) / 2)
        configuration.length = .steps(steps)
        configuration.sampling.stages = [.init(share: 1, patch: 256, batch: 2)]
        configuration.precision = .bfloat16
        return configuration
    }
}
