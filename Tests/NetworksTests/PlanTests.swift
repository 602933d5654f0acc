import Kernels
import Networks
import Tensors
import TestSupport
import Testing

/// Fusing and reuse of memory, on graphs that nobody drew: whatever the graph, the executor gives what the unfused
/// plain loops give, in every value that a step makes.
@Suite struct PlanTests {
    /// A graph of about `count` operations that fit, for pictures with sides that are multiples of 4.
    static func randomGraph(seed: UInt64, count: Int = 14) throws -> Graph {
        var dice = SeededNumbers(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ 99)
        var graph = Graph(inputChannels: 1 + dice.next(below: 4))
        var values = [graph.picture]
        func weights(_ shape: [Int]) -> Tensor {
            // Sums keep the magnitude of what goes in.
            let fan = Float(shape.count > 1 ? shape[1] * shape[2] * shape[3] : 4)
            let bound = (3 / fan).squareRoot()
            return noise(shape, seed: UInt64(dice.next(below: 1 << 20)), in: -bound...bound)
        }
        for step in 0..<count {
            // The newest values are picked more often, so that chains grow that can be fused.
            let x = dice.next(below: 3) > 0 ? values[values.count - 1] : dice.pick(values)
            let shape = graph.shape(of: x)
            let outputs = 1 + dice.next(below: 20)
            let isFine = shape.resolution.numerator >= shape.resolution.denominator * 2
            let isCoarse = shape.resolution.denominator >= 4
            let bias = dice.next(below: 2) == 0
            var operation: (any GraphOperation)?
            var second: Graph.Value?
            let kind = dice.pick(Operations.all.map { $0.kind })
            switch kind {
            case Convolution.kind:
                let size = dice.pick([1, 3, 3])
                operation = Convolution(
                    weights: weights([outputs, shape.channels, size, size]), bias: bias ? weights([outputs]) : nil)
            case StridedConvolution.kind where !isCoarse:
                operation = StridedConvolution(
                    weights: weights([outputs, shape.channels, 2, 2]), bias: bias ? weights([outputs]) : nil)
            case TransposedConvolution.kind where !isFine:
                operation = TransposedConvolution(
                    weights: weights([shape.channels, outputs, 2, 2]), bias: bias ? weights([outputs]) : nil)
            case Unshuffle.kind where !isCoarse && shape.channels <= 8:
                operation = Unshuffle(appendsNoiseLevel: bias)
            case Shuffle.kind:
                let factors = [1, 2].filter { shape.channels % ($0 * $0) == 0 && ($0 == 1 || !isFine) }
                operation = Shuffle(factor: dice.pick(factors))
            case ReLU.kind: operation = ReLU()
            case PReLU.kind: operation = PReLU(slopes: weights([shape.channels]))
            case Sum.kind:
                second = dice.pick(values.filter { graph.shape(of: $0) == shape })
                operation = Sum(subtracts: dice.next(below: 3) == 0)
            case Nearest.kind where !isFine: operation = Nearest(factor: 2)
            case Bicubic.kind where !isFine: operation = Bicubic(factor: 2)
            case Sigmoid.kind: operation = Sigmoid()
            case Dropout.kind: operation = Dropout(rate: 0.5)
            case GaussianSampling.kind where shape.channels % 2 == 0: operation = GaussianSampling()
            case StridedConvolution.kind, TransposedConvolution.kind, Unshuffle.kind, Nearest.kind, Bicubic.kind:
                break
            default:
                let examples = OperationExample.all(of: kind, channels: shape.channels, seed: seed)
                    .filter { $0.inputs[0] == ValueShape(channels: shape.channels) }
                guard !examples.isEmpty else { break }
                let example = dice.pick(examples)
                operation = example.operation
                guard let other = example.inputs.dropFirst().first else { break }
                second = values.last {
                    graph.shape(of: $0) == .init(channels: other.channels, resolution: shape.resolution)
                }
                if second == nil { operation = nil }
            }
            guard let operation else { continue }
            if let second {
                values.append(try graph.append(operation, x, second, name: "\(kind) \(step)"))
            } else {
                values.append(try graph.append(operation, x, name: "\(kind) \(step)"))
            }
        }
        // The result has a whole resolution.
        while graph.shape(of: graph.result).resolution.denominator > 1 {
            let channels = graph.shape(of: graph.result).channels
            try graph.append(
                TransposedConvolution(weights: weights([channels, 3, 2, 2])), graph.result,
                name: "finer \(graph.valueCount)")
        }
        return graph
    }

    @Test(arguments: 0..<120) func anyGraphRunsAsItsReference(_ seed: Int) throws {
        let graph = try Self.randomGraph(seed: UInt64(seed))
        let network = try Network(graph)
        let (height, width) = (4 * network.grid, 3 * network.grid + (network.grid < 4 ? 4 * network.grid : 0))
        let picture = noise([network.inputChannels, height, width], seed: UInt64(seed), in: -1...1)
        let expected = graph.referenceValues(of: picture, noiseLevel: 0.3)
        let isa = InstructionSet.available[seed % InstructionSet.available.count]
        // Larger than needed, and dirty: what an earlier picture left behind must not show.
        let executor = Executor(
            network: network, maximumHeight: height + 2 * network.grid, maximumWidth: width + 4 * network.grid,
            instructionSet: isa)
        let dirty = noise(
            [network.inputChannels, height + 2 * network.grid, width + 4 * network.grid], seed: 5, in: 1...2)
        let dirtyOutput = PlanarImage(
            channels: network.outputChannels, height: network.scale * (height + 2 * network.grid),
            width: network.scale * (width + 4 * network.grid))
        let dirtyImage = dirty.image
        executor.run(input: dirtyImage.view, output: dirtyOutput.view, noiseLevel: 0.9)

        let output = PlanarImage(
            channels: network.outputChannels, height: network.scale * height, width: network.scale * width)
        let image = picture.image
        let made = executor.trace(input: image.view, output: output.view, noiseLevel: 0.3)
        let names = made.map(\.name)
        for step in made {
            let truth = expected[step.graphValue]
            let tolerance = roundingTolerance(
                depth: graph.sumDepth, layers: graph.nodes.count, peak: expected.map(\.peak).max() ?? 1)
            #expect(difference(step.value, truth, tolerance: tolerance) == nil, "\(step.name) of \(names)")
        }
        let truth = expected[graph.result.index]
        let tolerance = roundingTolerance(
            depth: graph.sumDepth, layers: graph.nodes.count, peak: expected.map(\.peak).max() ?? 1)
        #expect(difference(output.tensor, truth, tolerance: tolerance) == nil, "result of \(names)")
    }

    /// The U-Net's activations, skip connections, skips and the picture's own are all fused.
    @Test func uNetHasNoPassOfItsOwnForSumsAndActivations() throws {
        let network = try Network(UNetLike.graph())
        let output = PlanarImage(channels: 1, height: 8, width: 8)
        let executor = Executor(network: network, maximumHeight: 8, maximumWidth: 8)
        let picture = noise([1, 8, 8], seed: 1).image
        let names = executor.trace(input: picture.view, output: output.view).map(\.name)
        #expect(names == ["unshuffle", "input", "relu", "block", "down", "skip", "output", "result"])
    }
}

/// The smallest graph with everything that a U-Net has.
private enum UNetLike {
    static func graph() throws -> Graph {
        var graph = Graph(inputChannels: 1)
        func weights(_ shape: Int...) -> Tensor { noise(shape, seed: 3, in: -1...1) }
        let z = try graph.append(Unshuffle(), graph.picture, name: "unshuffle")
        let x = try graph.append(Convolution(weights: weights(6, 4, 3, 3)), z, name: "input")
        let a = try graph.append(Convolution(weights: weights(6, 6, 3, 3)), x, name: "first")
        let b = try graph.append(ReLU(), a, name: "relu")
        let c = try graph.append(Convolution(weights: weights(6, 6, 3, 3)), b, name: "second")
        let d = try graph.append(Sum(), x, c, name: "block")
        let e = try graph.append(StridedConvolution(weights: weights(7, 6, 2, 2)), d, name: "down")
        let f = try graph.append(
            TransposedConvolution(weights: weights(7, 6, 2, 2)), e, name: "up")
        let g = try graph.append(Sum(), f, d, name: "skip")
        let h = try graph.append(Convolution(weights: weights(4, 6, 3, 3)), g, name: "output")
        let s = try graph.append(Shuffle(factor: 2), h, name: "shuffle")
        try graph.append(Sum(subtracts: true), graph.picture, s, name: "result")
        return graph
    }
}

@Suite struct ArenaPlanTests {
    @Test(arguments: 0..<50) func noTwoLivingBuffersOverlap(_ seed: Int) {
        var dice = SeededNumbers(state: UInt64(seed + 1) &* 77_777_777)
        let buffers = (0..<1 + dice.next(below: 25)).map { _ in
            let first = dice.next(below: 20)
            return ArenaLayout.Buffer(elementCount: dice.next(below: 500), life: first...first + dice.next(below: 6))
        }
        let plan = ArenaLayout(buffers)
        for a in buffers.indices {
            #expect(plan.offsets[a] % ArenaLayout.alignment == 0)
            #expect(plan.offsets[a] + buffers[a].elementCount <= plan.elementCount)
            for b in buffers.indices where b > a && buffers[a].life.overlaps(buffers[b].life) {
                let apart =
                    plan.offsets[a] + buffers[a].elementCount <= plan.offsets[b]
                    || plan.offsets[b] + buffers[b].elementCount <= plan.offsets[a]
                #expect(apart, "\(buffers[a]) and \(buffers[b])")
            }
        }
        let peak =
            (0..<30).map { step in
                buffers.reduce(0) { $0 + ($1.life.contains(step) ? $1.elementCount : 0) }
            }.max() ?? 0
        #expect(plan.elementCount >= peak)
        #expect(plan.elementCount <= buffers.reduce(0) { $0 + $1.elementCount + ArenaLayout.alignment })
    }

    @Test func memoryIsReusedWhenLivesDoNotMeet() {
        let plan = ArenaLayout([
            .init(elementCount: 160, life: 0...1), .init(elementCount: 320, life: 1...2),
            .init(elementCount: 160, life: 2...3), .init(elementCount: 160, life: 3...4),
        ])
        #expect(plan.elementCount == 480)
    }

    @Test func nothingNeedsNothing() { #expect(ArenaLayout([]).elementCount == 0) }
}
