import Foundation
import SystemPackage
import TestFolders
import Testing
import Training

@Suite struct ScheduleTests {
    private struct Fixture: Decodable {
        var rate: Double, warmup: Int, steps: Int, final: Double, every: Int, factor: Double
        var cosine: [Double]
        var stepsBehindWarmup: [Double]
    }

    @Test func ratesAgainstPyTorch() throws {
        let path = fixtureFolder.appending("training/schedules.json").string
        let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: URL(filePath: path)))
        let cosine = RateSchedule(
            rate: fixture.rate, warmup: fixture.warmup, shape: .cosine(final: fixture.final), steps: fixture.steps)
        for (step, expected) in fixture.cosine.enumerated() {
            #expect(abs(cosine.rate(at: step) - expected) <= 1e-15, "step \(step)")
        }
        let decay = RateSchedule(
            rate: fixture.rate, warmup: fixture.warmup, shape: .step(every: fixture.every, factor: fixture.factor),
            steps: fixture.steps)
        for (step, expected) in fixture.stepsBehindWarmup.enumerated() {
            #expect(abs(decay.rate(at: fixture.warmup + step) - expected) <= 1e-15, "step \(step)")
        }
        let constant = RateSchedule(rate: 1, warmup: 4, steps: 10)
        #expect((0..<6).map(constant.rate(at:)) == [0.25, 0.5, 0.75, 1, 1, 1])
    }

    @Test func stages() {
        let stages = PatchStages(
            [.init(share: 2.0 / 3, patch: 64, batch: 16), .init(share: 1.0 / 3, patch: 128, batch: 4)], steps: 9)
        #expect((0..<9).map { stages.stage(at: $0).patch } == [64, 64, 64, 64, 64, 64, 128, 128, 128])
        #expect(stages.stage(at: 100).batch == 4)
        #expect(abs(stages.meanPixels - 65536) < 1e-6)
    }

    @Test func patience() {
        var stopping = EarlyStopping(patience: 2)
        for (step, loss) in [3.0, 2, 2, .nan].enumerated() {
            #expect(!stopping.shouldStop)
            stopping.note(loss, step: step)
        }
        #expect(stopping.shouldStop)
        #expect(stopping.best == 2 && stopping.bestStep == 1)
        // Nor is a first loss that is not a number, and nothing is compared with it.
        var late = EarlyStopping(patience: 2)
        late.note(.nan, step: 0)
        #expect(late.best == nil && late.waited == 1)
        late.note(5, step: 1)
        #expect(late.best == 5 && late.bestStep == 1 && late.waited == 0)
        late.note(.nan, step: 2)
        #expect(late.best == 5 && !late.shouldStop)
        late.note(.nan, step: 3)
        #expect(late.best == 5 && late.shouldStop)
        var endless = EarlyStopping(patience: nil)
        for step in 0..<100 { endless.note(1, step: step) }
        #expect(!endless.shouldStop)
    }
}
