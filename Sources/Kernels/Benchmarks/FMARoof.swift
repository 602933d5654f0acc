internal import CKernels
internal import Tensors
internal import Workers

/// The machine's limit for Float32 arithmetic: multiply-adds on registers alone, nothing read or written.
///
/// The speed of a layer is given as a share of it, measured in the same run.
public struct FMARoof: Sendable {
    /// The instruction set of the multiply-adds.
    public let instructionSet: InstructionSet
    /// The number of threads.
    public let threads: Int
    /// The operations a second of all threads together, a multiply-add counted as two.
    public let operationsPerSecond: Double

    /// Measures the roof: `threads` threads at once, each for `seconds`, the best of `repeats`.
    ///
    /// `isa` must be available. Threads beyond what the system grants run one after the other and are counted for the
    /// time that they took.
    public static func measure(
        isa: InstructionSet = .current, threads: Int = 1, seconds: Double = 0.1, repeats: Int = 3,
        clock: MeasurementClock = .wall
    ) -> FMARoof {
        precondition(threads > 0 && seconds > 0 && repeats > 0)
        guard let multiplyAdds = isa.kernels?.pointee.multiply_add_roof else {
            preconditionFailure("\(isa) is not available")
        }
        // A chunk of about a tenth of a millisecond between two looks at the clock.
        let steps: Int64 = 10_000
        var best = 0.0
        for _ in 0..<repeats {
            let rates = AlignedBuffer<Double>(repeating: 0, count: threads)
            let sinks = AlignedBuffer<Float>(repeating: 0, count: threads * 16)
            ParallelLoop.threads(threads).forEach(threads) { _, thread in
                let sink = sinks.base + thread * 16
                var operations = 0.0
                let start = clock.seconds
                var elapsed = 0.0
                repeat {
                    operations += multiplyAdds(steps, sink)
                    elapsed = clock.seconds - start
                } while elapsed < seconds
                rates.base[thread] = operations / elapsed
            }
            best = max(best, withExtendedLifetime(rates) { rates.elements.reduce(0, +) })
        }
        return FMARoof(instructionSet: isa, threads: threads, operationsPerSecond: best)
    }
}
