import Kernels
public import Networks
import Tensors
import Workers

/// The speed at which several workers together restore one picture in memory, against the limit that the machine sets.
///
/// The roof and the picture are measured in turns, so that both see the same disturbances; the figures are medians over
/// the turns.
public struct RestorationBenchmark: Sendable {
    /// The number of workers, all on one picture.
    public let workers: Int
    /// The time for the picture: all of `Restorer.restore`, from samples in memory to samples in memory.
    public let seconds: Double
    /// The multiply-adds of direct convolution, two operations each, a second: more than were made where an algorithm
    /// saves multiplications.
    public let effectiveOperationsPerSecond: Double
    /// The machine's limit, all workers together: floating-point operations a second, two for a multiply-add.
    public let roof: Double
    /// The median of the turns' ratios of effective operations to the roof.
    public let share: Double
    /// The plan, and the memory that it takes.
    public let summary: RestorationSummary

    /// Measures a model on a synthetic picture of this size.
    ///
    /// - Parameters:
    ///   - workers: 1 or more, all on one picture.
    ///   - repeats: the number of turns, 1 or more; one more goes before them to fill the caches.
    /// - Throws: what `Restorer` throws.
    public static func measure(
        model: Model, height: Int, width: Int, workers: Int, repeats: Int = 7, memoryLimit: Int
    ) throws -> RestorationBenchmark {
        precondition(workers > 0 && repeats > 0 && height > 0 && width > 0)
        let restorer = try Restorer(model: model, memoryLimit: memoryLimit)
        let network = model.network
        let picture = PlanarImage(channels: network.inputChannels, height: height, width: width)
        // Any picture that is not constant will do: a triangle wave.
        for c in 0..<picture.channels {
            for y in 0..<height {
                for x in 0..<width { picture.view.row(c, y)[x] = Float((x * 7 + y * 13 + c * 29) % 256) / 255 }
            }
        }
        let team = WorkerTeam(workers: workers)
        let work = 2 * network.multiplyAddsPerPixel * Double(height) * Double(width)
        var turns: [(roof: Double, seconds: Double)] = []
        for turn in 0...repeats {
            let before = FMARoof.measure(threads: workers, repeats: 1).operationsPerSecond
            let start = ContinuousClock.now
            _ = try restorer.restore(picture, on: team)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let after = FMARoof.measure(threads: workers, repeats: 1).operationsPerSecond
            // The first turn fills caches and touches memory.
            if turn > 0 { turns.append(((before + after) / 2, seconds)) }
        }
        let seconds = turns.map(\.seconds).median
        return RestorationBenchmark(
            workers: workers, seconds: seconds, effectiveOperationsPerSecond: work / seconds,
            roof: turns.map(\.roof).median, share: turns.map { work / $0.seconds / $0.roof }.median,
            summary: try restorer.estimate(
                height: height, width: width, channels: picture.channels, workers: workers, sharers: workers
            ).summary)
    }
}
