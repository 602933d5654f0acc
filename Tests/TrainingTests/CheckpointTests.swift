import Autoencoders
import Files
import SystemPackage
import TestFolders
import Testing
import Training

@Suite struct CheckpointTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func checkpoint(_ configuration: TrainingConfiguration, steps: Int = 30) throws {
        let run = try TrainingRun(configuration, steps: steps, source: LinearRegression(), folder: folder.path)
        _ = try run.run()
    }

    private func resume(_ configuration: TrainingConfiguration) throws {
        _ = try TrainingRun(resuming: configuration, source: LinearRegression(), folder: folder.path)
    }

    @Test func theLastTwoAreKept() throws {
        let configuration = TrainingRunTests.configuration()
        #expect(throws: TrainingError.noCheckpoint(path: folder.path.printed)) { try resume(configuration) }
        try checkpoint(configuration)
        let files = CheckpointFile(folder: folder.path)
        #expect(Set(folder.names) == ["checkpoint.safetensors", "checkpoint-previous.safetensors"])
        #expect(try files.configuration().step == 30)
        // A damaged one: the one before is taken. Both damaged: an error.
        try folder.write("no checkpoint", to: "checkpoint.safetensors")
        #expect(try files.configuration().step == 20)
        folder.remove("checkpoint.safetensors")
        #expect(files.exists)
        #expect(try files.configuration().step == 20)
        try folder.write("", to: "checkpoint-previous.safetensors")
        #expect(throws: TrainingError.self) { try resume(configuration) }
    }

    @Test func ofAnotherRun() throws {
        let configuration = TrainingRunTests.configuration()
        try checkpoint(configuration)
        try resume(configuration)
        var other = configuration
        other.architecture = UNet.medium
        var slower = configuration
        slower.optimisation.rate = 0.01
        for (changed, name) in [(other, "architecture"), (slower, "rate")] {
            let error = #expect(throws: TrainingError.self) { try resume(changed) }
            guard case .otherRun(_, let field, _, _)? = error else {
                Issue.record("\(error as Any)")
                continue
            }
            #expect(field == name)
        }
    }
}
