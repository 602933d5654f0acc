import Kernels
import Networks
import Tensors
import TestSupport
import Testing

/// Every kind of operation, with every rule it must have.
@Suite struct OperationTests {
    typealias Example = OperationExample

    static let kinds = Operations.all.map { $0.kind }

    @Test func everyKindHasALineAndAnExample() throws {
        #expect(Set(Self.kinds).count == Self.kinds.count, "two kinds have one name")
        for kind in Self.kinds { #expect(!Example.all(of: kind).isEmpty, "no example of \(kind)") }
    }

    /// Inputs for an example, `rows` x `columns`, both signs.
    static func inputs(_ example: Example, rows: Int, columns: Int) -> [Tensor] {
        example.inputs.enumerated().map {
            noise([$1.channels, rows, columns], seed: UInt64(3 + $0), in: -1...1)
        }
    }

    @Test(arguments: kinds) func kindIsItsOwn(_ kind: String) {
        for example in Example.all(of: kind) {
            #expect(type(of: example.operation).kind == kind)
            #expect(example.operation.inputCount == example.inputs.count)
        }
    }

    @Test(arguments: kinds) func shapeRuleIsWhatTheReferenceMakes(_ kind: String) throws {
        for example in Example.all(of: kind) {
            for (rows, columns) in [(2, 2), (4, 6), (12, 10)] {
                let made = example.operation.reference(
                    Self.inputs(example, rows: rows, columns: columns), noiseLevel: 0.5)
                let shape = try example.operation.shape(of: example.inputs)
                let expected = [
                    shape.channels, shape.resolution.side(forPicture: rows), shape.resolution.side(forPicture: columns),
                ]
                #expect(made.shape == expected)
            }
            for misfit in example.misfits {
                #expect(throws: GraphError.self, "\(misfit)") {
                    _ = try example.operation.shape(of: misfit)
                }
            }
        }
    }

    /// The result for inputs with NaN: of the kernel where it skips no tap of weight zero and the plain loops do.
    static func spoilt(_ operation: any GraphOperation, _ inputs: [Tensor]) -> Tensor {
        guard let bicubic = operation as? Bicubic else {
            return operation.reference(inputs, noiseLevel: 0)
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
        let patches = try graph.append(Unshuffle(factor: factor), graph.picture, name: "patches")
        #expect(graph.shape(of: patches).channels == 2 * factor * factor)
        let order = (0..<2 * factor * factor).reversed().map { $0 }
        var reversal = Tensor(shape: [order.count, order.count, 1, 1])
        for (row, column) in order.enumerated() { reversal.elements[row * order.count + column] = 1 }
        let turned = try graph.append(Convolution(weights: reversal), patches, name: "turned")
        try graph.append(Shuffle(factor: factor), turned, name: "picture")
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
    @Test(arguments: kinds) func intervalRuleIsExact(_ kind: String) {
        let rows = 12
        for example in Example.all(of: kind) where example.isExact {
            let rules = example.operation
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

    /// A multiply-add for every element of the input that an element of a convolution depends on.
    @Test(arguments: kinds) func costRuleCountsDependencies(_ kind: String) throws {
        for example in Example.all(of: kind) where example.isExact {
            guard example.operation.convolution != nil || example.operation is DepthwiseConvolution else {
                continue
            }
            let found = example.operation.multiplyAdds(inputs: example.inputs)
            var inputs = Self.inputs(example, rows: 8, columns: 8)
            let plain = example.operation.reference(inputs, noiseLevel: 0)
            let (height, width) = (plain.shape[1], plain.shape[2])
            // Pixels away from the edges, where no tap falls on padding.
            let pixel = (height / 2) * width + width / 2
            var dependencies = 0
            for index in inputs[0].elements.indices {
                let kept = inputs[0].elements[index]
                inputs[0].elements[index] = .nan
                let made = example.operation.reference(inputs, noiseLevel: 0)
                dependencies += (0..<made.shape[0]).count {
                    made.elements[$0 * height * width + pixel].isNaN
                }
                inputs[0].elements[index] = kept
            }
            #expect(found == dependencies)
        }
    }

    @Test func costsOfOthersAreAsTheirKernelsAre() {
        let three = [ValueShape(channels: 3)]
        // Separable: four down and four across instead of sixteen.
        #expect(Bicubic(factor: 3).multiplyAdds(inputs: three) == 24)
        #expect(MatrixProduct(.comparing, side: 4).multiplyAdds(inputs: three + three) == 3 * 16)
        #expect(ReLU().multiplyAdds(inputs: three) == 0)
    }

    /// Scaling by two is exact in Float32, so a homogeneous operation keeps every bit.
    @Test(arguments: kinds) func homogeneityIsAsStated(_ kind: String) {
        for example in Example.all(of: kind) {
            let rules = example.operation
            let inputs = Self.inputs(example, rows: 4, columns: 4)
            let doubled = inputs.map { Tensor(shape: $0.shape, elements: $0.elements.map { 2 * $0 }) }
            let found = rules.reference(doubled, noiseLevel: 0.5).elements
            let expected = rules.reference(inputs, noiseLevel: 0.25).elements.map { 2 * $0 }
            #expect((bitDifference(found, expected) == nil) == rules.isHomogeneous)
        }
    }

    /// Other parameters go in and come out, and change what is made.
    @Test(arguments: kinds) func parametersAreReplaced(_ kind: String) throws {
        for example in Example.all(of: kind) {
            let parameters = example.operation.parameters
            #expect(Set(parameters.map(\.role)).count == parameters.count)
            #expect(
                example.operation.parameterCount
                    == parameters.filter { $0.keeping == nil }.reduce(0) { $0 + $1.tensor.elements.count })
            guard !parameters.isEmpty else { continue }
            let doubled = parameters.map { parameter in
                Tensor(shape: parameter.tensor.shape, elements: parameter.tensor.elements.map { 2 * $0 })
            }
            let other = example.operation.replacingParameters(by: doubled)
            #expect(other.parameters.map(\.tensor.elements) == doubled.map(\.elements))
            let inputs = Self.inputs(example, rows: 4, columns: 4)
            #expect(
                other.reference(inputs, noiseLevel: 0) != example.operation.reference(inputs, noiseLevel: 0)
            )
        }
    }

    /// The operation alone in a graph; what it reads besides the picture are channels that convolutions make of it.
    static func graph(_ example: Example) throws -> (graph: Graph, value: Graph.Value) {
        var graph = Graph(inputChannels: example.inputs[0].channels)
        var inputs = [graph.picture]
        for (index, input) in example.inputs.enumerated().dropFirst() {
            let shape = [input.channels, example.inputs[0].channels, 1, 1]
            let mixing = Convolution(weights: noise(shape, seed: UInt64(20 + index), in: -1...1))
            inputs.append(try graph.append(mixing, graph.picture, name: "other\(index)"))
        }
        var value = try graph.append(example.operation, inputs, name: "operation")
        if graph.shape(of: value).resolution.denominator == 2 {
            value = try graph.append(Nearest(), value, name: "nearest")
        }
        return (graph, value)
    }

    /// Run by kernels, against the plain loops.
    @Test(arguments: kinds, InstructionSet.available)
    func forwardMatchesReference(_ kind: String, isa: InstructionSet) throws {
        for example in Example.all(of: kind) {
            let (graph, value) = try Self.graph(example)
            for (rows, columns) in [(2, 2), (2, 18), (6, 14), (16, 34)] {
                let picture = noise([example.inputs[0].channels, rows, columns], seed: 5, in: -1...1)
                let expected = graph.referenceValues(of: picture, noiseLevel: 0.5)[value.index]
                let found = try result(of: Network(graph), on: picture.image, noiseLevel: 0.5, isa: isa)
                    .tensor
                let tolerance = roundingTolerance(depth: graph.sumDepth, layers: 2, peak: expected.peak)
                #expect(
                    difference(found, expected, tolerance: tolerance) == nil, "\(kind) \(rows)x\(columns)")
            }
        }
    }

    /// Row by row, and for what takes squares as wholes square by square: the bits of the whole picture.
    @Test(arguments: kinds, InstructionSet.available)
    func partsGiveTheBitsOfTheWhole(_ kind: String, isa: InstructionSet) throws {
        for example in Example.all(of: kind) {
            let network = try Network(Self.graph(example).graph)
            let grid = network.grid
            let picture = noise([network.inputChannels, 7 * grid, 18 * grid], seed: 6, in: -1...1).image
            let whole = result(of: network, on: picture, noiseLevel: 0.1, isa: isa)
            for (rows, workers) in [(grid, 1), (2 * grid, 3)] {
                let found = StreamingTests.streamed(
                    network, picture, rowsAtATime: rows, workers: workers, isa: isa)
                #expect(bitDifference(found.samples, whole.samples) == nil, "\(kind), \(rows) rows")
            }
            #expect((network.patchSide == nil) == example.operation.isLocal)
            guard let side = network.patchSide else { continue }
            for top in stride(from: 0, to: picture.height, by: side) {
                let (rows, columns) = (top..<top + side, picture.width - side..<picture.width)
                let found = result(
                    of: network, on: picture.part(rows: rows, columns: columns), noiseLevel: 0.1, isa: isa)
                #expect(
                    bitDifference(found.samples, whole.part(rows: rows, columns: columns).samples) == nil)
            }
        }
    }
}
