import Autoencoders
import Foundation
import Kernels
import Networks
import Tensors
import TestFolders
import TestSupport
import Testing

@Suite struct SpeedTests {
    @Test func benchmarkCountsWhatItRan() throws {
        let network = try UNet(widths: [16, 16], blocks: 1).makeNetwork(weights: WeightSource(seed: 61))
        let found = ExecutorBenchmark.measure(network: network, height: 61, width: 64, threads: 2, repeats: 1)
        #expect(found.height == 64 && found.width == 64 && found.threads == 2)
        #expect(found.roof > 0 && found.threeByThree > 0 && found.threeByThreeShare > 0 && found.seconds > 0)
        #expect(abs(found.steps.reduce(0) { $0 + $1.share } - 1) < 1e-6)
    }

    @Test func fastestTakesTheBestOfEachStep() throws {
        let network = try UNet(widths: [16, 16], blocks: 1).makeNetwork(weights: WeightSource(seed: 62))
        let picture = noise([3, 64, 64], seed: 63).image
        let output = PlanarImage(channels: 3, height: 64, width: 64)
        let executor = Executor(network: network, maximumHeight: 64, maximumWidth: 64)
        let profiles = (0..<3).map { _ in executor.profile(input: picture.view, output: output.view) }
        let fastest = try #require(ExecutionProfile.fastest(of: profiles))
        #expect(fastest.multiplyAdds == profiles[0].multiplyAdds)
        for (index, step) in fastest.steps.enumerated() {
            #expect(step.name == profiles[0].steps[index].name)
            #expect(step.seconds == profiles.map { $0.steps[index].seconds }.min())
        }
        #expect(ExecutionProfile.fastest(of: []) == nil)
    }

    /// D-S at 1920x1080 (padded to the grid): the 3x3 layers reach 60 % of the roof. The fastest of every step in
    /// several runs is taken, so that other programs on the machine disturb less. Prints every step.
    @Test(.enabled(if: areTestsLong))
    func denoiserReachesItsShareOfTheRoof() throws {
        let network = try UNet.small.makeNetwork(weights: WeightSource(seed: 1))
        var shares: [Double] = []
        for (height, width, turns) in [(1088, 1920, 8), (512, 512, 40), (256, 256, 80)] {
            let picture = noise([3, height, width], seed: 1).image
            let output = PlanarImage(channels: 3, height: height, width: width)
            let executor = Executor(network: network, maximumHeight: height, maximumWidth: width)
            var roof = 0.0
            let profiles = (0..<turns).map { _ in
                roof = max(roof, FMARoof.measure(threads: 1, seconds: 0.02, repeats: 1).operationsPerSecond)
                return executor.profile(input: picture.view, output: output.view)
            }
            let profile = try #require(ExecutionProfile.fastest(of: profiles))
            let share = profile.threeByThreeOperationsPerSecond / roof
            shares.append(share)
            let arena = Executor.arenaByteCount(network: network, height: height, width: width)
            print(
                String(
                    format: "D-S %d x %d %@: %.1f ms, 3x3 %.1f GFLOP/s, %.1f %% of the roof %.1f, arena %.1f MB", width,
                    height, "\(InstructionSet.current)", 1e3 * profile.seconds,
                    profile.threeByThreeOperationsPerSecond / 1e9, 100 * share, roof / 1e9, Double(arena) / 1e6))
            for step in profile.steps {
                let rate = 2 * step.multiplyAdds / step.seconds / 1e9
                print(String(format: "  %8.2f ms %6.1f GFLOP/s  %@", 1e3 * step.seconds, rate, step.name))
            }
        }
        #expect(shares[0] >= 0.6)
    }
}
