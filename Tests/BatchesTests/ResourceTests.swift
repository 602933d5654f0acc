import Batches
import Foundation
import Testing

@Suite struct ResourceTests {
    @Test func theMachineHasSomething() {
        #expect(Machine.defaultMemoryLimit > 1 << 20)
        #expect(Machine.defaultMemoryLimit <= Int(clamping: ProcessInfo.processInfo.physicalMemory / 2))
        #expect((1...ProcessInfo.processInfo.activeProcessorCount).contains(Machine.defaultWorkerCount))
    }

    @Test func progressSaysNothingBeforeItKnows() {
        var progress = RunProgress()
        #expect(progress.megapixelsPerSecond == 0 && progress.secondsLeft == nil)
        progress.fraction = 0.25
        progress.seconds = 10
        progress.megapixels = 5
        #expect(progress.megapixelsPerSecond == 0.5)
        #expect(progress.secondsLeft == 30)
    }
}
