import Kernels
import Tensors
import Testing

/// The promise behind exact tiles: a result depends to the bit on its neighbourhood, not on where a tile was cut.
@Suite("Results do not depend on position or size")
struct ExactnessTests {
    static func crop(_ tensor: Tensor, rows: Range<Int>, columns: Range<Int>) -> Tensor {
        var elements: [Float] = []
        for c in 0..<tensor.shape[0] {
            for y in rows {
                let start = (c * tensor.shape[1] + y) * tensor.shape[2]
                elements += tensor.elements[start + columns.lowerBound..<start + columns.upperBound]
            }
        }
        return Tensor(shape: [tensor.shape[0], rows.count, columns.count], elements: elements)
    }

    @Test("Convolutions of crops equal crops of convolutions", arguments: InstructionSet.available)
    func convolutions(isa: InstructionSet) {
        var numbers = Numbers(seed: 5)
        let (channels, height, width) = (20, 12, 96)
        let input = numbers.tensor([channels, height, width])
        for kind in PackedConvolution.Kind.allCases {
            for outputs in [12, 32, 48, 80] {
                let convolution = PackedConvolution(
                    kind: kind,
                    weights: numbers.tensor(ConvolutionTests.weightShape(kind, inputs: channels, outputs: outputs)),
                    bias: numbers.tensor([outputs]), isa: isa)
                func run(_ input: Tensor) -> Tensor {
                    let source = Blocked(input)
                    let size = convolution.outputSize(height: input.shape[1], width: input.shape[2])
                    let output = Blocked(channels: outputs, height: size.height, width: size.width)
                    withExtendedLifetime(source) {
                        convolution.apply(source.view, to: output.view, activation: .relu)
                    }
                    return output.tensor
                }
                let whole = run(input)
                let halo = kind == .threeByThree ? 1 : 0
                for size in stride(from: 2, through: 62, by: 2) {
                    let top = 2 * (size % 3)
                    let left = 2 * (size * 5 % 17)
                    let core = (rows: top + 2..<top + 6, columns: left + 2..<left + 2 + size)
                    let part = run(
                        Self.crop(
                            input, rows: core.rows.lowerBound - 2..<core.rows.upperBound + 2,
                            columns: core.columns.lowerBound - 2..<core.columns.upperBound + 2))
                    // In output pixels: the crop without as much as zero padding may have spoilt.
                    let (numerator, denominator) =
                        kind == .stridedTwoByTwo ? (1, 2) : kind == .transposedTwoByTwo ? (2, 1) : (1, 1)
                    func scaled(_ x: Int) -> Int { x * numerator / denominator }
                    let wholeCore = Self.crop(
                        whole, rows: scaled(core.rows.lowerBound)..<scaled(core.rows.upperBound),
                        columns: scaled(core.columns.lowerBound)..<scaled(core.columns.upperBound))
                    let partCore = Self.crop(
                        part, rows: scaled(2)..<scaled(core.rows.count + 2),
                        columns: scaled(2)..<scaled(core.columns.count + 2))
                    #expect(
                        firstDifference(partCore, wholeCore, tolerance: 0) == nil,
                        "\(kind) \(isa) \(outputs) outputs, \(size) columns")
                    if halo > 0 {
                        // The test can fail: without the halo the edges differ.
                        let bare = run(Self.crop(input, rows: core.rows, columns: core.columns))
                        #expect(firstDifference(bare, wholeCore, tolerance: 0) != nil)
                    }
                }
            }
        }
    }

    @Test("Bicubic enlarging of crops equals crops of the enlarged")
    func bicubic() {
        var numbers = Numbers(seed: 6)
        let input = numbers.tensor([2, 40, 700])
        for factor in 1...4 {
            let bicubic = BicubicUpsampling(factor: factor)
            func run(_ input: Tensor) -> Tensor {
                let source = Planar(input)
                let result = Planar(
                    Tensor(shape: [input.shape[0], input.shape[1] * factor, input.shape[2] * factor]))
                withExtendedLifetime(source) { bicubic.apply(source.view, to: result.view) }
                return result.tensor
            }
            let whole = run(input)
            let halo = BicubicUpsampling.radius
            for (rows, columns) in [(5..<9, 3..<4), (2..<30, 100..<619), (10..<11, 251..<255), (7..<38, 2..<698)] {
                let part = run(
                    Self.crop(
                        input, rows: rows.lowerBound - halo..<rows.upperBound + halo,
                        columns: columns.lowerBound - halo..<columns.upperBound + halo))
                let partCore = Self.crop(
                    part, rows: halo * factor..<(rows.count + halo) * factor,
                    columns: halo * factor..<(columns.count + halo) * factor)
                let wholeCore = Self.crop(
                    whole, rows: rows.lowerBound * factor..<rows.upperBound * factor,
                    columns: columns.lowerBound * factor..<columns.upperBound * factor)
                #expect(
                    firstDifference(partCore, wholeCore, tolerance: 0) == nil, "factor \(factor), \(rows) \(columns)")
            }
        }
    }

    @Test("Lanes that hold no channel are never read", arguments: InstructionSet.available)
    func unusedLanes(isa: InstructionSet) {
        var numbers = Numbers(seed: 7)
        for kind in PackedConvolution.Kind.allCases {
            let input = numbers.tensor([13, 6, 30])
            let convolution = PackedConvolution(
                kind: kind, weights: numbers.tensor(ConvolutionTests.weightShape(kind, inputs: 13, outputs: 48)),
                isa: isa)
            let size = convolution.outputSize(height: 6, width: 30)
            let (clean, spoilt) = (Blocked(input), Blocked(input))
            for row in 0..<6 {
                for column in 0..<30 {
                    for lane in 13..<16 { spoilt.view.pixel(block: 0, row: row, column: column)[lane] = .nan }
                }
            }
            let results = [clean, spoilt].map { source in
                let output = Blocked(channels: 48, height: size.height, width: size.width)
                convolution.apply(source.view, to: output.view)
                return output.tensor
            }
            #expect(firstDifference(results[1], results[0], tolerance: 0) == nil)
        }
    }

    @Test("A NaN is not swallowed by an activation", arguments: InstructionSet.available)
    func notANumber(isa: InstructionSet) {
        let weights = Tensor(repeating: 1, shape: [16, 1, 1, 1])
        let convolution = PackedConvolution(kind: .oneByOne, weights: weights, isa: isa)
        let slopes = PackedSlopes(Array(repeating: 0.5, count: 16))
        for activation in [Activation.none, .relu, .prelu(slopes)] {
            let source = Blocked(Tensor(shape: [1, 1, 3], elements: [-1, .nan, 2]))
            let output = Blocked(channels: 16, height: 1, width: 3)
            withExtendedLifetime(source) { convolution.apply(source.view, to: output.view, activation: activation) }
            let found = output.tensor.elements
            #expect(found[1].isNaN && found[2] == 2 && !found[0].isNaN)
        }
    }
}
