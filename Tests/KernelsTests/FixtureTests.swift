import Kernels
import Tensors
import Testing

/// Loops and kernels against the numbers of an independent program; every element of every case.
@Suite("Operations equal PyTorch's in float64")
struct FixtureTests {
    static let files: [(file: String, kind: PackedConvolution.Kind)] = [
        ("convolution-3x3", .threeByThree), ("convolution-1x1", .oneByOne),
        ("convolution-2x2-stride-2", .stridedTwoByTwo), ("transposed-2x2-stride-2", .transposedTwoByTwo),
    ]

    /// Within rounding of a sum of `terms` terms of the size of `expected`'s elements.
    static func tolerance(_ terms: Int, _ expected: Tensor) -> Float {
        2e-7 * Float(terms).squareRoot() * max(1, expected.elements.map(abs).max() ?? 0)
    }

    @Test("Convolutions", arguments: files.indices)
    func convolutions(index: Int) throws {
        let (file, kind) = Self.files[index]
        let fixtures = try Fixtures(file)
        #expect(fixtures.cases.count > 20)
        for item in fixtures.cases {
            let input = try fixtures.tensor("input", of: item)
            let weights = try fixtures.tensor("weight", of: item)
            let bias = fixtures.optional("bias", of: item)
            #expect((bias != nil) == item.name.hasSuffix("-bias"))
            let expected = try fixtures.tensor("output", of: item)
            let reference = Reference.convolution(kind, input, weights: weights, bias: bias)
            let tolerance = Self.tolerance(weights.elements.count / expected.shape[0], expected)
            #expect(firstDifference(reference, expected, tolerance: 1e-6) == nil, "\(file) \(item.name)")
            for isa in InstructionSet.available {
                let convolution = PackedConvolution(kind: kind, weights: weights, bias: bias, isa: isa)
                let output = Blocked(channels: expected.shape[0], height: expected.shape[1], width: expected.shape[2])
                let source = Blocked(input)
                withExtendedLifetime(source) { convolution.apply(source.view, to: output.view) }
                #expect(
                    firstDifference(output.tensor, expected, tolerance: tolerance) == nil, "\(file) \(item.name) \(isa)"
                )
            }
        }
    }

    @Test("What a convolution does before it stores")
    func fused() throws {
        let fixtures = try Fixtures("fused-convolution-3x3")
        for item in fixtures.cases {
            let input = try fixtures.tensor("input", of: item)
            let weights = try fixtures.tensor("weight", of: item)
            let bias = try fixtures.tensor("bias", of: item)
            let slopes = PackedSlopes(try fixtures.tensor("slope", of: item).elements)
            let residual = try fixtures.tensor("residual", of: item)
            for isa in InstructionSet.available {
                let convolution = PackedConvolution(kind: .threeByThree, weights: weights, bias: bias, isa: isa)
                for role in ["output", "relu", "prelu", "sum"] {
                    let expected = try fixtures.tensor(role, of: item)
                    let output = Blocked(residual)
                    let source = Blocked(input)
                    withExtendedLifetime(source) {
                        convolution.apply(
                            source.view, to: output.view,
                            activation: role == "relu" ? .relu : role == "prelu" ? .prelu(slopes) : .none,
                            residual: role == "sum" ? output.view : nil)
                    }
                    let tolerance = Self.tolerance(weights.elements.count / expected.shape[0], expected)
                    #expect(
                        firstDifference(output.tensor, expected, tolerance: tolerance) == nil,
                        "\(item.name) \(role) \(isa)")
                }
            }
        }
    }

    @Test("Activations alone")
    func activations() throws {
        let fixtures = try Fixtures("activations")
        for item in fixtures.cases {
            let input = try fixtures.tensor("input", of: item)
            let slopes = try fixtures.tensor("slope", of: item).elements
            let relu = try fixtures.tensor("relu", of: item)
            let prelu = try fixtures.tensor("prelu", of: item)
            #expect(firstDifference(Reference.relu(input), relu, tolerance: 0) == nil)
            // The script's slopes are rounded to Float32 after use.
            #expect(firstDifference(Reference.prelu(input, slopes: slopes), prelu, tolerance: 1e-6) == nil)
            let blocked = Blocked(input)
            blocked.view.activate(blocked.view, .relu)
            #expect(firstDifference(blocked.tensor, relu, tolerance: 0) == nil && blocked.isIntact)
            blocked.load(input)
            blocked.view.activate(blocked.view, .prelu(PackedSlopes(slopes)))
            #expect(firstDifference(blocked.tensor, prelu, tolerance: 1e-6) == nil && blocked.isIntact)
        }
    }

    @Test("Pixel shuffle")
    func shuffle() throws {
        let fixtures = try Fixtures("pixel-shuffle")
        for item in fixtures.cases {
            let input = try fixtures.tensor("input", of: item)
            let shuffled = try fixtures.tensor("shuffled", of: item)
            let factor = try #require(item.factor)
            #expect(firstDifference(Reference.pixelShuffle(input, factor: factor), shuffled, tolerance: 0) == nil)
            #expect(firstDifference(Reference.pixelUnshuffle(shuffled, factor: factor), input, tolerance: 0) == nil)
            let blocked = Blocked(channels: input.shape[0], height: input.shape[1], width: input.shape[2])
            let planar = Planar(shuffled)
            withExtendedLifetime(planar) { blocked.view.unshuffle(planar.view, factor: factor) }
            #expect(firstDifference(blocked.tensor, input, tolerance: 0) == nil && blocked.isIntact)
            let result = Planar(Tensor(repeating: .nan, shape: shuffled.shape), gap: 3)
            blocked.view.shuffle(to: result.view, factor: factor)
            #expect(firstDifference(result.tensor, shuffled, tolerance: 0) == nil && result.touchedOutside == 0)
        }
    }

    @Test("Enlarging")
    func enlarging() throws {
        let fixtures = try Fixtures("enlarging")
        for item in fixtures.cases {
            let input = try fixtures.tensor("input", of: item)
            let factor = try #require(item.factor)
            let nearest = try fixtures.tensor("nearest", of: item)
            let bicubic = try fixtures.tensor("bicubic", of: item)
            #expect(firstDifference(Reference.nearestUpsampling(input, factor: factor), nearest, tolerance: 0) == nil)
            let plain = Reference.bicubicUpsampling(input, factor: factor)
            #expect(firstDifference(plain, bicubic, tolerance: 1e-6) == nil, "\(item.name)")
            let source = Planar(input)
            let result = Planar(Tensor(repeating: .nan, shape: nearest.shape), gap: 5)
            withExtendedLifetime(source) {
                result.view.upsampleNearest(source.view, factor: factor)
                #expect(firstDifference(result.tensor, nearest, tolerance: 0) == nil && result.touchedOutside == 0)
                BicubicUpsampling(factor: factor).apply(source.view, to: result.view)
            }
            #expect(firstDifference(result.tensor, bicubic, tolerance: 1e-6) == nil, "\(item.name)")
            #expect(result.touchedOutside == 0)
        }
    }
}
