import Kernels
import Tensors
import Testing

@Suite("Between planar and blocked samples")
struct LayoutTests {
    @Test("Load and store are inverse for any size and stride")
    func loadAndStore() {
        var numbers = Numbers(seed: 1)
        for channels in [1, 3, 15, 16, 17, 33] {
            for (height, width) in [(0, 0), (0, 3), (3, 0), (1, 1), (5, 7), (2, 257), (1, 511)] {
                let input = numbers.tensor([channels, height, width])
                let blocked = Blocked(channels: channels, height: height, width: width)
                let source = Planar(input, gap: 3)
                withExtendedLifetime(source) { blocked.view.load(source.view) }
                let result = Planar(Tensor(shape: input.shape), gap: 2)
                blocked.view.store(to: result.view)
                #expect(
                    firstDifference(result.tensor, input, tolerance: 0) == nil && blocked.isIntact
                        && result.touchedOutside == 0)
            }
        }
    }

    @Test("The appended channel is the constant", arguments: [1, 2, 3, 4])
    func appended(factor: Int) {
        var numbers = Numbers(seed: 2)
        let input = numbers.tensor([3, 5 * factor, 7 * factor])
        let samples = 3 * factor * factor
        let blocked = Blocked(channels: samples + 1, height: 5, width: 7)
        let source = Planar(input, gap: 1)
        withExtendedLifetime(source) { blocked.view.unshuffle(source.view, factor: factor, appending: 0.25) }
        var expected = Reference.pixelUnshuffle(input, factor: factor)
        expected.elements += Array(repeating: 0.25, count: 35)
        expected.shape[0] += 1
        #expect(firstDifference(blocked.tensor, expected, tolerance: 0) == nil && blocked.isIntact)
    }

    @Test("Shuffling joins the residual, also in place", arguments: [1, 2, 3, 4])
    func residuals(factor: Int) {
        var numbers = Numbers(seed: 3)
        let input = numbers.tensor([2 * factor * factor, 3, 300])
        let residual = numbers.tensor([2, 3 * factor, 300 * factor])
        let shuffled = Reference.pixelShuffle(input, factor: factor)
        let blocked = Blocked(input)
        let sum = Planar(residual, gap: 1)
        blocked.view.shuffle(to: sum.view, factor: factor, combining: .add(sum.view))
        #expect(
            firstDifference(sum.tensor, Reference.add(residual, shuffled), tolerance: 0) == nil
                && sum.touchedOutside == 0)
        let source = Planar(residual)
        let difference = Planar(Tensor(shape: residual.shape), gap: 1)
        withExtendedLifetime(source) {
            blocked.view.shuffle(to: difference.view, factor: factor, combining: .subtract(from: source.view))
        }
        let negated = Tensor(shape: shuffled.shape, elements: shuffled.elements.map { -$0 })
        #expect(
            firstDifference(difference.tensor, Reference.add(residual, negated), tolerance: 0) == nil
                && difference.touchedOutside == 0)
    }

    @Test("Adding, also in place", arguments: InstructionSet.available)
    func add(isa: InstructionSet) {
        var numbers = Numbers(seed: 4)
        for channels in [1, 16, 37] {
            for (height, width) in [(0, 0), (1, 1), (3, 29)] {
                let (a, b) = (numbers.tensor([channels, height, width]), numbers.tensor([channels, height, width]))
                let (first, second) = (Blocked(a), Blocked(b))
                let output = Blocked(channels: channels, height: height, width: width)
                output.view.add(first.view, second.view, isa: isa)
                #expect(firstDifference(output.tensor, Reference.add(a, b), tolerance: 0) == nil && output.isIntact)
                first.view.add(first.view, second.view, isa: isa)
                #expect(firstDifference(first.tensor, Reference.add(a, b), tolerance: 0) == nil && first.isIntact)
                second.view.add(second.view, second.view, isa: isa)
                #expect(firstDifference(second.tensor, Reference.add(b, b), tolerance: 0) == nil && second.isIntact)
            }
        }
    }

    @Test("Nearest doubling of blocked pixels")
    func nearest() {
        var numbers = Numbers(seed: 8)
        for channels in [1, 16, 35] {
            for (height, width) in [(0, 0), (1, 1), (3, 5)] {
                let input = numbers.tensor([channels, height, width])
                let source = Blocked(input)
                let output = Blocked(channels: channels, height: 2 * height, width: 2 * width)
                withExtendedLifetime(source) { output.view.upsampleNearest(source.view) }
                #expect(
                    firstDifference(output.tensor, Reference.nearestUpsampling(input, factor: 2), tolerance: 0) == nil
                        && output.isIntact)
            }
        }
    }

    @Test("Bicubic enlarging at every edge of the row pieces")
    func bicubic() {
        var numbers = Numbers(seed: 9)
        for factor in 1...4 {
            for (height, width) in [(1, 1), (2, 2), (3, 5), (1, 251), (2, 252), (1, 253), (1, 254), (2, 505)] {
                let input = numbers.tensor([1, height, width])
                let source = Planar(input, gap: 1)
                let result = Planar(Tensor(repeating: .nan, shape: [1, height * factor, width * factor]), gap: 1)
                withExtendedLifetime(source) {
                    BicubicUpsampling(factor: factor).apply(source.view, to: result.view)
                }
                let expected = Reference.bicubicUpsampling(input, factor: factor)
                #expect(
                    firstDifference(result.tensor, expected, tolerance: 1e-6) == nil, "x\(factor) \(height)x\(width)")
                #expect(result.touchedOutside == 0)
            }
        }
    }
}
