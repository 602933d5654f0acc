import Kernels
import Tensors
import Testing

/// Every element against the plain loops on operands that are rounded here, by their bits.
@Suite("BF16 products", .enabled(if: InstructionSet.current.hasBFloat16))
struct BFloat16Tests {
    typealias Kind = PackedConvolution.Kind

    /// To the nearest number with eight significant bits, ties to the even one.
    static func rounded(_ tensor: Tensor) -> Tensor {
        Tensor(
            shape: tensor.shape,
            elements: tensor.elements.map {
                let bits = $0.bitPattern
                return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
            })
    }

    /// A sum's terms lie within 1, products of BF16 are exact in Float32.
    static func tolerance(_ terms: Int) -> Float { 1e-6 * Float(max(1, terms)).squareRoot() }

    static func workspace(_ count: Int) -> AlignedBuffer<Float> { AlignedBuffer(repeating: .nan, count: count) }

    static func apply(
        _ convolution: BFloat16Convolution, _ input: Tensor, to output: Blocked, activation: Activation = .none,
        residual: Blocked? = nil
    ) -> String? {
        let source = Blocked(input)
        let space = workspace(convolution.workspaceCount(height: input.shape[1], width: input.shape[2]))
        withExtendedLifetime((space, residual)) {
            convolution.apply(
                source.view, to: output.view, activation: activation, residual: residual?.view,
                workspace: space.elements)
        }
        return !output.isIntact ? "written outside" : !source.isIntact ? "the input changed" : nil
    }

    /// One layer, with its activation or residual, then again with other weights, and the gradient of its input.
    static func check(_ kind: Kind, inputs: Int, outputs: Int, height: Int, width: Int, variant: Int) -> [String] {
        let (input, weights, outputGradient) = ConvolutionGradientTests.samples(
            kind, inputs: inputs, outputs: outputs, height: height, width: width)
        var numbers = Numbers(seed: UInt64(variant))
        let bias = variant == 0 ? nil : numbers.tensor([outputs])
        let residual = numbers.tensor(outputGradient.shape)
        let slopes = numbers.tensor([outputs]).elements
        var failures: [String?] = []

        func compare(_ convolution: BFloat16Convolution, _ weights: Tensor, _ bias: Tensor?) {
            var expected = Reference.convolution(kind, rounded(input), weights: rounded(weights), bias: bias)
            let output = Blocked(residual)
            switch variant {
            case 1:
                expected = Reference.relu(expected)
                failures.append(apply(convolution, input, to: output, activation: .relu))
            case 2:
                expected = Reference.prelu(expected, slopes: slopes)
                failures.append(apply(convolution, input, to: output, activation: .prelu(PackedSlopes(slopes))))
            case 3:
                expected = Reference.add(expected, residual)
                failures.append(apply(convolution, input, to: output, residual: Blocked(residual)))
            case 4:  // The residual is the output itself.
                expected = Reference.add(expected, residual)
                failures.append(apply(convolution, input, to: output, residual: output))
            default:
                failures.append(apply(convolution, input, to: output))
            }
            let terms = weights.elements.count / max(1, outputs)
            failures.append(firstDifference(output.tensor, expected, tolerance: tolerance(terms)))
        }
        let convolution = BFloat16Convolution(kind: kind, weights: weights, bias: bias)
        compare(convolution, weights, bias)
        let others = (weights: numbers.tensor(weights.shape), bias: numbers.tensor([outputs]))
        others.weights.elements.withUnsafeBufferPointer { weights in
            others.bias.elements.withUnsafeBufferPointer { bias in
                convolution.repack(weights: weights.baseAddress!, bias: bias.baseAddress!)
            }
        }
        compare(convolution, others.weights, others.bias)

        let gate = numbers.tensor(input.shape)
        let expected = Reference.reluGradient(
            input: gate,
            outputGradient: Reference.convolutionGradients(
                kind, input: input, weights: rounded(weights), outputGradient: rounded(outputGradient)
            ).input)
        let found = Blocked(channels: inputs, height: input.shape[1], width: input.shape[2])
        let blockedGate = Blocked(gate)
        withExtendedLifetime(blockedGate) {
            failures.append(
                apply(
                    BFloat16Convolution(gradientOf: kind, weights: weights), outputGradient, to: found,
                    activation: .gate(blockedGate.view)))
        }
        failures.append(
            firstDifference(found.tensor, expected, tolerance: tolerance(weights.elements.count / max(1, inputs))))
        return failures.compactMap { $0 }.map { "\(kind) \(inputs)->\(outputs) \(height)x\(width): \($0)" }
    }

    /// The gradient of the weights, once and added to itself.
    static func checkGradient(_ kind: Kind, inputs: Int, outputs: Int, height: Int, width: Int) -> [String] {
        let (input, weights, outputGradient) = ConvolutionGradientTests.samples(
            kind, inputs: inputs, outputs: outputs, height: height, width: width)
        let expected = Reference.convolutionGradients(
            kind, input: rounded(input), weights: weights, outputGradient: rounded(outputGradient)
        ).weights
        let (source, target) = (Blocked(input), Blocked(outputGradient))
        // Only a 3x3 convolution reads its input's border; nothing reads the border of the output's gradient, nor, for
        // the sums asked for, the lanes that hold no channel.
        target.spoilOutside()
        if kind != .threeByThree { source.spoilOutside() }
        let gradient = ConvolutionGradient(kind: kind, inputChannels: inputs, outputChannels: outputs)
        let size = (height: input.shape[1], width: input.shape[2])
        let space = workspace(gradient.bfloat16WorkspaceCount(height: size.height, width: size.width))
        let packed = PackedGradient(gradient)
        var failures: [String?] = []
        for time in 1...2 {
            withExtendedLifetime((source, target, space)) {
                gradient.accumulateWeightsByBFloat16(
                    input: source.view, outputGradient: target.view, into: packed.base, workspace: space.elements)
            }
            let sum = Tensor(shape: expected.shape, elements: expected.elements.map { Float(time) * $0 })
            let allowed = Float(time) * tolerance(height * width)
            failures.append(
                firstDifference(packed.unpacked(shape: weights.shape).weights, sum, tolerance: allowed))
        }
        if !packed.isIntact { failures.append("written outside") }
        return failures.compactMap { $0 }.map { "\(kind) \(inputs)->\(outputs) \(height)x\(width): \($0)" }
    }

    @Test("Layers of every size", arguments: Kind.allCases)
    func sizes(kind: Kind) {
        for (variant, outputs) in [16, 32, 48, 80, 7].enumerated() {
            for width in [0, 1, 2, 3, 8, 9, 10, 13, 14, 15, 27, 28, 29, 43] {
                for height in [1, 3] {
                    #expect(
                        Self.check(
                            kind, inputs: 19, outputs: outputs, height: height, width: width, variant: variant) == [])
                }
            }
        }
    }

    @Test("Layers of every number of channels, odd ones too", arguments: Kind.allCases)
    func channels(kind: Kind) {
        for inputs in [1, 2, 3, 13, 15, 16, 17, 31, 32, 48] {
            for outputs in [1, 12, 16, 17, 33, 64, 97] {
                #expect(
                    Self.check(
                        kind, inputs: inputs, outputs: outputs, height: 3, width: 5, variant: (inputs + outputs) % 5)
                        == [])
            }
        }
    }

    @Test(
        "Gradients of weights of every size: rows without a partner, bands that end anywhere", arguments: Kind.allCases)
    func gradientSizes(kind: Kind) {
        for size in [0, 1, 2, 3, 4, 5, 8, 13, 32] {
            for (inputs, outputs) in [(3, 12), (13, 48), (17, 32)] {
                #expect(Self.checkGradient(kind, inputs: inputs, outputs: outputs, height: size, width: size) == [])
            }
        }
        for (height, width) in [(1, 200), (200, 1), (9, 43), (7, 64), (4, 127), (3, 129), (5, 257), (67, 8)] {
            #expect(Self.checkGradient(kind, inputs: 5, outputs: 33, height: height, width: width) == [])
        }
    }

    @Test("Gradients of weights of every number of channels", arguments: Kind.allCases)
    func gradientChannels(kind: Kind) {
        let counts = [1, 3, 8, 9, 15, 16, 17, 48, 96]
        for inputs in counts {
            for outputs in counts {
                #expect(Self.checkGradient(kind, inputs: inputs, outputs: outputs, height: 3, width: 5) == [])
            }
        }
    }

    /// Whole numbers of -2...2 stay exact in BF16 when they are transformed, kernels of one tap of +-576 too: what is left
    /// is the rounding of Float32 sums, and no operand in a wrong place can hide.
    @Test("Winograd of numbers that are not rounded")
    func winogradOfWholeNumbers() {
        for (inputs, outputs) in [(1, 1), (3, 17), (15, 16), (16, 33), (17, 48), (31, 80), (48, 97)] {
            for (height, width) in [(1, 1), (3, 5), (4, 8), (9, 14), (33, 70)] {
                var numbers = Numbers(seed: UInt64(inputs * outputs + height + width))
                let input = Tensor(
                    shape: [inputs, height, width],
                    elements: (0..<inputs * height * width).map { _ in Float(Int.random(in: -2...2, using: &numbers)) })
                var weights = Tensor(shape: [outputs, inputs, 3, 3])
                for kernel in 0..<outputs * inputs {
                    weights.elements[kernel * 9 + Int.random(in: 0..<9, using: &numbers)] =
                        Bool.random(using: &numbers) ? 576 : -576
                }
                let expected = Reference.convolution(.threeByThree, input, weights: weights, bias: nil)
                let found = Blocked(channels: outputs, height: height, width: width)
                let source = Blocked(input)
                WinogradTests.apply(
                    WinogradConvolution(weights: weights, operands: .bfloat16), source.view, to: found.view)
                // The smallest difference of two results is 576.
                let difference = firstDifference(found.tensor, expected, tolerance: Float(inputs))
                #expect(difference == nil, "\(inputs)->\(outputs) \(height)x\(width)")
                #expect(found.isIntact)
            }
        }
    }

    @Test("Ties go to the even neighbour, and signs and large numbers stay")
    func rounding() {
        // 1 + 1/256 lies between 1 and 1 + 1/128; 1 + 3/256 between 1 + 1/128 and 1 + 2/128.
        let numbers: [Float] = [
            1.00390625, 1.01171875, Float(1.00390625).nextUp, -1.00390625, -1.01171875, 0, 3e38, -3e38, 1e-30,
        ]
        let nearest: [Float] = [1, 1.015625, 1.0078125, -1, -1.015625, 0]
        #expect(Array(Self.rounded(Tensor(shape: [9], elements: numbers)).elements.prefix(6)) == nearest)
        let input = Tensor(shape: [1, 1, 9], elements: numbers)
        let output = Blocked(channels: 1, height: 1, width: 9)
        let identity = BFloat16Convolution(kind: .oneByOne, weights: Tensor(repeating: 1, shape: [1, 1, 1, 1]))
        #expect(Self.apply(identity, input, to: output) == nil)
        #expect(output.tensor == Self.rounded(input))
    }

    @Test("A pixel's bits depend on its neighbourhood alone", arguments: [Kind.threeByThree, .oneByOne])
    func exactness(kind: Kind) {
        var numbers = Numbers(seed: 5)
        let input = numbers.tensor([24, 9, 40])
        let weights = numbers.tensor(ConvolutionTests.weightShape(kind, inputs: 24, outputs: 48))
        let convolution = BFloat16Convolution(kind: kind, weights: weights)
        let whole = Blocked(channels: 48, height: 9, width: 40)
        #expect(Self.apply(convolution, input, to: whole) == nil)
        for first in [1, 6, 17] {
            var part = Tensor(shape: [24, 9, 22])
            for row in 0..<24 * 9 {
                for x in 0..<22 { part.elements[row * 22 + x] = input.elements[row * 40 + first + x] }
            }
            let cut = Blocked(channels: 48, height: 9, width: 22)
            #expect(Self.apply(convolution, part, to: cut) == nil)
            let (found, expected) = (cut.tensor.elements, whole.tensor.elements)
            for row in 0..<48 * 9 {
                for x in 1..<21 { #expect(found[row * 22 + x] == expected[row * 40 + first + x]) }
            }
        }
    }
}
