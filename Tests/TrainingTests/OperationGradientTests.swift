import Kernels
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// The gradient of every kind of operation, against central differences of its plain loops in Float64.
///
/// Where a graph is linear in the picture and in each parameter as far as the differences reach, the differences are
/// exact but for rounding; elsewhere they are those of five points.
@Suite struct OperationGradientTests {
    @Test func everyKindHasExamples() throws {
        for kind in Operations.all.map({ $0.kind }) {
            #expect(
                try OperationGradientExamples.all(of: kind) != nil,
                "no graph whose gradient is tested of \(kind)")
        }
    }

    static let noiseLevel: Float = 0.1

    /// The picture of every test: no element is nearer to zero than the differences reach.
    static let picture = Tensor(
        shape: [3, 4, 6], elements: noise([3, 4, 6], seed: 5, in: -1...1).elements.map { $0 + ($0 < 0 ? -0.3 : 0.3) })

    /// The sum of the result's elements times fixed factors.
    static func value(_ graph: Graph, _ picture: Tensor, factors: Tensor) -> Double {
        let result = graph.referenceValues(of: picture, noiseLevel: noiseLevel)[graph.nodes.count]
        return zip(result.elements, factors.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// The slope of `value` along one element of a tensor: over 0.25 on both sides, or for a curve by the formula of five
    /// points, whose error is of the fourth order.
    static func slope(
        at index: Int, of tensor: Tensor, isCurved: Bool, _ value: (Tensor) throws -> Double
    ) rethrows -> Double {
        func difference(_ step: Float) throws -> (rise: Double, width: Double) {
            var (lower, upper) = (tensor, tensor)
            lower.elements[index] -= step
            upper.elements[index] += step
            return (
                try value(upper) - value(lower),
                Double(upper.elements[index]) - Double(lower.elements[index])
            )
        }
        let near = try difference(isCurved ? 0.0625 : 0.25)
        guard isCurved else { return near.rise / near.width }
        let far = try difference(0.125)
        return (4 * near.rise / near.width - far.rise / far.width) / 3
    }

    @Test(arguments: Operations.all.map { $0.kind }) func gradientsAreCentralDifferences(
        _ kind: String
    ) throws {
        let examples = try #require(try OperationGradientExamples.all(of: kind))
        for graph in examples.graphs {
            let network = try Network(graph)
            let (height, width) = (4, 6)
            let shape = [network.outputChannels, network.scale * height, network.scale * width]
            let factors = noise(shape, seed: 11, in: -1...1)
            for isa in InstructionSet.available {
                let trainable = TrainableNetwork(network, workers: 1, isa: isa, pictureNeedsGradient: true)
                _ = trainable.accumulate(
                    samples: 1, height: height, width: width,
                    fill: { _, _, input, _ in
                        input.copySamples(from: Self.picture.image.view)
                        return Self.noiseLevel
                    },
                    loss: { _, _, gradient in
                        gradient.copySamples(from: factors.image.view)
                        return 0
                    })
                let found = try #require(trainable.inputGradient).elements
                for index in Self.picture.elements.indices {
                    let expected = Self.slope(at: index, of: Self.picture, isCurved: examples.isCurved) {
                        Self.value(graph, $0, factors: factors)
                    }
                    #expect(abs(Double(found[index]) - expected) <= 2e-4, "picture, element \(index)")
                }
                for parameter in trainable.parameters where parameter.keeping == nil {
                    let tensor = try #require(graph.parameter(parameter.name))
                    for index in tensor.elements.indices {
                        let expected = try Self.slope(at: index, of: tensor, isCurved: examples.isCurved) {
                            Self.value(
                                try graph.replacing(parameter.name, by: $0), Self.picture, factors: factors)
                        }
                        let found = trainable.gradient.base[parameter.range.lowerBound + index]
                        #expect(abs(Double(found) - expected) <= 2e-4, "\(parameter.name), element \(index)")
                    }
                }
            }
        }
    }
}

extension PlanarView {
    /// All samples, channel after channel.
    fileprivate var elements: [Float] {
        (0..<channels).flatMap { c in
            (0..<height).flatMap { y in Array(UnsafeBufferPointer(start: row(c, y), count: width)) }
        }
    }
}

extension Graph {
    /// The learnt tensor of this name.
    fileprivate func parameter(_ name: String) -> Tensor? {
        for node in nodes {
            for parameter in node.operation.parameters where name == "\(node.name).\(parameter.role)" {
                return parameter.tensor
            }
        }
        return nil
    }

    /// The same graph with another tensor of this name.
    fileprivate func replacing(_ name: String, by tensor: Tensor) throws -> Graph {
        var graph = Graph(inputChannels: shape(of: picture).channels)
        for node in nodes {
            let tensors = node.operation.parameters.map {
                name == "\(node.name).\($0.role)" ? tensor : $0.tensor
            }
            let operation = node.operation.replacingParameters(by: tensors)
            if node.inputs.count == 1 {
                try graph.append(operation, node.inputs[0], name: node.name)
            } else {
                try graph.append(operation, node.inputs[0], node.inputs[1], name: node.name)
            }
        }
        return graph
    }
}
