import Kernels
import Networks
import Tensors
import Workers

/// The kernels of a network in training with their packed weights, shared by all workers, and the layout of a gradient
/// shard: one vector that holds the gradients of each kernel's parameters, one after the other on 64-byte boundaries.
final class PackedParameters: @unchecked Sendable {
    /// The kernels, one for each step of the graph.
    let kernels: [any TrainingKernel]
    /// The offset of the gradients of each step's parameters in a shard.
    let offsets: [Int]
    /// The number of elements of a shard.
    let shardElements: Int
    /// The place of each parameter in the flat vectors.
    let ranges: [ParameterRange]
    private let graph: LoweredGraph
    /// The steps that have parameters.
    private let learning: [Int]

    /// Packs the parameters of a plan's graph.
    ///
    /// - Parameters:
    ///   - height, width: of the pictures, which decide the layers' algorithms.
    init(_ plan: TrainingPlan, height: Int, width: Int, algorithm: ConvolutionAlgorithm, isa: InstructionSet) {
        let graph = plan.graph
        self.graph = graph
        kernels = graph.steps.map { step in
            let resolution = graph.values[step.inputs[0]].shape.resolution
            return step.work.trainingKernel(
                TrainingPacking(
                    inputs: graph.inputShapes(of: step), parameters: graph.tensors(of: step), algorithm: algorithm,
                    instructionSet: isa, height: resolution.side(forPicture: height),
                    width: resolution.side(forPicture: width),
                    inputNeedsGradient: plan.needsGradient[step.inputs[0]]))
        }
        var (offsets, offset) = ([Int](), 0)
        for kernel in kernels {
            offsets.append(offset)
            offset += (kernel.gradientCount + ArenaLayout.alignment - 1) / ArenaLayout.alignment * ArenaLayout.alignment
        }
        self.offsets = offsets
        shardElements = offset
        ranges = Self.ranges(of: graph)
        learning = graph.steps.indices.filter { !graph.steps[$0].parameters.isEmpty }
    }

    /// Returns the place of each parameter of a graph in the flat vectors.
    static func ranges(of graph: LoweredGraph) -> [ParameterRange] {
        var start = 0
        return graph.parameters.map { parameter in
            defer { start += parameter.tensor.elements.count }
            return ParameterRange(
                name: parameter.name, shape: parameter.tensor.shape,
                range: start..<start + parameter.tensor.elements.count, keeping: parameter.keeping)
        }
    }

    /// Returns the elements of workspace that the largest layer needs for pictures of this size, in either pass.
    func workspaceCount(height: Int, width: Int) -> Int {
        zip(graph.steps, kernels).reduce(0) { count, step in
            let resolution = graph.values[step.0.inputs[0]].shape.resolution
            let (rows, columns) = (resolution.side(forPicture: height), resolution.side(forPicture: width))
            return max(
                count, step.1.workspaceCount(height: rows, width: columns),
                step.1.gradientWorkspaceCount(height: rows, width: columns))
        }
    }

    /// Packs the flat vector of weights anew; layers in parallel.
    func pack(_ weights: AlignedBuffer<Float>, team: WorkerTeam) {
        team.forEach(learning.count) { _, index in
            let step = self.learning[index]
            self.kernels[step].repack(self.places(ofStep: step, in: weights).map { UnsafePointer($0) })
        }
    }

    /// Writes a shard into a flat vector in the order of the parameters; layers in parallel. Gradients of steps that
    /// share parameters are summed, in the steps' order.
    func unpack(_ shard: AlignedBuffer<Float>, to gradient: AlignedBuffer<Float>, team: WorkerTeam) {
        let owners = learning.filter { !graph.steps[$0].sharesParameters }
        team.forEach(owners.count) { _, index in
            let step = owners[index]
            self.kernels[step].unpack(
                shard.base + self.offsets[step], to: self.places(ofStep: step, in: gradient))
        }
        for step in learning where graph.steps[step].sharesParameters {
            let counts = graph.steps[step].parameters.map { ranges[$0].range.count }
            let parts = counts.map { AlignedBuffer<Float>(repeating: 0, count: $0) }
            kernels[step].unpack(shard.base + offsets[step], to: parts.map(\.base))
            for (total, part) in zip(places(ofStep: step, in: gradient), parts) {
                for index in 0..<part.count { total[index] += part.base[index] }
            }
        }
    }

    /// Returns pointers to a step's parameters in a flat vector.
    private func places(ofStep step: Int, in vector: AlignedBuffer<Float>) -> [UnsafeMutablePointer<Float>] {
        graph.steps[step].parameters.map { vector.base + ranges[$0].range.lowerBound }
    }
}
