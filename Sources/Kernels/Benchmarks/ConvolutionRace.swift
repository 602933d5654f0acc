internal import Tensors

/// The speeds of direct sums and of Winograd F(4x4,3x3) beside each other, with which the lines of `ConvolutionTuning`
/// are measured.
public struct ConvolutionRace: Sendable {
    /// The number of input channels, 1 or more.
    public let inputChannels: Int
    /// The number of output channels, 1 or more.
    public let outputChannels: Int
    /// The numbers that both ways multiply.
    public let operands: ProductOperands
    /// The speed of direct sums in operations a second, a multiply-add counted as two; the median.
    public let direct: Double
    /// The speed of Winograd in operations a second that direct sums would take for the same result; the median.
    public let winograd: Double
    /// The speed of Winograd over that of direct sums: the median of turns in which both ran one after the other.
    public let ratio: Double

    /// The rows and columns of the picture: about what a worker gets of a layer.
    static let (height, width) = (64, 256)

    /// Measures 3x3 convolutions with ReLU on one thread, weights packed before, on a picture that the caches hold in
    /// part.
    ///
    /// - Parameters:
    ///   - operands: `isa` has them.
    ///   - repeats: turns, 1 or more.
    public static func measure(
        inputChannels: Int, outputChannels: Int, operands: ProductOperands, isa: InstructionSet = .current,
        repeats: Int,
        clock: MeasurementClock = .processor
    ) -> ConvolutionRace {
        precondition(inputChannels > 0 && outputChannels > 0 && repeats > 0)
        let weights = Tensor(
            shape: [outputChannels, inputChannels, 3, 3],
            elements: (0..<outputChannels * inputChannels * 9).map { Float(($0 * 7919) % 256) / 4096 - 0.03 })
        let kernels = [false, true].map { takesWinograd in
            ConvolutionKernel(
                kind: .threeByThree, weights: weights, bias: nil,
                algorithm: ConvolutionAlgorithm(operands: operands, takesWinograd: takesWinograd), isa: isa)
        }
        let channels = [inputChannels, outputChannels]
        let buffers = channels.map {
            AlignedBuffer<Float>(
                repeating: 0.5, count: BlockedView.elementCount(channels: $0, height: height, width: width))
        }
        let views = zip(buffers, channels).map {
            BlockedView(storage: $0.base, channels: $1, height: height, width: width)
        }
        let workspace = AlignedBuffer<Float>(
            repeating: 0, count: kernels.map { $0.workspaceCount(height: height, width: width) }.max() ?? 0)
        var times: [[Double]] = [[], []]
        // The first turn touches the memory for the first time.
        for turn in 0...repeats {
            for (index, kernel) in kernels.enumerated() {
                let start = clock.seconds
                kernel.apply(views[0], to: views[1], activation: .relu, workspace: workspace.elements)
                if turn > 0 { times[index].append(clock.seconds - start) }
            }
        }
        withExtendedLifetime((buffers, workspace)) {}
        let operations = 2 * 9 * Double(inputChannels * outputChannels * height * width)
        return ConvolutionRace(
            inputChannels: inputChannels, outputChannels: outputChannels, operands: operands,
            direct: operations / times[0].median,
            winograd: operations / times[1].median, ratio: zip(times[0], times[1]).map { $0 / $1 }.median)
    }
}
