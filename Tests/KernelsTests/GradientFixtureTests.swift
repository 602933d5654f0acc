import Kernels
import Tensors
import Testing

@Suite("Gradients equal PyTorch's in float64")
struct GradientFixtureTests {
    @Test("Convolutions", arguments: FixtureTests.files.indices)
    func convolutions(index: Int) throws {
        let (file, kind) = FixtureTests.files[index]
        let fixtures = try Fixtures(file, of: "gradients")
        #expect(fixtures.cases.count == 12)
        for item in fixtures.cases {
            let input = try fixtures.tensor("input", of: item)
            let weights = try fixtures.tensor("weight", of: item)
            let y = try fixtures.tensor("output-gradient", of: item)
            let expected = [
                try fixtures.tensor("input-gradient", of: item), try fixtures.tensor("weight-gradient", of: item),
                try fixtures.tensor("bias-gradient", of: item),
            ]
            let loops = Reference.convolutionGradients(kind, input: input, weights: weights, outputGradient: y)
            for (found, expected) in zip([loops.input, loops.weights, loops.bias], expected) {
                #expect(firstDifference(found, expected, tolerance: 4e-6) == nil, "\(file) \(item.name)")
            }
            for isa in InstructionSet.available {
                let (source, gradient) = (Blocked(input), Blocked(y))
                let packed = PackedGradient(
                    ConvolutionGradient(
                        kind: kind, inputChannels: input.shape[0], outputChannels: y.shape[0], isa: isa))
                packed.add(input: source, outputGradient: gradient)
                let sums = packed.unpacked(shape: weights.shape)
                let inputGradient = Blocked(channels: input.shape[0], height: input.shape[1], width: input.shape[2])
                withExtendedLifetime(gradient) {
                    PackedConvolution(gradientOf: kind, weights: weights, isa: isa)
                        .apply(gradient.view, to: inputGradient.view)
                }
                for (found, expected) in zip([inputGradient.tensor, sums.weights, sums.bias], expected) {
                    let tolerance = FixtureTests.tolerance(weights.elements.count / input.shape[0], expected)
                    #expect(
                        firstDifference(found, expected, tolerance: tolerance) == nil, "\(file) \(item.name) \(isa)")
                }
            }
        }
    }

    @Test("Activations")
    func activations() throws {
        let fixtures = try Fixtures("activations", of: "gradients")
        for item in fixtures.cases {
            let input = try fixtures.tensor("input", of: item)
            let y = try fixtures.tensor("output-gradient", of: item)
            let expected = try fixtures.tensor("input-gradient", of: item)
            let (source, target) = (Blocked(input), Blocked(y))
            guard let slopes = fixtures.optional("slope", of: item) else {
                #expect(Reference.reluGradient(input: input, outputGradient: y) == expected)
                withExtendedLifetime(source) { target.view.activate(target.view, .gate(source.view)) }
                #expect(target.tensor == expected)
                continue
            }
            let expectedSlopes = try fixtures.tensor("slope-gradient", of: item)
            let loops = Reference.preluGradients(input: input, slopes: slopes.elements, outputGradient: y)
            #expect(firstDifference(loops.input, expected, tolerance: 1e-6) == nil)
            #expect(firstDifference(loops.slopes, expectedSlopes, tolerance: 1e-5) == nil)
            let sums = withExtendedLifetime(source) {
                ElementwiseGradientTests.sums(source.view) {
                    target.view.setPReLUGradient(
                        input: source.view, outputGradient: target.view, slopes: PackedSlopes(slopes.elements),
                        slopeGradients: $0)
                }
            }
            #expect(firstDifference(target.tensor, expected, tolerance: 1e-6) == nil)
            #expect(firstDifference(sums, expectedSlopes, tolerance: 1e-5) == nil)
        }
    }

    @Test("Nearest enlarging")
    func nearest() throws {
        let fixtures = try Fixtures("nearest", of: "gradients")
        for item in fixtures.cases {
            let y = try fixtures.tensor("output-gradient", of: item)
            let expected = try fixtures.tensor("input-gradient", of: item)
            let factor = try #require(item.factor)
            #expect(firstDifference(Reference.nearestGradient(y, factor: factor), expected, tolerance: 1e-5) == nil)
        }
    }

    @Test("A residual block, backward with fused gate and residual", arguments: InstructionSet.available)
    func residualBlock(isa: InstructionSet) throws {
        let fixtures = try Fixtures("residual-block", of: "gradients")
        for item in fixtures.cases {
            let x = try fixtures.tensor("input", of: item)
            let y = try fixtures.tensor("output-gradient", of: item)
            let weights = [try fixtures.tensor("weight-0", of: item), try fixtures.tensor("weight-1", of: item)]
            let gradient = ConvolutionGradient(
                kind: .threeByThree, inputChannels: x.shape[0], outputChannels: x.shape[0], isa: isa)
            let packed = [PackedGradient(gradient), PackedGradient(gradient)]
            let backward = weights.map { PackedConvolution(gradientOf: .threeByThree, weights: $0, isa: isa) }
            let (input, dy) = (Blocked(x), Blocked(y))
            func blank() -> Blocked { Blocked(channels: x.shape[0], height: x.shape[1], width: x.shape[2]) }
            let (hidden, dHidden, dx) = (blank(), blank(), blank())
            withExtendedLifetime((input, dy, hidden, dHidden)) {
                PackedConvolution(kind: .threeByThree, weights: weights[0], isa: isa)
                    .apply(input.view, to: hidden.view, activation: .relu)
                packed[1].add(input: hidden, outputGradient: dy)
                backward[1].apply(dy.view, to: dHidden.view, activation: .gate(hidden.view))
                packed[0].add(input: input, outputGradient: dHidden)
                backward[0].apply(dHidden.view, to: dx.view, residual: dy.view)
            }
            let expected = try fixtures.tensor("input-gradient", of: item)
            #expect(firstDifference(dx.tensor, expected, tolerance: 1e-5) == nil)
            for i in 0..<2 {
                let expected = try fixtures.tensor("weight-\(i)-gradient", of: item)
                let found = packed[i].unpacked(shape: weights[i].shape).weights
                #expect(firstDifference(found, expected, tolerance: 2e-5) == nil, "weight \(i)")
            }
        }
    }
}
