import Kernels
import Tensors
import Testing

/// A packed gradient with canaries before and behind it.
struct PackedGradient {
    let gradient: ConvolutionGradient
    let storage: AlignedBuffer<Float>

    init(_ gradient: ConvolutionGradient) {
        self.gradient = gradient
        storage = AlignedBuffer(repeating: .nan, count: gradient.elementCount + 2 * Blocked.canaries)
        base.update(repeating: 0, count: gradient.elementCount)
    }

    var base: UnsafeMutablePointer<Float> { storage.base + Blocked.canaries }

    func add(input: Blocked, outputGradient: Blocked) {
        withExtendedLifetime((input, outputGradient)) {
            gradient.accumulateWeights(input: input.view, outputGradient: outputGradient.view, into: base)
            gradient.accumulateBias(outputGradient: outputGradient.view, into: base)
        }
    }

    /// Weights and bias in PyTorch's order, on top of `previous` when there is one.
    func unpacked(shape: [Int], addingTo previous: Float? = nil) -> (weights: Tensor, bias: Tensor) {
        var weights = Tensor(repeating: previous ?? .nan, shape: shape)
        var bias = Tensor(repeating: previous ?? .nan, shape: [gradient.outputChannels])
        weights.elements.withUnsafeMutableBufferPointer { weights in
            bias.elements.withUnsafeMutableBufferPointer { bias in
                gradient.unpack(
                    base, weights: weights.baseAddress!, bias: bias.baseAddress!, adding: previous != nil)
            }
        }
        return (weights, bias)
    }

    var isIntact: Bool {
        storage.elements.prefix(Blocked.canaries).allSatisfy(\.isNaN)
            && storage.elements.suffix(Blocked.canaries).allSatisfy(\.isNaN)
    }
}

/// The inner product in Double.
func product(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.elements, b.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

@Suite("Gradients of convolutions")
struct ConvolutionGradientTests {
    typealias Kind = PackedConvolution.Kind

    /// Terms within 1: the error of a sum of n of them stays within a few roots of n roundings of its partial sums.
    static func tolerance(_ terms: Int) -> Float { 2e-6 * Float(max(1, terms)).squareRoot() }

    static func outputSize(_ kind: Kind, _ height: Int, _ width: Int) -> (Int, Int) {
        switch kind {
        case .threeByThree, .oneByOne: (height, width)
        case .stridedTwoByTwo: (height / 2, width / 2)
        case .transposedTwoByTwo: (2 * height, 2 * width)
        }
    }

    /// Input, weights and output gradient; the strided input is twice as large.
    static func samples(
        _ kind: Kind, inputs: Int, outputs: Int, height: Int, width: Int
    ) -> (input: Tensor, weights: Tensor, outputGradient: Tensor) {
        var numbers = Numbers(seed: UInt64(inputs * 31 + outputs * 7 + height * 3 + width))
        let scale = kind == .stridedTwoByTwo ? 2 : 1
        let size = outputSize(kind, height * scale, width * scale)
        return (
            numbers.tensor([inputs, height * scale, width * scale]),
            numbers.tensor(ConvolutionTests.weightShape(kind, inputs: inputs, outputs: outputs)),
            numbers.tensor([outputs, size.0, size.1])
        )
    }

    /// Compares weights, bias and input gradient with the loops; twice summed is twice as much.
    static func check(_ kind: Kind, inputs: Int, outputs: Int, height: Int, width: Int) -> [String] {
        let (input, weights, outputGradient) = samples(
            kind, inputs: inputs, outputs: outputs, height: height, width: width)
        let expected = Reference.convolutionGradients(
            kind, input: input, weights: weights, outputGradient: outputGradient)
        let (source, target) = (Blocked(input), Blocked(outputGradient))
        // Nothing but the interior of the output's gradient is read: neither its border nor, for the sums asked for, the
        // lanes that hold no channel.
        target.spoilOutside()
        // The convolution of the input's gradient reads a border of zeros, as every convolution.
        let bordered = Blocked(outputGradient)
        return InstructionSet.available.flatMap { isa -> [String] in
            var failures: [String?] = []
            let packed = PackedGradient(
                ConvolutionGradient(kind: kind, inputChannels: inputs, outputChannels: outputs, isa: isa))
            packed.add(input: source, outputGradient: target)
            let once = packed.unpacked(shape: weights.shape)
            failures.append(firstDifference(once.weights, expected.weights, tolerance: tolerance(height * width)))
            failures.append(firstDifference(once.bias, expected.bias, tolerance: tolerance(4 * height * width)))
            packed.add(input: source, outputGradient: target)
            let twice = packed.unpacked(shape: weights.shape, addingTo: 0.5)
            for (a, b) in [(twice.weights, expected.weights), (twice.bias, expected.bias)] {
                let doubled = Tensor(shape: b.shape, elements: b.elements.map { 2 * $0 + 0.5 })
                failures.append(firstDifference(a, doubled, tolerance: 2 * tolerance(4 * height * width)))
            }
            if !packed.isIntact { failures.append("written outside") }
            let backward = PackedConvolution(gradientOf: kind, weights: weights, isa: isa)
            let found = Blocked(channels: inputs, height: input.shape[1], width: input.shape[2])
            withExtendedLifetime(bordered) { backward.apply(bordered.view, to: found.view) }
            failures.append(
                firstDifference(found.tensor, expected.input, tolerance: tolerance(weights.elements.count / inputs)))
            if !found.isIntact { failures.append("the input's gradient is written outside") }
            return failures.compactMap { $0 }.map { "\(kind) \(isa) \(inputs)->\(outputs) \(height)x\(width): \($0)" }
        }
    }

    @Test("Every size", arguments: Kind.allCases)
    func sizes(kind: Kind) {
        for size in [0, 1, 2, 3, 5, 8, 13, 32] {
            for (inputs, outputs) in [(3, 12), (13, 48), (17, 32)] {
                #expect(Self.check(kind, inputs: inputs, outputs: outputs, height: size, width: size) == [])
            }
        }
        // Bands end inside, at and behind the last row.
        for (height, width) in [(1, 200), (200, 1), (9, 43), (7, 64), (4, 127), (3, 129)] {
            #expect(Self.check(kind, inputs: 5, outputs: 33, height: height, width: width) == [])
        }
    }

    @Test("Every number of channels", arguments: Kind.allCases)
    func channels(kind: Kind) {
        let counts = [1, 3, 8, 9, 12, 13, 16, 17, 48, 64, 96]
        for inputs in counts {
            for outputs in counts {
                #expect(Self.check(kind, inputs: inputs, outputs: outputs, height: 3, width: 5) == [])
            }
        }
        #expect(Self.check(kind, inputs: 48, outputs: 48, height: 16, width: 16) == [])
    }

    @Test("<conv_w(x), y> is <x, gradient(y)> and <w, dW(x, y)>", arguments: Kind.allCases)
    func adjoint(kind: Kind) {
        for (inputs, outputs, size) in [(1, 1, 3), (13, 17, 8), (48, 64, 13)] {
            let (input, weights, y) = Self.samples(kind, inputs: inputs, outputs: outputs, height: size, width: size)
            for isa in InstructionSet.available {
                let forward = PackedConvolution(kind: kind, weights: weights, isa: isa)
                let backward = PackedConvolution(gradientOf: kind, weights: weights, isa: isa)
                #expect(backward.kind == kind.ofInputGradient)
                let (source, gradient) = (Blocked(input), Blocked(y))
                let result = Blocked(channels: outputs, height: y.shape[1], width: y.shape[2])
                let inputGradient = Blocked(channels: inputs, height: input.shape[1], width: input.shape[2])
                withExtendedLifetime((source, gradient)) {
                    forward.apply(source.view, to: result.view)
                    backward.apply(gradient.view, to: inputGradient.view)
                }
                let packed = PackedGradient(
                    ConvolutionGradient(kind: kind, inputChannels: inputs, outputChannels: outputs, isa: isa))
                packed.add(input: source, outputGradient: gradient)
                let value = product(result.tensor, y)
                // Errors of the single sums, of either sign.
                let tolerance = 1e-6 * Double(y.elements.count).squareRoot() * Double(inputs * 9).squareRoot() + 1e-6
                #expect(abs(product(input, inputGradient.tensor) - value) < tolerance)
                #expect(abs(product(weights, packed.unpacked(shape: weights.shape).weights) - value) < tolerance)
            }
        }
    }

    @Test("The loops equal central differences", arguments: Kind.allCases)
    func differences(kind: Kind) {
        let (input, weights, y) = Self.samples(kind, inputs: 3, outputs: 2, height: 3, width: 4)
        let bias = Tensor(repeating: 0.25, shape: [2])
        let found = Reference.convolutionGradients(kind, input: input, weights: weights, outputGradient: y)
        // Linear in each: a difference of any step is exact but for the rounding of results to Float32.
        func differences(_ tensor: Tensor, _ value: (Tensor) -> Tensor) -> Tensor {
            var result = tensor
            for i in tensor.elements.indices {
                var (up, down) = (tensor, tensor)
                up.elements[i] += 1
                down.elements[i] -= 1
                result.elements[i] = Float((product(value(up), y) - product(value(down), y)) / 2)
            }
            return result
        }
        let inputs = differences(input) { Reference.convolution(kind, $0, weights: weights, bias: bias) }
        let taps = differences(weights) { Reference.convolution(kind, input, weights: $0, bias: bias) }
        let biases = differences(bias) { Reference.convolution(kind, input, weights: weights, bias: $0) }
        #expect(firstDifference(found.input, inputs, tolerance: 1e-5) == nil)
        #expect(firstDifference(found.weights, taps, tolerance: 1e-5) == nil)
        #expect(firstDifference(found.bias, biases, tolerance: 1e-5) == nil)
    }

    @Test("Packing again is packing", arguments: Kind.allCases)
    func repacking(kind: Kind) {
        for (inputs, outputs) in [(13, 12), (48, 64), (33, 17)] {
            let (input, weights, y) = Self.samples(kind, inputs: inputs, outputs: outputs, height: 4, width: 6)
            var numbers = Numbers(seed: 3)
            let others = numbers.tensor(weights.shape)
            let bias = numbers.tensor([outputs])
            for isa in InstructionSet.available {
                func run(_ convolution: PackedConvolution, _ source: Tensor, to shape: [Int]) -> Tensor {
                    let (source, result) = (
                        Blocked(source), Blocked(channels: shape[0], height: shape[1], width: shape[2])
                    )
                    withExtendedLifetime(source) { convolution.apply(source.view, to: result.view) }
                    return result.isIntact ? result.tensor : Tensor(shape: [])
                }
                let forward = PackedConvolution(kind: kind, weights: others, bias: bias, isa: isa)
                let backward = PackedConvolution(gradientOf: kind, weights: others, isa: isa)
                let changed = (
                    forward: PackedConvolution(kind: kind, weights: weights, isa: isa),
                    backward: PackedConvolution(gradientOf: kind, weights: weights, isa: isa)
                )
                #expect(run(changed.backward, y, to: input.shape) != run(backward, y, to: input.shape))
                others.elements.withUnsafeBufferPointer { others in
                    bias.elements.withUnsafeBufferPointer { bias in
                        changed.forward.repack(weights: others.baseAddress!, bias: bias.baseAddress!)
                    }
                    changed.backward.repack(weights: others.baseAddress!)
                }
                #expect(run(changed.forward, input, to: y.shape) == run(forward, input, to: y.shape))
                #expect(run(changed.backward, y, to: input.shape) == run(backward, y, to: input.shape))
            }
        }
    }

    @Test("The gate of a ReLU before the store", arguments: InstructionSet.available)
    func gates(isa: InstructionSet) {
        for kind in Kind.allCases {
            for (inputs, outputs, width) in [(16, 16, 1), (19, 48, 13), (5, 80, 31)] {
                let (_, weights, y) = Self.samples(kind, inputs: inputs, outputs: outputs, height: 4, width: width)
                var numbers = Numbers(seed: 9)
                let height = kind == .stridedTwoByTwo ? 8 : 4
                let shape = [inputs, height, height == 8 ? 2 * width : width]
                var gate = numbers.tensor(shape)
                for i in stride(from: 0, to: gate.elements.count, by: 5) { gate.elements[i] = 0 }
                let residual = numbers.tensor(shape)
                let plain = Reference.convolutionGradients(
                    kind, input: gate, weights: weights, outputGradient: y
                ).input
                let gated = Reference.reluGradient(input: gate, outputGradient: plain)
                let sum = Reference.add(plain, residual)
                let cases: [(Tensor, (BlockedView) -> Activation, Bool)] = [
                    (gated, { .gate($0) }, false), (gated, { .gateOfSum($0) }, false),
                    (Reference.add(gated, residual), { .gate($0) }, true),
                    (Reference.reluGradient(input: gate, outputGradient: sum), { .gateOfSum($0) }, true),
                    (sum, { _ in .none }, true),
                ]
                let backward = PackedConvolution(gradientOf: kind, weights: weights, isa: isa)
                for (index, (expected, activation, hasResidual)) in cases.enumerated() {
                    let (source, result, blockedGate) = (Blocked(y), Blocked(residual), Blocked(gate))
                    withExtendedLifetime((source, blockedGate)) {
                        backward.apply(
                            source.view, to: result.view, activation: activation(blockedGate.view),
                            residual: hasResidual ? result.view : nil)
                    }
                    let found = firstDifference(
                        result.tensor, expected, tolerance: Self.tolerance(weights.elements.count / inputs))
                    #expect(found == nil, "\(kind) \(inputs)->\(outputs) width \(width) case \(index)")
                    #expect(result.isIntact)
                }
            }
        }
    }
}
