import Kernels
import Tensors
import Testing

@Suite("Convolutions of each channel by itself")
struct DepthwiseTests {
    static let shapes = [(1, 1, 1), (3, 2, 5), (16, 3, 4), (17, 8, 13), (48, 13, 9), (5, 32, 31), (12, 0, 4)]

    static func plane(_ tensor: Tensor, _ channel: Int) -> Tensor {
        let count = tensor.shape[1...].reduce(1, *)
        return Tensor(
            shape: [1] + tensor.shape[1...], elements: Array(tensor.elements[channel * count..<(channel + 1) * count]))
    }

    @Test("Against the plain loops", arguments: InstructionSet.available)
    func forward(isa: InstructionSet) {
        var numbers = Numbers(seed: 41)
        for (channels, height, width) in Self.shapes {
            let (input, weights) = (numbers.tensor([channels, height, width]), numbers.tensor([channels, 1, 3, 3]))
            let (source, target) = (Blocked(input), Blocked(channels: channels, height: height, width: width))
            let kernel = PackedDepthwise(weights: numbers.tensor([channels, 1, 3, 3]), isa: isa)
            weights.elements.withUnsafeBufferPointer { kernel.repack(weights: $0.baseAddress!) }
            withExtendedLifetime(source) { kernel.apply(source.view, to: target.view) }
            let expected = Reference.depthwiseConvolution(input, weights: weights)
            #expect(firstDifference(target.tensor, expected, tolerance: 2e-6) == nil, "\(channels) \(height)x\(width)")
            #expect(target.isIntact && source.isIntact)
        }
    }

    /// Of one channel it is the convolution of one channel, whose gradients have plain loops.
    @Test("Gradients, added", arguments: InstructionSet.available)
    func gradients(isa: InstructionSet) {
        var numbers = Numbers(seed: 42)
        for (channels, height, width) in Self.shapes {
            let (input, weights) = (numbers.tensor([channels, height, width]), numbers.tensor([channels, 1, 3, 3]))
            let outputGradient = numbers.tensor(input.shape)
            let (source, gradient) = (Blocked(input), Blocked(outputGradient))
            let target = Blocked(channels: channels, height: height, width: width)
            let turned = PackedDepthwise(weights: weights, turned: true, isa: isa)
            let packed = AlignedBuffer<Float>(repeating: 0, count: turned.elementCount)
            var found = Tensor(shape: weights.shape)
            withExtendedLifetime((source, packed)) {
                turned.apply(gradient.view, to: target.view)
                for _ in 0..<2 {
                    turned.accumulateWeights(
                        input: source.view, outputGradient: gradient.view, into: packed.base)
                }
                found.elements.withUnsafeMutableBufferPointer {
                    turned.unpack(packed.base, weights: $0.baseAddress!)
                }
            }
            #expect(target.isIntact)
            var (inputs, sums): ([Float], [Float]) = ([], [])
            for channel in 0..<channels {
                let expected = Reference.convolutionGradients(
                    .threeByThree, input: Self.plane(input, channel), weights: Self.plane(weights, channel),
                    outputGradient: Self.plane(outputGradient, channel))
                inputs += expected.input.elements
                sums += expected.weights.elements.map { 2 * $0 }
            }
            let tolerance = ConvolutionGradientTests.tolerance(height * width)
            let name = "\(channels) \(height)x\(width)"
            #expect(
                firstDifference(target.tensor, Tensor(shape: input.shape, elements: inputs), tolerance: 2e-6) == nil,
                "\(name)")
            #expect(
                firstDifference(found, Tensor(shape: weights.shape, elements: sums), tolerance: tolerance) == nil,
                "\(name)")
        }
    }

    @Test("Of crops they are crops, to the bit", arguments: InstructionSet.available)
    func crops(isa: InstructionSet) {
        var numbers = Numbers(seed: 43)
        let (channels, height, width) = (20, 9, 40)
        let source = Blocked(numbers.tensor([channels, height, width]))
        let kernel = PackedDepthwise(weights: numbers.tensor([channels, 1, 3, 3]), isa: isa)
        let (whole, parts) = (
            Blocked(channels: channels, height: height, width: width),
            Blocked(channels: channels, height: height, width: width)
        )
        withExtendedLifetime(source) {
            kernel.apply(source.view, to: whole.view)
            for rows in [0..<2, 2..<3, 3..<9] {
                for columns in [0..<1, 1..<4, 4..<17, 17..<40] {
                    kernel.apply(
                        source.view.cropped(rows: rows, columns: columns),
                        to: parts.view.cropped(rows: rows, columns: columns))
                }
            }
        }
        #expect(firstDifference(parts.tensor, whole.tensor, tolerance: 0) == nil && parts.isIntact)
    }
}
