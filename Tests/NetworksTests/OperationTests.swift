import Kernels
import Networks
import Tensors
import Testing

/// Every kind of operation, with every rule it must have. A new kind fails to compile in `example`.
@Suite struct OperationTests {
    /// An operation of a kind with pictures that fit it, and what the same operation cannot take.
    struct Example {
        var operation: Operation
        var inputs: [ValueShape]
        var misfits: [[ValueShape]]
    }

    static func example(_ kind: Operation.Kind, seed: UInt64 = 1) -> [Example] {
        func weights(_ shape: Int...) -> Tensor { noise(shape, seed: seed + 7, in: -1...1) }
        let three = ValueShape(channels: 3)
        let none: [ValueShape] = []
        let misfits = [none, [three, three], [ValueShape(channels: 5)]]
        switch kind {
        case .convolution:
            return [
                Convolution(weights: weights(4, 3, 3, 3)), Convolution(weights: weights(4, 3, 3, 3), bias: weights(4)),
                Convolution(weights: weights(18, 3, 1, 1)), Convolution(weights: weights(2, 3, 1, 1), bias: weights(2)),
            ].map { Example(operation: .convolution($0), inputs: [three], misfits: misfits) }
        case .stridedConvolution:
            return [nil, weights(5)].map {
                Example(
                    operation: .stridedConvolution(StridedConvolution(weights: weights(5, 3, 2, 2), bias: $0)),
                    inputs: [three], misfits: misfits)
            }
        case .transposedConvolution:
            return [nil, weights(5)].map {
                Example(
                    operation: .transposedConvolution(TransposedConvolution(weights: weights(3, 5, 2, 2), bias: $0)),
                    inputs: [three], misfits: misfits)
            }
        case .depthwiseConvolution:
            return [
                Example(
                    operation: .depthwiseConvolution(DepthwiseConvolution(weights: weights(3, 1, 3, 3))),
                    inputs: [three], misfits: misfits),
                Example(
                    operation: .depthwiseConvolution(DepthwiseConvolution(weights: weights(18, 1, 3, 3))),
                    inputs: [ValueShape(channels: 18)], misfits: misfits),
            ]
        case .unshuffle:
            return [false, true].map {
                Example(
                    operation: .unshuffle(Unshuffle(appendsNoiseLevel: $0)), inputs: [three],
                    misfits: [none, [three, three]])
            }
        case .shuffle:
            return (1...4).map { factor in
                Example(
                    operation: .shuffle(Shuffle(factor: factor)),
                    inputs: [ValueShape(channels: 2 * factor * factor)],
                    misfits: [none] + (factor > 1 ? [[ValueShape(channels: factor * factor + 1)]] : []))
            }
        case .relu:
            return [Example(operation: .relu(ReLU()), inputs: [three], misfits: [none, [three, three]])]
        case .prelu:
            return [Example(operation: .prelu(PReLU(slopes: weights(3))), inputs: [three], misfits: misfits)]
        case .sum:
            let half = ValueShape(channels: 3, resolution: Resolution(1, over: 2))
            return [false, true].map {
                Example(
                    operation: .sum(Sum(subtracts: $0)), inputs: [three, three],
                    misfits: [none, [three], [three, ValueShape(channels: 4)], [three, half]])
            }
        case .nearest:
            return (2...4).map {
                Example(operation: .nearest(Nearest(factor: $0)), inputs: [three], misfits: [none, [three, three]])
            }
        case .bicubic:
            return (2...4).map {
                Example(operation: .bicubic(Bicubic(factor: $0)), inputs: [three], misfits: [none, [three, three]])
            }
        case .sigmoid:
            return [Example(operation: .sigmoid(Sigmoid()), inputs: [three], misfits: [none, [three, three]])]
        case .dropout:
            return [
                Example(operation: .dropout(Dropout(rate: 0.5)), inputs: [three], misfits: [none, [three, three]])
            ]
        case .sparsity:
            return [
                Example(
                    operation: .sparsity(SparsityPenalty(target: 0.1, weight: 1)), inputs: [three],
                    misfits: [none, [three, three]])
            ]
        case .sampling:
            return [2, 34].map {
                Example(
                    operation: .sampling(GaussianSampling()), inputs: [ValueShape(channels: $0)],
                    misfits: [none, [three]])
            }
        }
    }

    /// Inputs for an example, `rows` x `columns`, both signs.
    static func inputs(_ example: Example, rows: Int, columns: Int) -> [Tensor] {
        example.inputs.enumerated().map {
            noise([$1.channels, rows, columns], seed: UInt64(3 + $0), in: -1...1)
        }
    }

    @Test(arguments: Operation.Kind.allCases) func kindIsItsOwn(_ kind: Operation.Kind) {
        for example in Self.example(kind) {
            #expect(example.operation.kind == kind)
            #expect(example.operation.rules.inputCount == example.inputs.count)
        }
    }

    @Test(arguments: Operation.Kind.allCases) func shapeRuleIsWhatTheReferenceMakes(_ kind: Operation.Kind) throws {
        for example in Self.example(kind) {
            for (rows, columns) in [(2, 2), (4, 6), (12, 10)] {
                let made = example.operation.rules.reference(
                    Self.inputs(example, rows: rows, columns: columns), noiseLevel: 0.5)
                let shape = try example.operation.rules.shape(of: example.inputs)
                let expected = [
                    shape.channels, shape.resolution.side(forPicture: rows), shape.resolution.side(forPicture: columns),
                ]
                #expect(made.shape == expected)
            }
            for misfit in example.misfits {
                #expect(throws: GraphError.self, "\(misfit)") { _ = try example.operation.rules.shape(of: misfit) }
            }
        }
    }

    /// The result for inputs with NaN: of the kernel where it skips no tap of weight zero and the plain loops do.
    static func spoilt(_ operation: Operation, _ inputs: [Tensor]) -> Tensor {
        guard case .bicubic(let bicubic) = operation else {
            return operation.rules.reference(inputs, noiseLevel: 0)
        }
        let input = inputs[0].image
        let output = PlanarImage(
            channels: input.channels, height: bicubic.factor * input.height, width: bicubic.factor * input.width)
        BicubicUpsampling(factor: bicubic.factor).apply(input.view, to: output.view)
        return output.tensor
    }

    /// Patches of any side become pixels, and pixels patches, in the order of channel, row and column.
    @Test(arguments: [1, 3, 5, 32]) func patchesOfAnySide(_ factor: Int) throws {
        var graph = Graph(inputChannels: 2)
        let patches = try graph.append(.unshuffle(Unshuffle(factor: factor)), graph.picture, name: "patches")
        #expect(graph.shape(of: patches).channels == 2 * factor * factor)
        let order = (0..<2 * factor * factor).reversed().map { $0 }
        var reversal = Tensor(shape: [order.count, order.count, 1, 1])
        for (row, column) in order.enumerated() { reversal.elements[row * order.count + column] = 1 }
        let turned = try graph.append(.convolution(Convolution(weights: reversal)), patches, name: "turned")
        try graph.append(.shuffle(Shuffle(factor: factor)), turned, name: "picture")
        let (height, width) = (2 * factor, 3 * factor)
        let picture = noise([2, height, width], seed: 4)
        let found = try result(of: Network(graph), on: picture.image, noiseLevel: 0, isa: .current).tensor
        for c in 0..<2 {
            for y in 0..<height {
                for x in 0..<width {
                    // Each patch is turned by 180 degrees, and the channels change places.
                    let (top, left) = (y / factor * factor, x / factor * factor)
                    let (row, column) = (top + factor - 1 - y % factor, left + factor - 1 - x % factor)
                    let expected = picture.elements[((1 - c) * height + row) * width + column]
                    #expect(abs(found.elements[(c * height + y) * width + x] - expected) < 1e-6)
                }
            }
        }
        for outside in [0, 65, -1] {
            #expect(throws: GraphError.self) {
                try Unshuffle(factor: outside).shape(of: [ValueShape(channels: 3)])
            }
        }
    }

    /// One row of the input is changed at a time: the rows of the result that follow are those whose interval has it.
    @Test(arguments: Operation.Kind.allCases) func intervalRuleIsExact(_ kind: Operation.Kind) {
        let rows = 12
        for example in Self.example(kind) {
            let rules = example.operation.rules
            let inputs = Self.inputs(example, rows: rows, columns: 4)
            let plain = rules.reference(inputs, noiseLevel: 0)
            let (height, width) = (plain.shape[1], plain.shape[2])
            var hull: [Interval?] = Array(repeating: nil, count: height)
            for row in 0..<rows {
                var changed = inputs
                for channel in 0..<changed[0].shape[0] {
                    for column in 0..<4 { changed[0].elements[(channel * rows + row) * 4 + column] = .nan }
                }
                let made = Self.spoilt(example.operation, changed)
                for y in 0..<height {
                    let differs = (0..<made.shape[0]).contains { channel in
                        (0..<width).contains { made.elements[(channel * height + y) * width + $0].isNaN }
                    }
                    if differs { hull[y] = (hull[y] ?? Interval(row, row + 1)).hull(Interval(row, row + 1)) }
                }
            }
            for y in 0..<height {
                let interval = rules.inputInterval(for: Interval(y, y + 1))
                let inside = Interval(max(0, interval.lower), min(rows, interval.upper))
                #expect(hull[y] == inside, "\(kind) row \(y) of \(height)")
            }
            let whole = rules.inputInterval(for: Interval(0, height))
            #expect(whole.lower == rules.inputInterval(for: Interval(0, 1)).lower)
            #expect(whole.upper == rules.inputInterval(for: Interval(height - 1, height)).upper)
        }
    }

    /// A multiply-add for every element of the input that an element of the result depends on.
    @Test(arguments: Operation.Kind.allCases) func costRuleCountsDependencies(_ kind: Operation.Kind) throws {
        for example in Self.example(kind) {
            let rules = example.operation.rules
            let found = rules.multiplyAdds(inputs: example.inputs)
            switch kind {
            case .convolution, .stridedConvolution, .transposedConvolution, .depthwiseConvolution:
                var inputs = Self.inputs(example, rows: 8, columns: 8)
                let plain = rules.reference(inputs, noiseLevel: 0)
                let (height, width) = (plain.shape[1], plain.shape[2])
                // Pixels away from the edges, where no tap falls on padding.
                let pixel = (height / 2) * width + width / 2
                var dependencies = 0
                for index in inputs[0].elements.indices {
                    let kept = inputs[0].elements[index]
                    inputs[0].elements[index] = .nan
                    let made = rules.reference(inputs, noiseLevel: 0)
                    dependencies += (0..<made.shape[0]).count { made.elements[$0 * height * width + pixel].isNaN }
                    inputs[0].elements[index] = kept
                }
                #expect(found == dependencies)
            case .bicubic:
                // Separable: four down and four across instead of sixteen.
                #expect(found == 8 * example.inputs[0].channels)
            case .unshuffle, .shuffle, .relu, .prelu, .sum, .nearest, .sigmoid, .dropout, .sparsity, .sampling:
                #expect(found == 0)
            }
        }
    }

    /// Scaling by two is exact in Float32, so a homogeneous operation keeps every bit.
    @Test(arguments: Operation.Kind.allCases) func homogeneityIsAsStated(_ kind: Operation.Kind) {
        for example in Self.example(kind) {
            let rules = example.operation.rules
            let inputs = Self.inputs(example, rows: 4, columns: 4)
            let doubled = inputs.map { Tensor(shape: $0.shape, elements: $0.elements.map { 2 * $0 }) }
            let found = rules.reference(doubled, noiseLevel: 0.5).elements
            let expected = rules.reference(inputs, noiseLevel: 0.25).elements.map { 2 * $0 }
            #expect((bitDifference(found, expected) == nil) == rules.isHomogeneous)
        }
    }

    @Test(arguments: Operation.Kind.allCases) func parametersAreCounted(_ kind: Operation.Kind) {
        for example in Self.example(kind) {
            let expected =
                switch example.operation {
                case .convolution(let it): it.weights.elements.count + (it.bias?.elements.count ?? 0)
                case .stridedConvolution(let it): it.weights.elements.count + (it.bias?.elements.count ?? 0)
                case .transposedConvolution(let it): it.weights.elements.count + (it.bias?.elements.count ?? 0)
                case .depthwiseConvolution(let it): it.weights.elements.count
                case .prelu(let it): it.slopes.elements.count
                case .unshuffle, .shuffle, .relu, .sum, .nearest, .bicubic, .sigmoid, .dropout, .sparsity, .sampling: 0
                }
            #expect(example.operation.rules.parameterCount == expected)
        }
    }

    /// The operation alone in a graph, run by kernels, against the plain loops.
    @Test(arguments: Operation.Kind.allCases, InstructionSet.available)
    func forwardMatchesReference(_ kind: Operation.Kind, isa: InstructionSet) throws {
        for example in Self.example(kind) {
            for (rows, columns) in [(2, 2), (2, 18), (6, 14), (16, 34)] {
                var graph = Graph(inputChannels: example.inputs[0].channels)
                var value: Graph.Value
                if example.inputs.count == 2 {
                    let other = try graph.append(.relu(ReLU()), graph.picture, name: "other")
                    value = try graph.append(example.operation, graph.picture, other, name: "operation")
                } else {
                    value = try graph.append(example.operation, graph.picture, name: "operation")
                }
                if graph.shape(of: value).resolution.denominator == 2 {
                    value = try graph.append(.nearest(Nearest()), value, name: "nearest")
                }
                let picture = noise([example.inputs[0].channels, rows, columns], seed: 5, in: -1...1)
                let expected = graph.referenceValues(of: picture, noiseLevel: 0.5)[value.index]
                let found = try result(of: Network(graph), on: picture.image, noiseLevel: 0.5, isa: isa).tensor
                let tolerance = roundingTolerance(depth: graph.sumDepth, layers: 1, peak: expected.peak)
                #expect(difference(found, expected, tolerance: tolerance) == nil, "\(kind) \(rows)x\(columns)")
            }
        }
    }
}
