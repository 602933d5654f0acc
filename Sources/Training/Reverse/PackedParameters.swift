import Kernels
import Networks
import Restoration
import Tensors

/// The weights as the kernels want them, shared by all workers, and how their gradients lie in a lane.
///
/// A lane is one vector that holds, for every convolution, the packed gradient of its weights and bias, for every depthwise
/// one that of its weights, and for every PReLU that of its slopes, filled up to whole blocks.
final class PackedParameters: @unchecked Sendable {
    struct PackedLayer {
        let layer: LoweredGraph.Convolution
        let forward: ConvolutionKernel
        /// Takes the gradient of the result to that of the input; nil where the input needs none.
        let backward: ConvolutionKernel?
        let gradient: ConvolutionGradient
        let gradientAlgorithm: ConvolutionAlgorithm
        let offset: Int

        /// Adds the gradients for an input and the gradient of its result to a lane, or begins the lane with them.
        func accumulate(
            _ input: BlockedView, _ outputGradient: BlockedView, lane: UnsafeMutablePointer<Float>, begins: Bool,
            workspace: UnsafeMutableBufferPointer<Float>
        ) {
            let packed = lane + offset
            if begins { packed.update(repeating: 0, count: gradient.elementCount) }
            switch gradientAlgorithm {
            case .direct:
                gradient.accumulateWeights(input: input, outputGradient: outputGradient, into: packed)
            case .winograd, .winogradBFloat16:
                gradient.accumulateWeightsByWinograd(
                    input: input, outputGradient: outputGradient, into: packed, workspace: workspace)
            case .bfloat16:
                gradient.accumulateWeightsByBFloat16(
                    input: input, outputGradient: outputGradient, into: packed, workspace: workspace)
            }
            if layer.bias != nil { gradient.accumulateBias(outputGradient: outputGradient, into: packed) }
        }
    }

    struct Depthwise {
        let parameter: Int
        let forward: PackedDepthwise
        /// Takes the gradient of the result to that of the input.
        let backward: PackedDepthwise
        let offset: Int

        /// As `PackedLayer.accumulate`.
        func accumulate(
            _ input: BlockedView, _ outputGradient: BlockedView, lane: UnsafeMutablePointer<Float>, begins: Bool
        ) {
            let packed = lane + offset
            if begins { packed.update(repeating: 0, count: forward.elementCount) }
            forward.accumulateWeights(input: input, outputGradient: outputGradient, into: packed)
        }
    }

    struct Slopes {
        let parameter: Int
        let packed: PackedSlopes
        let offset: Int

        func clear(in lane: UnsafeMutablePointer<Float>) {
            (lane + offset).update(repeating: 0, count: packed.channels)
        }
    }

    private(set) var convolutions: [PackedLayer] = []
    private(set) var depthwise: [Depthwise] = []
    private(set) var slopes: [Slopes] = []
    let instructionSet: InstructionSet
    /// Elements of a lane.
    private(set) var laneCount = 0
    private let table: [ParameterRange]

    /// - Parameters:
    ///   - height, width: of the pictures, which decide the layers' algorithms.
    init(_ graph: LoweredGraph, height: Int, width: Int, algorithm: ConvolutionAlgorithm, isa: InstructionSet) {
        table = graph.parameters
        instructionSet = isa
        var offset = 0
        for (number, layer) in graph.convolutions.enumerated() {
            let initial = graph.initial[layer.weights]
            let needsGradient = graph.nodes.contains {
                if case .convolution(number, _) = $0.work { graph.values[$0.inputs[0]].needsGradient } else { false }
            }
            let gradient = ConvolutionGradient(
                kind: layer.kind, inputChannels: layer.inputChannels, outputChannels: layer.outputChannels, isa: isa)
            let (rows, columns) = (layer.resolution.side(forPicture: height), layer.resolution.side(forPicture: width))
            func kernel(isGradient: Bool) -> ConvolutionKernel {
                let own = layer.algorithm(
                    asked: algorithm, isGradient: isGradient, height: rows, width: columns)
                guard !isGradient else {
                    return ConvolutionKernel(gradientOf: layer.kind, weights: initial, algorithm: own, isa: isa)
                }
                return ConvolutionKernel(
                    kind: layer.kind, weights: initial, bias: layer.bias.map { graph.initial[$0] }, algorithm: own,
                    isa: isa)
            }
            convolutions.append(
                PackedLayer(
                    layer: layer, forward: kernel(isGradient: false),
                    backward: needsGradient ? kernel(isGradient: true) : nil, gradient: gradient,
                    gradientAlgorithm: layer.weightAlgorithm(asked: algorithm, height: rows, width: columns),
                    offset: offset))
            offset += Self.roundedUp(gradient.elementCount)
        }
        for parameter in graph.depthwise {
            let weights = graph.initial[parameter]
            let forward = PackedDepthwise(weights: weights, isa: isa)
            depthwise.append(
                Depthwise(
                    parameter: parameter, forward: forward,
                    backward: PackedDepthwise(weights: weights, turned: true, isa: isa), offset: offset))
            offset += forward.elementCount
        }
        for parameter in graph.slopes {
            slopes.append(
                Slopes(
                    parameter: parameter, packed: PackedSlopes(graph.initial[parameter].elements),
                    offset: offset))
            offset += Self.roundedUp(graph.parameters[parameter].range.count)
        }
        laneCount = offset
    }

    /// The elements of workspace that the largest layer wants for pictures of this size, in either pass.
    func workspaceCount(height: Int, width: Int) -> Int {
        convolutions.reduce(0) { count, packed in
            let resolution = packed.layer.resolution
            let (rows, columns) = (resolution.side(forPicture: height), resolution.side(forPicture: width))
            let forward = packed.forward.workspaceCount(height: rows, width: columns)
            let size = packed.layer.kind.outputSize(height: rows, width: columns)
            return max(
                count, forward, packed.backward?.workspaceCount(height: size.height, width: size.width) ?? 0,
                packed.gradient.workspaceCount(packed.gradientAlgorithm, height: rows, width: columns))
        }
    }

    private static func roundedUp(_ count: Int) -> Int { BlockedView.blockCount(channels: count) * BlockedView.block }

    /// Packs the flat vector of weights anew; layers in parallel.
    func pack(_ weights: AlignedBuffer<Float>, team: WorkerTeam) {
        let layers = convolutions
        team.forEach(layers.count) { _, index in
            let layer = layers[index]
            let values = weights.base + self.table[layer.layer.weights].range.lowerBound
            let bias = layer.layer.bias.map { weights.base + self.table[$0].range.lowerBound }
            layer.forward.repack(weights: values, bias: bias)
            layer.backward?.repack(weights: values)
        }
        for layer in depthwise {
            let values = weights.base + table[layer.parameter].range.lowerBound
            layer.forward.repack(weights: values)
            layer.backward.repack(weights: values)
        }
        for slope in slopes { slope.packed.repack(weights.base + table[slope.parameter].range.lowerBound) }
    }

    /// Writes a lane into a flat vector in the order of the parameters; layers in parallel.
    func unpack(_ lane: AlignedBuffer<Float>, to gradient: AlignedBuffer<Float>, team: WorkerTeam) {
        let layers = convolutions
        team.forEach(layers.count) { _, index in
            let layer = layers[index]
            layer.gradient.unpack(
                lane.base + layer.offset, weights: gradient.base + self.table[layer.layer.weights].range.lowerBound,
                bias: layer.layer.bias.map { gradient.base + self.table[$0].range.lowerBound })
        }
        for layer in depthwise {
            layer.forward.unpack(
                lane.base + layer.offset, weights: gradient.base + table[layer.parameter].range.lowerBound)
        }
        for slope in slopes {
            let range = table[slope.parameter].range
            (gradient.base + range.lowerBound).update(from: lane.base + slope.offset, count: range.count)
        }
    }
}
