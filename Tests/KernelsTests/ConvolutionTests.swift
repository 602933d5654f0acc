import Kernels
import Tensors
import Testing

@Suite("Convolutions equal the plain loops")
struct ConvolutionTests {
    typealias Kind = PackedConvolution.Kind

    static func weightShape(_ kind: Kind, inputs: Int, outputs: Int) -> [Int] {
        switch kind {
        case .threeByThree: [outputs, inputs, 3, 3]
        case .oneByOne: [outputs, inputs, 1, 1]
        case .stridedTwoByTwo: [outputs, inputs, 2, 2]
        case .transposedTwoByTwo: [inputs, outputs, 2, 2]
        }
    }

    /// Runs one layer and compares every element, the border, the unused lanes and the canaries.
    static func check(
        _ kind: Kind, _ isa: InstructionSet, inputs: Int, outputs: Int, height: Int, width: Int, variant: Int
    ) -> String? {
        var numbers = Numbers(seed: UInt64(inputs * 31 + outputs * 7 + height * 3 + width + variant))
        // The grid's size is given; the strided input is twice as large.
        let scale = kind == .stridedTwoByTwo ? 2 : 1
        let input = numbers.tensor([inputs, height * scale, width * scale])
        let weights = numbers.tensor(weightShape(kind, inputs: inputs, outputs: outputs))
        let bias = variant == 0 ? nil : numbers.tensor([outputs])
        let convolution = PackedConvolution(kind: kind, weights: weights, bias: bias, isa: isa)
        let size = convolution.outputSize(height: height * scale, width: width * scale)
        var expected = Reference.convolution(kind, input, weights: weights, bias: bias)
        let output = Blocked(channels: outputs, height: size.height, width: size.width)
        let source = Blocked(input)
        switch variant {
        case 1:
            expected = Reference.relu(expected)
            convolution.apply(source.view, to: output.view, activation: .relu)
        case 2:
            let slopes = numbers.tensor([outputs]).elements
            expected = Reference.prelu(expected, slopes: slopes)
            convolution.apply(source.view, to: output.view, activation: .prelu(PackedSlopes(slopes)))
        case 3:
            let residual = numbers.tensor([outputs, size.height, size.width])
            expected = Reference.add(expected, residual)
            let blocked = Blocked(residual)
            withExtendedLifetime(blocked) {
                convolution.apply(source.view, to: output.view, residual: blocked.view)
            }
        case 4:  // The residual is the output itself.
            let residual = numbers.tensor([outputs, size.height, size.width])
            expected = Reference.add(expected, residual)
            output.load(residual)
            convolution.apply(source.view, to: output.view, residual: output.view)
        default:
            convolution.apply(source.view, to: output.view)
        }
        // Terms within 1; the sum of n rounded terms, each partial sum within a few roots of n.
        let terms = Float(weights.elements.count / outputs)
        let found = firstDifference(output.tensor, expected, tolerance: 4e-7 * terms)
        let context = "\(kind) \(isa) \(inputs)->\(outputs) \(height)x\(width) variant \(variant)"
        if let found { return "\(context): \(found)" }
        if !output.isIntact { return "\(context): written outside" }
        if !source.isIntact { return "\(context): the input changed" }
        return nil
    }

    @Test("Every width around every run length", arguments: InstructionSet.available)
    func widths(isa: InstructionSet) {
        for kind in Kind.allCases {
            for outputs in [16, 32, 48] {
                for width in [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 19, 27, 28, 29, 43] {
                    for height in [1, 3] {
                        let failure = Self.check(
                            kind, isa, inputs: 5, outputs: outputs, height: height, width: width, variant: width % 5)
                        #expect(failure == nil)
                    }
                }
            }
        }
    }

    @Test("Channels that fill no block", arguments: InstructionSet.available)
    func channels(isa: InstructionSet) {
        for kind in Kind.allCases {
            for inputs in [1, 3, 13, 16, 17, 31, 48] {
                for outputs in [1, 12, 15, 16, 17, 33, 64, 80, 97, 112] {
                    let failure = Self.check(
                        kind, isa, inputs: inputs, outputs: outputs, height: 3, width: 5,
                        variant: (inputs + outputs) % 5)
                    #expect(failure == nil)
                }
            }
        }
    }

    @Test("Activations and residuals, also with no rows and over many bands", arguments: InstructionSet.available)
    func variants(isa: InstructionSet) {
        for kind in Kind.allCases {
            for variant in 0..<5 {
                for (height, width) in [(0, 0), (0, 7), (1, 1), (13, 31), (2, 401)] {
                    let failure = Self.check(
                        kind, isa, inputs: 19, outputs: 80, height: height, width: width, variant: variant)
                    #expect(failure == nil)
                }
            }
        }
    }
}
