import Autoencoders
import Corruptions
import Files
import Foundation
import Imaging
import Networks
import Reports
import SystemPackage
import Tensors
import TestFolders
import Testing
import Training

/// A program that uses the library trains, stops, goes on and chooses, without the command.
@Suite struct TrainingSessionTests {
    let data: DataFolder
    let configuration: TrainingConfiguration
    private let resources = TrainingSession.Resources(
        workers: 2, memoryLimit: 64 << 20, models: ModelLibrary(folders: []), program: "a test", version: "7")

    init() throws {
        data = try DataFolder()
        for seed in 1...3 { try data.writeNoise(FilePath("in/\(seed).png"), width: 32, height: 24, seed: UInt64(seed)) }
        try data.writeNoise("in/small.png", width: 8, height: 8, seed: 4)
        try data.writeNoise("held-out/5.png", width: 24, height: 24, seed: 5)
        var configuration = TrainingConfiguration(
            architecture: PlainStack(width: 4, layers: 2, activation: .relu, scale: 1, skip: .residual),
            images: [data.path.appending("in").string])
        configuration.sampling.corruptions = ["gaussian:10-30"]
        configuration.validation.pictures = [data.path.appending("held-out").string]
        configuration.validation.corruptions = ["gaussian:20"]
        configuration.optimisation.warmup = 2
        configuration.sampling.stages = [.init(share: 1, patch: 16, batch: 2)]
        configuration.length = .steps(12)
        configuration.validation.every = 4
        self.configuration = configuration
    }

    private func bytes(_ path: FilePath) throws -> [UInt8] { try data.folder.read(data.path.pushing(path)) }

    @Test func interruptedAndResumedIsTheSameModel() throws {
        var told: [String] = []
        func note(_ event: TrainingSession.Event) {
            switch event {
            case .skipped(let picture): told.append("without \(picture.name.printed)")
            case .began(let run): told.append("\(run.pictureCount) pictures, \(run.step) of \(run.steps)")
            case .run(.validated(let rows)): told.append("validated \(rows.last?.step ?? 0)")
            case .run(.checkpoint(let step)): told.append("checkpoint \(step)")
            case .completed(let model): told.append("completed \(model.lastComponent?.string ?? "")")
            case .precisionUnavailable, .standsAtIdentity, .run(.progress): break
            }
        }
        let whole = try TrainingSession(
            configuration: configuration, folder: data.path.appending("whole"), resources: resources, observe: note)
        #expect(try whole.run(observe: note))
        #expect(
            told == [
                "without small.png", "3 pictures, 0 of 12", "validated 4", "validated 8", "validated 12",
                "checkpoint 12", "completed whole",
            ])
        #expect(whole.rows.map(\.step) == [4, 8, 12] && whole.psnr == whole.rows[2].psnr)

        let parts = data.path.appending("parts")
        let first = try TrainingSession(configuration: configuration, folder: parts, resources: resources)
        var asked = 0
        #expect(
            try !first.run(isCancelled: {
                asked += 1
                return asked > 5
            }))
        told = []
        let second = try TrainingSession(resuming: parts, resources: resources)
        #expect(second.configuration == configuration)
        #expect(try second.run(observe: note))
        #expect(told.first == "3 pictures, 5 of 12" && told.last == "completed parts", "\(told)")
        #expect(try bytes("parts/model.safetensors") == bytes("whole/model.safetensors"))

        let card = try ModelCard(reading: parts.appending(Model.cardFileName))
        #expect(card.trainedBy == "a test" && card.trainingIterations == 12 && card.quality?.count == 1)
        let page = String(decoding: try bytes("parts/training.html"), as: UTF8.self)
        #expect(page.contains("a test 7") && page.contains("training-pictures/0-12.png"))
        // A folder that holds a run takes no other one.
        #expect(throws: TrainingError.runExists(path: parts.printed)) {
            try TrainingSession(configuration: configuration, folder: parts, resources: resources)
        }
        #expect(throws: TrainingError.noCheckpoint(path: data.path.appending("in").printed)) {
            try TrainingSession(resuming: data.path.appending("in"), resources: resources)
        }
    }

    /// The page lists every value that is no list and no object, as `training.json` has it.
    @Test func settingsAreThoseOfTheConfiguration() throws {
        let settings = try configuration.settings()
        let names = settings.map(\.name)
        #expect(names == names.sorted() && !names.contains("images") && !names.contains("architecture"))
        let texts = Dictionary(uniqueKeysWithValues: settings.map { ($0.name, $0.text) })
        #expect(texts["steps"] == "12" && texts["loss"] == "null" && texts["schedule"] == "cosine:final=1e-06")
        #expect(texts["flips"] == "true" && texts["averaging"] == "0.999" && texts["precision"] == "float32")
    }

    @Test func trainingGoesOnFromAModel() throws {
        _ = try TrainingSession(
            configuration: configuration, folder: data.path.appending("first"), resources: resources
        ).run()
        var resources = resources
        resources.models = ModelLibrary(folders: [data.path])
        var tuned = try TrainingConfiguration(
            from: "first", images: [data.path.appending("in").string], models: resources.models)
        #expect(tuned.architecture as? PlainStack == configuration.architecture as? PlainStack)
        (tuned.sampling.stages, tuned.optimisation.warmup, tuned.length) = (configuration.sampling.stages, 0, .steps(1))
        // A step of no length keeps the weights.
        (tuned.optimisation.rate, tuned.optimisation.schedule) = (1e-30, .constant)
        _ = try TrainingSession(
            configuration: tuned, folder: data.path.appending("second"), resources: resources
        ).run()
        let (first, second) = (try bytes("first/model.safetensors"), try bytes("second/model.safetensors"))
        #expect(first == second)
        let card = try ModelCard(reading: data.path.pushing("second/model.json"))
        #expect(card.training?.initialisedFrom == "first")
    }

    /// Two validations at the identity, or the only one, say that nothing is learnt.
    @Test func theIdentityIsSeen() {
        func row(_ step: Int, _ psnr: Double?, _ before: Double?) -> TrainingRow {
            TrainingRow(
                step: step, rate: 1, loss: 1, psnr: psnr, psnrBefore: before, terms: nil, corruptions: nil, seconds: 0,
                megapixels: 0)
        }
        let (still, learnt) = (row(4, 14.52, 14.49), row(8, 20, 14.49))
        #expect(TrainingSession.identity(in: [still], steps: 12) == nil)
        #expect(TrainingSession.identity(in: [still], steps: 4) == 14.52)
        #expect(TrainingSession.identity(in: [learnt, still, row(8, 14.5, 14.49)], steps: 12) == 14.5)
        #expect(TrainingSession.identity(in: [still, learnt], steps: 8) == nil)
        #expect(TrainingSession.identity(in: [still, row(8, nil, nil)], steps: 8) == nil)
        #expect(TrainingSession.identity(in: [row(4, 100, 100)], steps: 4) == nil)
        #expect(TrainingSession.identity(in: [], steps: 4) == nil)
    }

    /// A network that is the identity and does not move: two validations say so, once.
    @Test func nothingLearntIsTold() throws {
        // A residual of nothing.
        let network = try InitialWeights.network(of: configuration.architecture, seed: 0)
        let trainable = TrainableNetwork(network, workers: 1)
        let tensors = trainable.tensors(from: AlignedBuffer(repeating: 0, count: trainable.weights.count))
        try createFolders(at: data.path.appending("identity"))
        try ModelFolder.write(
            tensors, configuration: configuration, network: network, card: ModelCard(name: "identity"),
            to: data.path.appending("identity"))
        var resources = resources
        resources.models = ModelLibrary(folders: [data.path])
        func told(_ folder: FilePath.Component, _ corruption: String, steps: Int = 12) throws -> [String] {
            var configuration = configuration
            configuration.initialModel = "identity"
            configuration.sampling.corruptions = [corruption]
            configuration.validation.corruptions = [corruption]
            (configuration.optimisation.rate, configuration.optimisation.schedule) = (1e-30, .constant)
            configuration.length = .steps(steps)
            var told: [String] = []
            _ = try TrainingSession(
                configuration: configuration, folder: data.path.appending(folder), resources: resources
            ).run(observe: { event in
                if case .standsAtIdentity(let step, let psnr) = event { told.append("\(step): \(Int(psnr))") }
            })
            return told
        }
        #expect(try told("still", "saltpepper:0.1").map { $0.prefix(2) } == ["8:"])
        #expect(try told("short", "mask:0.2", steps: 3).map { $0.prefix(2) } == ["3:"])
        // Nothing is to be undone.
        #expect(try told("clean", "none") == [])
    }

    /// Small pictures have a row of interpolations, too.
    @Test func smallPicturesAreInterpolated() throws {
        var configuration = configuration
        configuration.architecture = VariationalAutoencoder(widths: [4], latentSide: 8, latentChannels: 2)
        configuration.sampling.corruptions = ["none"]
        (configuration.length, configuration.validation.every) = (.steps(2), 2)
        configuration.validation.corruptions = []
        for seed in 6...7 {
            try data.writeNoise(FilePath("small-ones/\(seed).png"), width: 16, height: 10 + seed, seed: UInt64(seed))
        }
        configuration.validation.pictures = [data.path.appending("small-ones").string]
        _ = try TrainingSession(
            configuration: configuration, folder: data.path.appending("vae"), resources: resources
        ).run()
        let row = try Picture(reading: data.path.pushing("vae/training-pictures/interpolation-2.png"))
        #expect(row.width == 9 * 18 + 2 && row.height == 16 + 4)
    }

    @Test func levelsAreSearched() throws {
        let search = TrainingSearch(folder: data.path.appending("levels"), resources: resources)
        var began: [String] = []
        func run(
            _ configuration: TrainingConfiguration, isCancelled: @escaping () -> Bool = { false }
        ) throws
            -> CorruptionSearchReport?
        {
            try CorruptionSearchSession(
                configuration: configuration, corruptions: Corruption.parse("gaussian:5,20"), search: search
            ).run(isCancelled: isCancelled) {
                if case .began(let candidate, let isResumed) = $0 { began.append("\(candidate.label) \(isResumed)") }
            }
        }
        #expect(try run(configuration, isCancelled: { began.count == 2 }) == nil)
        let report = try #require(try run(configuration))
        #expect(began == ["gaussian:5 false", "gaussian:20 false", "gaussian:5 true", "gaussian:20 true"])
        #expect(report.rows.map(\.folder) == ["gaussian-5", "gaussian-20"])
        #expect(try bytes("levels/corrupt-search.csv") == Array(report.csv().utf8))
        var blind = configuration
        blind.validation.pictures = []
        #expect(throws: TrainingSearchError.noValidation) { try run(blind) }
        blind.validation.corruptions = []
        #expect(throws: TrainingSearchError.noCommonCorruption) { try run(blind) }
    }

    @Test func dimensionsAreSearched() throws {
        let search = TrainingSearch(folder: data.path.appending("latents"), resources: resources)
        var configuration = configuration
        configuration.architecture = DenseAutoencoder(patch: 4, widths: [], latentChannels: 1)
        func session(_ dimensions: [Int]) throws -> LatentSearchSession {
            try LatentSearchSession(configuration: configuration, dimensions: dimensions, search: search)
        }
        let report = try #require(try session([6, 2]).run())
        #expect(report.rows.map(\.dimension) == [2, 6] && report.program == "a test 7")
        let stored = try CheckpointFile(folder: data.path.pushing("latents/latent-6")).configuration().configuration
        #expect((stored.architecture as? DenseAutoencoder)?.latentChannels == 6)
        #expect(throws: TrainingSearchError.largeLatent(units: 49, samples: 48)) { try session([2, 49]) }
        configuration.architecture = UNet.small
        #expect(throws: TrainingSearchError.self) { try session([2]) }
    }
}
