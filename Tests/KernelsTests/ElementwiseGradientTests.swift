import Kernels
import Tensors
import Testing

@Suite("Gradients of the small operations")
struct ElementwiseGradientTests {
    static let shapes = [(1, 1, 1), (3, 2, 5), (16, 3, 3), (17, 8, 13), (48, 13, 8), (13, 32, 32), (12, 0, 4)]

    static func sums(_ view: BlockedView, twice: Bool = false, _ body: (UnsafeMutablePointer<Float>) -> Void) -> Tensor
    {
        let buffer = AlignedBuffer<Float>(repeating: 0, count: view.blocks * BlockedView.block)
        body(buffer.base)
        if twice { body(buffer.base) }
        return Tensor(shape: [view.channels], elements: Array(buffer.elements.prefix(view.channels)))
    }

    @Test("Sums over pixels, added", arguments: InstructionSet.available)
    func pixelSums(isa: InstructionSet) {
        var numbers = Numbers(seed: 21)
        for (channels, height, width) in Self.shapes {
            let tensor = numbers.tensor([channels, height, width])
            let expected = Reference.channelSums(tensor)
            let blocked = Blocked(tensor)
            let found = withExtendedLifetime(blocked) {
                Self.sums(blocked.view, twice: true) { blocked.view.addPixelSums(to: $0, isa: isa) }
            }
            let doubled = Tensor(shape: expected.shape, elements: expected.elements.map { 2 * $0 })
            let tolerance = ConvolutionGradientTests.tolerance(height * width)
            #expect(firstDifference(found, doubled, tolerance: tolerance) == nil, "\(channels) \(height)x\(width)")
        }
    }

    @Test("ReLU and PReLU, also in place")
    func activations() {
        var numbers = Numbers(seed: 22)
        for (channels, height, width) in Self.shapes {
            var input = numbers.tensor([channels, height, width])
            for i in stride(from: 0, to: input.elements.count, by: 3) { input.elements[i] = 0 }
            let y = numbers.tensor(input.shape)
            let (source, target) = (Blocked(input), Blocked(y))
            target.view.activate(target.view, .gate(source.view))
            let relu = Reference.reluGradient(input: input, outputGradient: y)
            #expect(firstDifference(target.tensor, relu, tolerance: 0) == nil && target.isIntact)

            let slopes = numbers.tensor([channels]).elements
            let packed = PackedSlopes(Array(repeating: 9, count: channels))
            slopes.withUnsafeBufferPointer { packed.repack($0.baseAddress!) }
            let expected = Reference.preluGradients(input: input, slopes: slopes, outputGradient: y)
            let result = Blocked(input)
            target.load(y)
            // Into another view, then in place.
            let slopeGradients = withExtendedLifetime((source, target)) {
                [result, target].map { output in
                    Self.sums(source.view) {
                        output.view.setPReLUGradient(
                            input: source.view, outputGradient: target.view, slopes: packed, slopeGradients: $0)
                    }
                }
            }
            #expect(firstDifference(result.tensor, expected.input, tolerance: 1e-7) == nil && result.isIntact)
            #expect(firstDifference(target.tensor, result.tensor, tolerance: 0) == nil)
            let tolerance = ConvolutionGradientTests.tolerance(height * width)
            #expect(firstDifference(slopeGradients[0], expected.slopes, tolerance: tolerance) == nil)
            #expect(slopeGradients[0] == slopeGradients[1])
        }
    }

    @Test("Nearest enlarging, in blocks and planar")
    func nearest() {
        var numbers = Numbers(seed: 23)
        for (channels, height, width) in Self.shapes {
            for factor in 1...4 {
                let y = numbers.tensor([channels, height * factor, width * factor])
                let expected = Reference.nearestGradient(y, factor: factor)
                let result = Planar(Tensor(repeating: .nan, shape: expected.shape), gap: 3)
                let planar = Planar(y, gap: 1)
                withExtendedLifetime(planar) { result.view.setNearestGradient(planar.view, factor: factor) }
                #expect(firstDifference(result.tensor, expected, tolerance: 2e-6) == nil)
                #expect(result.touchedOutside == 0)
                guard factor == 2 else { continue }
                let (source, blocked) = (Blocked(y), Blocked(channels: channels, height: height, width: width))
                withExtendedLifetime(source) { blocked.view.setNearestGradient(source.view) }
                #expect(firstDifference(blocked.tensor, expected, tolerance: 1e-6) == nil && blocked.isIntact)
            }
        }
    }

    @Test("Bicubic enlarging: the loops' columns, and <A x, y> = <x, A* y>")
    func bicubic() {
        var numbers = Numbers(seed: 24)
        for factor in 1...4 {
            for (channels, height, width) in [(1, 1, 1), (2, 1, 3), (3, 2, 5), (1, 7, 4), (2, 8, 13)] {
                let (x, y) = (
                    numbers.tensor([channels, height, width]),
                    numbers.tensor([channels, height * factor, width * factor])
                )
                let expected = Reference.bicubicGradient(y, factor: factor)
                let (source, gradient) = (Planar(x), Planar(y, gap: 2))
                let found = Planar(Tensor(repeating: .nan, shape: x.shape), gap: 3)
                let upscaled = Planar(Tensor(repeating: .nan, shape: y.shape))
                withExtendedLifetime((source, gradient)) {
                    BicubicUpsampling(factor: factor).applyAdjoint(gradient.view, to: found.view)
                    BicubicUpsampling(factor: factor).apply(source.view, to: upscaled.view)
                }
                let context = "factor \(factor), \(channels) \(height)x\(width)"
                #expect(firstDifference(found.tensor, expected, tolerance: 1e-5) == nil, "\(context)")
                #expect(found.touchedOutside == 0)
                #expect(abs(product(upscaled.tensor, y) - product(x, found.tensor)) < 1e-4, "\(context)")
            }
        }
    }

    @Test("Shuffle and unshuffle are each other's gradient")
    func shuffles() {
        var numbers = Numbers(seed: 25)
        for factor in 1...4 {
            let (x, y) = (numbers.tensor([3 * factor * factor, 3, 5]), numbers.tensor([3, 3 * factor, 5 * factor]))
            let (input, gradient) = (Blocked(x), Planar(y))
            let shuffled = Planar(Tensor(repeating: .nan, shape: y.shape))
            let back = Blocked(channels: x.shape[0], height: 3, width: 5)
            withExtendedLifetime((input, gradient)) {
                input.view.shuffle(to: shuffled.view, factor: factor)
                back.view.unshuffle(gradient.view, factor: factor)
            }
            #expect(abs(product(shuffled.tensor, y) - product(x, back.tensor)) < 1e-9)
        }
    }
}
