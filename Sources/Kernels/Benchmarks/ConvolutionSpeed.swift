internal import Tensors
internal import Workers

/// The speed of one convolution that runs alone, packing of its weights not counted, stores counted.
public struct ConvolutionSpeed: Sendable {
    /// The kind of the convolution.
    public let kind: PackedConvolution.Kind
    /// The number of input channels.
    public let inputChannels: Int
    /// The number of output channels.
    public let outputChannels: Int
    /// The number of rows of the result.
    public let outputHeight: Int
    /// The number of columns of the result.
    public let outputWidth: Int
    /// The number of threads, each with pictures of its own.
    public let threads: Int
    /// The operations a second of all threads together, a multiply-add counted as two.
    public let operationsPerSecond: Double

    /// Measures the layer on `height` x `width` inputs, every thread on pictures of its own; the median of `repeats`.
    ///
    /// Inputs, outputs and a residual lie in main memory between repeats when they are larger than the caches.
    public static func measure(
        _ kind: PackedConvolution.Kind, inputChannels: Int, outputChannels: Int, height: Int, width: Int,
        residual: Bool = false, isa: InstructionSet = .current, threads: Int = 1, repeats: Int = 5,
        clock: MeasurementClock = .processor
    ) -> ConvolutionSpeed {
        precondition(threads > 0 && repeats > 0)
        let side = kind.kernelSide
        let shape =
            kind == .transposedTwoByTwo
            ? [inputChannels, outputChannels, side, side] : [outputChannels, inputChannels, side, side]
        let weights = Tensor(
            shape: shape, elements: (0..<shape.reduce(1, *)).map { Float(($0 * 7919) % 256) / 4096 - 0.03 })
        let convolution = PackedConvolution(kind: kind, weights: weights, isa: isa)
        let size = convolution.outputSize(height: height, width: width)
        let inputCount = BlockedView.elementCount(channels: inputChannels, height: height, width: width)
        let outputCount = BlockedView.elementCount(
            channels: outputChannels, height: size.height, width: size.width)
        let pictures = (0..<threads).map { _ in
            (
                AlignedBuffer<Float>(repeating: 0.5, count: inputCount),
                AlignedBuffer<Float>(repeating: 0, count: outputCount)
            )
        }
        let operations = 2 * Double(convolution.multiplyAdds(outputHeight: size.height, outputWidth: size.width))
        let rates = AlignedBuffer<Double>(repeating: 0, count: threads)
        var totals: [Double] = []
        for _ in 0...repeats {
            ParallelLoop.threads(threads).forEach(threads) { _, thread in
                let (input, output) = pictures[thread]
                let result = BlockedView(
                    storage: output.base, channels: outputChannels, height: size.height, width: size.width)
                let start = clock.seconds
                convolution.apply(
                    BlockedView(storage: input.base, channels: inputChannels, height: height, width: width),
                    to: result, residual: residual ? result : nil)
                rates.base[thread] = operations / (clock.seconds - start)
            }
            totals.append(withExtendedLifetime(rates) { rates.elements.reduce(0, +) })
        }
        // The first run touches the memory for the first time.
        totals.removeFirst()
        totals.sort()
        return ConvolutionSpeed(
            kind: kind, inputChannels: inputChannels, outputChannels: outputChannels, outputHeight: size.height,
            outputWidth: size.width, threads: threads, operationsPerSecond: totals[totals.count / 2])
    }
}
