public import Kernels
import Tensors
import Workers

/// The speed of a network on this machine, against the limit that the machine sets.
///
/// The roof and the network are measured in turns, so that both see the same disturbances, and the figures are medians
/// over the turns. Every thread runs an executor of its own on a picture of its own, as workers of a team do.
public struct ExecutorBenchmark: Sendable {
    /// The instruction set that the executors use.
    public let instructionSet: InstructionSet
    /// The number of threads that run at the same time, each with an executor of its own.
    public let threads: Int
    /// The height of the picture in pixels, rounded up to the network's grid.
    public let height: Int
    /// The width of the picture in pixels, rounded up to the network's grid.
    public let width: Int
    /// The machine's limit, all threads together: floating-point operations a second, two for a multiply-add.
    public let roof: Double
    /// The floating-point operations a second in the 3x3 convolutions, all threads together, stores and fused
    /// operations included.
    public let threeByThree: Double
    /// The median of the turns' ratios of `threeByThree` to `roof`.
    public let threeByThreeShare: Double
    /// The time in seconds for one picture on one thread while all threads run.
    public let seconds: Double
    /// The slowest steps by name, with their share of the time.
    public let steps: [(name: String, share: Double)]

    /// Measures a network on pictures of the given sides, which are rounded up to its grid.
    ///
    /// - Parameters:
    ///   - threads: 1 or more.
    ///   - repeats: turns, 1 or more; each takes about a second for D-S at 1920x1080.
    public static func measure(
        network: Network, height: Int, width: Int, threads: Int, repeats: Int = 7
    ) -> ExecutorBenchmark {
        precondition(threads > 0 && repeats > 0 && height > 0 && width > 0)
        func roundedUp(_ side: Int) -> Int { (side + network.grid - 1) / network.grid * network.grid }
        let runs = (0..<threads).map { _ in BenchmarkThread(network, height: roundedUp(height), width: roundedUp(width))
        }
        var turns: [(roof: Double, threeByThree: Double, seconds: Double)] = []
        for turn in 0...repeats {
            let before = FMARoof.measure(threads: threads, repeats: 1).operationsPerSecond
            ParallelLoop.threads(threads).forEach(threads) { _, thread in runs[thread].run() }
            let after = FMARoof.measure(threads: threads, repeats: 1).operationsPerSecond
            // The first turn fills caches and touches memory.
            if turn == 0 { continue }
            let profiles = runs.compactMap(\.profile)
            turns.append(
                (
                    (before + after) / 2, profiles.reduce(0) { $0 + $1.threeByThreeOperationsPerSecond },
                    profiles.reduce(0) { $0 + $1.seconds } / Double(threads)
                ))
        }
        let last = runs[0].profile
        let total = last?.seconds ?? 1
        let steps = (last?.steps ?? []).map { (name: $0.name, share: $0.seconds / total) }
            .sorted { $0.share > $1.share }
        return ExecutorBenchmark(
            instructionSet: .current, threads: threads, height: roundedUp(height), width: roundedUp(width),
            roof: turns.map(\.roof).median, threeByThree: turns.map(\.threeByThree).median,
            threeByThreeShare: turns.map { $0.threeByThree / $0.roof }.median,
            seconds: turns.map(\.seconds).median, steps: steps)
    }

    /// The executor and pictures of one thread. Contract: used by one thread at a time.
    private final class BenchmarkThread: @unchecked Sendable {
        private let executor: Executor
        private let input: PlanarImage
        private let output: PlanarImage
        private(set) var profile: ExecutionProfile?

        init(_ network: Network, height: Int, width: Int) {
            executor = Executor(network: network, maximumHeight: height, maximumWidth: width)
            input = PlanarImage(channels: network.inputChannels, height: height, width: width)
            output = PlanarImage(
                channels: network.outputChannels, height: height * network.scale, width: width * network.scale)
            // Any picture that is not constant will do: a triangle wave.
            for c in 0..<input.channels {
                for y in 0..<height {
                    for x in 0..<width { input.view.row(c, y)[x] = Float((x * 7 + y * 13 + c * 29) % 256) / 255 }
                }
            }
        }

        func run() { profile = executor.profile(input: input.view, output: output.view) }
    }
}
