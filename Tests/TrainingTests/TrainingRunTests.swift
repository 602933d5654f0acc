import Autoencoders
import Files
import Reports
import SystemPackage
import Tensors
import TestFolders
import Testing
import Training

@Suite struct TrainingRunTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static func configuration(_ optimiser: OptimiserSettings = .adam(.init())) -> TrainingConfiguration {
        var configuration = TrainingConfiguration(architecture: UNet.small, images: ["pictures"])
        configuration.optimisation.optimiser = optimiser
        configuration.objective.loss = .meanSquaredError
        configuration.optimisation.rate = 0.05
        configuration.optimisation.warmup = 5
        configuration.sampling.stages = [
            .init(share: 0.5, patch: 16, batch: 8), .init(share: 0.5, patch: 32, batch: 4),
        ]
        configuration.validation.every = 20
        configuration.checkpointEvery = 10
        return configuration
    }

    private func path(_ name: String) throws -> FilePath {
        let path = folder.path.appending(name)
        try createFolders(at: path)
        return path
    }

    private static func bits(_ run: TrainingRun, _ source: LinearRegression) -> [UInt32] {
        (Array(source.weights.elements) + Array(run.average.elements)).map(\.bitPattern)
    }

    /// Runs until cancelled after `count` steps of this sitting; nil runs to the end.
    @discardableResult
    private static func advance(_ run: TrainingRun, _ source: LinearRegression, _ count: Int? = nil) throws -> Bool {
        let last = count.map { source.calls + $0 }
        return try run.run(
            validation: { average, step in .init(psnr: Double(average.base[0]) + Double(step), before: 0) },
            isCancelled: { last.map { source.calls >= $0 } ?? false })
    }

    @Test func itLearns() throws {
        let source = LinearRegression()
        let run = try TrainingRun(Self.configuration(), steps: 400, source: source, folder: try path("run"))
        #expect(try Self.advance(run, source))
        for (found, expected) in zip(source.weights.elements, LinearRegression.answer) {
            #expect(abs(found - expected) < 1e-3)
        }
        #expect(run.rows.map(\.step) == Array(stride(from: 20, through: 400, by: 20)))
        let last = try #require(run.rows.last)
        #expect(last.loss < 1e-3 * run.rows[0].loss)
        #expect(abs(run.rows[19].megapixels - Double(200 * 8 * 256 + 200 * 4 * 1024) / 1e6) < 1e-9)
    }

    /// Dropped after a checkpoint (as a kill leaves it), or asked to stop between two: the end has the same bits, and
    /// the same rows but for the clock.
    @Test(arguments: OptimiserSettings.all) func killedAndResumedEqualsUninterrupted(
        optimiser: OptimiserSettings
    ) throws {
        let configuration = Self.configuration(optimiser)
        let whole = LinearRegression()
        let run = try TrainingRun(configuration, steps: 100, source: whole, folder: try path("whole-\(optimiser.name)"))
        try Self.advance(run, whole)

        let parts = try path("parts-\(optimiser.name)")
        struct Killed: Error {}
        let first = LinearRegression()
        let killed = try TrainingRun(configuration, steps: 100, source: first, folder: parts)
        #expect(throws: Killed.self) {
            // The steps 30 to 33 are lost, together with whatever they changed in memory.
            try killed.run(
                validation: { _, step in .init(psnr: Double(step), before: 0) },
                observe: { event in
                    if case .checkpoint(30) = event { throw Killed() }
                })
        }
        var last: (run: TrainingRun, source: LinearRegression)?
        for count in [3, 20, 0, 41, nil] {
            let source = LinearRegression()
            let next = try TrainingRun(resuming: configuration, source: source, folder: parts)
            #expect(try Self.advance(next, source, count) == (count == nil))
            last = (next, source)
        }
        let (resumed, source) = try #require(last)
        #expect(Self.bits(resumed, source) == Self.bits(run, whole))
        #expect(resumed.rows.map(\.loss) == run.rows.map(\.loss))
        #expect(resumed.rows.map(\.rate) == run.rows.map(\.rate))
    }

    @Test func measuringChangesNothing() throws {
        let (a, b) = (LinearRegression(), LinearRegression())
        let seconds = try TrainingRun.secondsPerPixel(
            of: b, stage: Self.configuration().sampling.stages[0], seconds: 0.01)
        #expect(seconds > 0 && b.calls > 1)
        let first = try TrainingRun(Self.configuration(), steps: 30, source: a, folder: try path("a"))
        let second = try TrainingRun(Self.configuration(), steps: 30, source: b, folder: try path("b"))
        try Self.advance(first, a)
        try Self.advance(second, b)
        #expect(Self.bits(first, a) == Self.bits(second, b))
    }

    @Test func aGradientThatIsNoNumberStopsTheRun() throws {
        let source = LinearRegression()
        source.failingStep = 25
        let place = try path("failing")
        let run = try TrainingRun(Self.configuration(), steps: 100, source: source, folder: place)
        do {
            try Self.advance(run, source)
            Issue.record("the run went on")
        } catch let error as TrainingError {
            guard case .diverged(let step, let reason, let lastGood) = error else { throw error }
            #expect(step == 25)
            #expect(reason.contains("line.bias"))
            #expect(lastGood?.contains("(step 20)") == true)
        }
        // The failure has not reached the weights, nor the checkpoint.
        let areFinite = source.weights.elements.allSatisfy { $0.isFinite }
        #expect(areFinite)
        #expect(try CheckpointFile(folder: place).configuration().step == 20)
    }

    @Test func anExplodingLossStopsTheRun() throws {
        let source = LinearRegression()
        source.explodingStep = 12
        let run = try TrainingRun(Self.configuration(), steps: 100, source: source, folder: try path("exploding"))
        let error = #expect(throws: TrainingError.self) { _ = try Self.advance(run, source) }
        guard case .diverged(12, let reason, _)? = error else {
            Issue.record("\(error as Any)")
            return
        }
        #expect(reason.contains("at the beginning"))
    }

    @Test func patienceEndsARun() throws {
        var configuration = Self.configuration()
        configuration.validation.patience = 2
        let source = LinearRegression()
        let run = try TrainingRun(configuration, steps: 1000, source: source, folder: try path("patience"))
        let ended = try run.run(validation: { _, step in .init(psnr: step <= 40 ? Double(step) : 0, before: 0) })
        #expect(ended)
        #expect(run.step == 80)
    }
}
