import Kernels
import Tensors
import Testing

/// An instruction set, and what is multiplied.
struct KernelVariant: CustomStringConvertible, Sendable {
    var isa: InstructionSet
    var operands: ProductOperands

    static let available =
        InstructionSet.available.map { KernelVariant(isa: $0, operands: .float32) }
        + InstructionSet.available.filter(\.hasBFloat16).map { KernelVariant(isa: $0, operands: .bfloat16) }

    var description: String { operands == .float32 ? "\(isa)" : "\(isa) BF16" }
}

@Suite("Winograd convolutions equal the plain loops")
struct WinogradTests {
    static let channels = [1, 3, 12, 16, 17, 48, 64, 96, 128]
    static let sides = Array(1...13) + [16, 17, 32, 33]

    static func apply(
        _ convolution: WinogradConvolution, _ input: BlockedView, to output: BlockedView,
        activation: Activation = .none, residual: BlockedView? = nil
    ) {
        let workspace = AlignedBuffer<Float>(
            repeating: .nan, count: convolution.workspaceCount(height: input.height, width: input.width))
        withExtendedLifetime(workspace) {
            convolution.apply(
                input, to: output, activation: activation, residual: residual, workspace: workspace.elements)
        }
    }

    /// Within +-0.5.
    static func halves(_ shape: [Int], _ numbers: inout Numbers) -> Tensor {
        let tensor = numbers.tensor(shape)
        return Tensor(shape: shape, elements: tensor.elements.map { $0 / 2 })
    }

    /// Inputs and weights are within 1/2. Partial sums of n terms grow with the root of n, and so do the roundings that
    /// add up, so the error grows with n; the transforms multiply it by up to 100 and the sum over 9 taps.
    ///
    /// Of BF16 every operand is off by up to 1/256, which the transforms multiply too: this finds whatever is left out or
    /// taken twice; `BFloat16Tests` has numbers that are not rounded.
    static func tolerance(_ kernels: KernelVariant, inputs: Int) -> Float {
        kernels.operands == .float32 ? 1.2e-6 * Float(inputs + 8) : 0.12 * Float(inputs + 8).squareRoot()
    }

    /// Runs one layer and compares every element, the border, the unused lanes and the canaries.
    ///
    /// - Parameter allowance: What the tolerance is multiplied by.
    static func check(
        _ kernels: KernelVariant, inputs: Int, outputs: Int, height: Int, width: Int, variant: Int, allowance: Float = 1
    ) -> String? {
        var numbers = Numbers(seed: UInt64(inputs * 31 + outputs * 7 + height * 3 + width + variant))
        let input = halves([inputs, height, width], &numbers)
        let weights = halves([outputs, inputs, 3, 3], &numbers)
        let bias = variant == 0 ? nil : halves([outputs], &numbers)
        let convolution = WinogradConvolution(
            weights: weights, bias: bias, operands: kernels.operands, isa: kernels.isa)
        var expected = Reference.convolution(.threeByThree, input, weights: weights, bias: bias)
        let output = Blocked(channels: outputs, height: height, width: width)
        let source = Blocked(input)
        switch variant {
        case 1:
            expected = Reference.relu(expected)
            apply(convolution, source.view, to: output.view, activation: .relu)
        case 2:
            let slopes = numbers.tensor([outputs]).elements
            expected = Reference.prelu(expected, slopes: slopes)
            apply(convolution, source.view, to: output.view, activation: .prelu(PackedSlopes(slopes)))
        case 3:
            let residual = halves([outputs, height, width], &numbers)
            expected = Reference.add(expected, residual)
            let blocked = Blocked(residual)
            withExtendedLifetime(blocked) {
                apply(convolution, source.view, to: output.view, residual: blocked.view)
            }
        case 4:  // The residual is the output itself.
            let residual = halves([outputs, height, width], &numbers)
            expected = Reference.add(expected, residual)
            output.load(residual)
            apply(convolution, source.view, to: output.view, residual: output.view)
        default:
            apply(convolution, source.view, to: output.view)
        }
        let bound = allowance * tolerance(kernels, inputs: inputs)
        let found = firstDifference(output.tensor, expected, tolerance: bound)
        let context = "\(kernels) \(inputs)->\(outputs) \(height)x\(width) variant \(variant)"
        if let found { return "\(context): \(found)" }
        if !output.isIntact { return "\(context): written outside" }
        if !source.isIntact { return "\(context): the input changed" }
        return nil
    }

    @Test("Every size around every tile", arguments: KernelVariant.available)
    func sizes(kernels: KernelVariant) {
        for height in Self.sides {
            for width in Self.sides {
                let variant = (height + width) % 5
                #expect(
                    Self.check(kernels, inputs: 3, outputs: 17, height: height, width: width, variant: variant) == nil)
            }
        }
        #expect(Self.check(kernels, inputs: 5, outputs: 48, height: 6, width: 401, variant: 1) == nil)
        #expect(Self.check(kernels, inputs: 5, outputs: 48, height: 0, width: 7, variant: 1) == nil)
    }

    @Test("Every pair of channel counts", arguments: KernelVariant.available)
    func channelCounts(kernels: KernelVariant) {
        for inputs in Self.channels {
            for outputs in Self.channels {
                let variant = (inputs + outputs) % 5
                #expect(
                    Self.check(kernels, inputs: inputs, outputs: outputs, height: 7, width: 9, variant: variant) == nil)
            }
        }
    }

    @Test("Activations and residuals", arguments: KernelVariant.available)
    func variants(kernels: KernelVariant) {
        for variant in 0..<5 {
            for side in [4, 6, 13] {
                #expect(
                    Self.check(kernels, inputs: 19, outputs: 80, height: side, width: side, variant: variant) == nil)
            }
        }
    }

    @Test("Gates as the direct convolution has them", arguments: KernelVariant.available)
    func gates(kernels: KernelVariant) {
        var numbers = Numbers(seed: 10)
        let weights = Self.halves([33, 20, 3, 3], &numbers)
        let direct = PackedConvolution(kind: .threeByThree, weights: weights, isa: kernels.isa)
        let winograd = WinogradConvolution(weights: weights, operands: kernels.operands, isa: kernels.isa)
        let source = Blocked(Self.halves([20, 7, 10], &numbers))
        let gate = Blocked(Reference.relu(numbers.tensor([33, 7, 10])))
        let residual = Blocked(numbers.tensor([33, 7, 10]))
        for activation in [Activation.gate(gate.view), .gateOfSum(gate.view)] {
            for added in [nil, residual.view] {
                let (expected, found) = (
                    Blocked(channels: 33, height: 7, width: 10), Blocked(channels: 33, height: 7, width: 10)
                )
                direct.apply(source.view, to: expected.view, activation: activation, residual: added)
                Self.apply(winograd, source.view, to: found.view, activation: activation, residual: added)
                let tolerance = Self.tolerance(kernels, inputs: 20)
                #expect(firstDifference(found.tensor, expected.tensor, tolerance: tolerance) == nil)
                #expect(found.isIntact)
            }
        }
        withExtendedLifetime((gate, residual)) {}
    }

    /// As parts of larger views, whose rows and blocks lie at other distances than the output's.
    @Test("Gates and residuals with strides of their own", arguments: KernelVariant.available)
    func partsOfLargerViews(kernels: KernelVariant) {
        var numbers = Numbers(seed: 14)
        let weights = Self.halves([48, 16, 3, 3], &numbers)
        let direct = PackedConvolution(kind: .threeByThree, weights: weights, isa: kernels.isa)
        let winograd = WinogradConvolution(weights: weights, operands: kernels.operands, isa: kernels.isa)
        let source = Blocked(Self.halves([16, 7, 10], &numbers))
        let (gates, residuals) = (Blocked(numbers.tensor([48, 12, 11])), Blocked(numbers.tensor([48, 9, 15])))
        let gate = gates.view.cropped(rows: 3..<10, columns: 0..<10)
        let residual = residuals.view.cropped(rows: 1..<8, columns: 4..<14)
        // The same numbers in views of the output's size.
        let copies = [gate, residual].map { part in
            let copy = Blocked(channels: 48, height: 7, width: 10)
            for block in 0..<3 {
                for row in 0..<7 {
                    copy.view.pixel(block: block, row: row, column: 0).update(
                        from: part.pixel(block: block, row: row, column: 0), count: 160)
                }
            }
            return copy
        }
        let cases: [(parts: Activation, copies: Activation)] = [
            (.none, .none), (.gate(gate), .gate(copies[0].view)), (.gateOfSum(gate), .gateOfSum(copies[0].view)),
        ]
        for (parts, whole) in cases {
            let results = (0..<4).map { _ in Blocked(channels: 48, height: 7, width: 10) }
            direct.apply(source.view, to: results[0].view, activation: whole, residual: copies[1].view)
            direct.apply(source.view, to: results[1].view, activation: parts, residual: residual)
            Self.apply(winograd, source.view, to: results[2].view, activation: whole, residual: copies[1].view)
            Self.apply(winograd, source.view, to: results[3].view, activation: parts, residual: residual)
            #expect(firstDifference(results[1].tensor, results[0].tensor, tolerance: 0) == nil)
            #expect(firstDifference(results[3].tensor, results[2].tensor, tolerance: 0) == nil)
            #expect(
                firstDifference(results[2].tensor, results[0].tensor, tolerance: Self.tolerance(kernels, inputs: 16))
                    == nil
            )
        }
        withExtendedLifetime((gates, residuals, copies)) {}
    }

    @Test("Which algorithm is preferred")
    func preference() {
        for (height, width) in [(32, 32), (16, 16), (8, 8), (5, 7)] {
            #expect(WinogradConvolution.isWorthwhile(height: height, width: width))
        }
        for (height, width) in [(4, 4), (100, 1), (5, 5), (0, 0)] {
            #expect(!WinogradConvolution.isWorthwhile(height: height, width: width))
        }
        func algorithm(
            _ inputs: Int, _ outputs: Int, _ asked: ConvolutionAlgorithm, isFloat32: Bool = false, allows: Bool = true
        ) -> ConvolutionAlgorithm {
            asked.ofConvolution(
                inputChannels: inputs, outputChannels: outputs, isFloat32: isFloat32, allowsWinograd: allows)
        }
        for channels in [16, 48, 64, 96, 128] {
            for asked in ConvolutionAlgorithm.allCases {
                #expect(algorithm(channels, channels, asked) == asked)
                let float32 = ConvolutionAlgorithm(operands: .float32, takesWinograd: asked.takesWinograd)
                #expect(algorithm(channels, channels, asked, isFloat32: true) == float32)
                #expect(!algorithm(channels, channels, asked, allows: false).takesWinograd)
            }
        }
        // First and last layers.
        #expect(algorithm(3, 48, .winograd) == .direct && algorithm(3, 48, .winogradBFloat16) == .direct)
        #expect(algorithm(13, 48, .winograd) == .winograd && algorithm(13, 48, .winogradBFloat16) == .winograd)
        #expect(algorithm(48, 12, .winograd) == .winograd && algorithm(48, 12, .winogradBFloat16) == .bfloat16)
    }

    @Test("The gradient of the input is the adjoint, also when packed anew", arguments: KernelVariant.available)
    func inputGradient(kernels: KernelVariant) {
        var numbers = Numbers(seed: 11)
        for (inputs, outputs) in [(1, 1), (3, 48), (48, 17), (64, 96)] {
            let shape = [outputs, inputs, 3, 3]
            let gradient = WinogradConvolution(
                weights: Self.halves(shape, &numbers), role: .inputGradient, operands: kernels.operands,
                isa: kernels.isa)
            let weights = Self.halves(shape, &numbers)
            weights.elements.withUnsafeBufferPointer { gradient.repack(weights: $0.baseAddress!) }
            // The same as loops: channels exchanged, taps turned.
            var turned = Tensor(shape: [inputs, outputs, 3, 3])
            for output in 0..<outputs {
                for input in 0..<inputs {
                    for tap in 0..<9 {
                        turned.elements[(input * outputs + output) * 9 + 8 - tap] =
                            weights.elements[(output * inputs + input) * 9 + tap]
                    }
                }
            }
            let result = Self.halves([outputs, 9, 14], &numbers)
            let source = Blocked(result)
            let found = Blocked(channels: inputs, height: 9, width: 14)
            Self.apply(gradient, source.view, to: found.view)
            let expected = Reference.convolution(.threeByThree, result, weights: turned)
            #expect(firstDifference(found.tensor, expected, tolerance: Self.tolerance(kernels, inputs: outputs)) == nil)
            // <A x, y> = <x, A* y>, summed in Double.
            let x = Self.halves([inputs, 9, 14], &numbers)
            let forward = Reference.convolution(.threeByThree, x, weights: weights)
            func dot(_ a: Tensor, _ b: Tensor) -> Double {
                zip(a.elements, b.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            }
            let difference = dot(forward, result) - dot(x, found.tensor)
            let count = Double(x.elements.count + result.elements.count)
            #expect(abs(difference) < (kernels.operands == .float32 ? 1e-6 : 5e-3) * count)
        }
    }

    @Test("Packing other weights is as making anew", arguments: KernelVariant.available)
    func packingAnew(kernels: KernelVariant) {
        var numbers = Numbers(seed: 12)
        let convolution = WinogradConvolution(
            weights: numbers.tensor([33, 20, 3, 3]), bias: numbers.tensor([33]), operands: kernels.operands,
            isa: kernels.isa)
        let (weights, bias) = (numbers.tensor([33, 20, 3, 3]), numbers.tensor([33]))
        weights.elements.withUnsafeBufferPointer { weights in
            bias.elements.withUnsafeBufferPointer {
                convolution.repack(weights: weights.baseAddress!, bias: $0.baseAddress!)
            }
        }
        let source = Blocked(numbers.tensor([20, 9, 9]))
        let results = [
            convolution,
            WinogradConvolution(weights: weights, bias: bias, operands: kernels.operands, isa: kernels.isa),
        ].map {
            let output = Blocked(channels: 33, height: 9, width: 9)
            Self.apply($0, source.view, to: output.view)
            return output.tensor
        }
        #expect(firstDifference(results[0], results[1], tolerance: 0) == nil)
    }

    @Test("Bits depend on the inputs of a tile alone", arguments: KernelVariant.available)
    func exactness(kernels: KernelVariant) {
        var numbers = Numbers(seed: 13)
        for (height, width, outputs) in [(8, 8, 48), (9, 30, 17), (13, 101, 64), (5, 3, 80)] {
            let large = numbers.tensor([20, height + 11, width + 107])
            let convolution = WinogradConvolution(
                weights: numbers.tensor([outputs, 20, 3, 3]), bias: numbers.tensor([outputs]),
                operands: kernels.operands,
                isa: kernels.isa)
            func run(_ input: Tensor) -> Tensor {
                let source = Blocked(input)
                let output = Blocked(channels: outputs, height: input.shape[1], width: input.shape[2])
                Self.apply(convolution, source.view, to: output.view, activation: .relu)
                return output.tensor
            }
            let small = ExactnessTests.crop(large, rows: 0..<height, columns: 0..<width)
            let result = run(small)
            // Another picture goes on to the right and below: tiles whose 6x6 inputs lie inside are the same.
            let whole = run(large)
            let (rows, columns) = ((height - 1) / 4 * 4, (width - 1) / 4 * 4)
            func core(_ tensor: Tensor) -> Tensor {
                ExactnessTests.crop(tensor, rows: 0..<rows, columns: 0..<columns)
            }
            #expect(firstDifference(core(whole), core(result), tolerance: 0) == nil, "\(height)x\(width)")
            // Zeros go on: every pixel is the same, partial tiles too.
            var padded = large
            for (i, _) in padded.elements.enumerated() {
                let (row, column) = (i / padded.shape[2] % padded.shape[1], i % padded.shape[2])
                if row >= height || column >= width { padded.elements[i] = 0 }
            }
            let same = ExactnessTests.crop(run(padded), rows: 0..<height, columns: 0..<width)
            #expect(firstDifference(same, result, tolerance: 0) == nil, "\(height)x\(width) and zeros")
        }
    }

    @Test("What is neither input nor border is never read", arguments: KernelVariant.available)
    func outside(kernels: KernelVariant) {
        var numbers = Numbers(seed: 14)
        for side in [1, 2, 3, 4, 5, 6, 7, 8] {
            // One block of channels, so that the canaries behind the view are NaN right after the border.
            // An even number: the partner of a last channel without one is read, and is zero by contract.
            let input = numbers.tensor([12, side, side])
            let convolution = WinogradConvolution(
                weights: numbers.tensor([16, 12, 3, 3]), operands: kernels.operands, isa: kernels.isa)
            let (clean, spoilt) = (Blocked(input), Blocked(input))
            for row in 0..<side {
                for column in 0..<side {
                    for lane in 12..<16 { spoilt.view.pixel(block: 0, row: row, column: column)[lane] = .nan }
                }
            }
            let results = [clean, spoilt].map { source in
                let output = Blocked(channels: 16, height: side, width: side)
                Self.apply(convolution, source.view, to: output.view)
                return output.tensor
            }
            #expect(results[0].elements.allSatisfy { $0.isFinite })
            #expect(firstDifference(results[1], results[0], tolerance: 0) == nil)
        }
    }
}
