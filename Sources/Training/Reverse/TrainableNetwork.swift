public import Kernels
public import Networks
public import Tensors
import Workers

/// A network in training: its parameters as one vector, and the gradient of a batch's loss with respect to them.
///
/// Reverse mode, data-parallel by sample: every worker takes one sample after the other through both passes with all
/// activations in its own arena. Gradients go into eight fixed shards, sample i into shard i mod 8 in order, and the
/// shards are summed in order: the same samples give the same bits for any number of workers, of which up to eight
/// share a batch.
///
/// Contract: used by one thread at a time (it has its own workers). After a change of `weights` call `packWeights()`.
public final class TrainableNetwork {
    /// The places of the tensors, buffers included, in the order of the flat vectors.
    public let parameters: [ParameterRange]
    /// All weights, one parameter after the other, each in PyTorch's order.
    public let weights: AlignedBuffer<Float>
    /// The gradient of the last batch's loss, laid out as `weights`.
    public let gradient: AlignedBuffer<Float>
    /// The number of workers that share a batch: 1 to 8.
    public let workers: Int
    /// The network with the weights that training began with.
    public let network: Network

    /// The algorithm of the convolutions, forward and for both gradients.
    public let algorithm: ConvolutionAlgorithm
    /// The instruction set of the kernels.
    public let instructionSet: InstructionSet

    private let team: WorkerTeam
    private let plan: TrainingPlan
    /// The fields of the data's samples.
    private let fields: [SampleField]
    /// The indices of the fields that are inputs of the graph, in its order.
    private let inputFields: [Int]
    /// The packed weights, for the size of the last batch.
    private var packed: PackedParameters
    private let shards: [AlignedBuffer<Float>]
    private var executors: [TrainingExecutor] = []
    /// The executors of `restore`, one a worker, of the size asked for last.
    private var restorers: [TrainingExecutor] = []

    /// The number of samples of a shard that a worker takes through both passes side by side.
    static let samplesTogether = 2

    /// The number of gradient shards, which bounds the workers.
    public static let shardCount = 8

    /// Creates a network in training with the weights that `network`'s operations hold, judged by its result alone.
    ///
    /// - Parameters:
    ///   - workers: more than eight count as eight.
    ///   - algorithm: of the convolutions, forward and for both gradients; one of
    ///     `ConvolutionAlgorithm.available(isa)`.
    ///   - isa: one of `InstructionSet.available`.
    public convenience init(
        _ network: Network, workers: Int, algorithm: ConvolutionAlgorithm = .winograd, isa: InstructionSet = .current
    ) {
        self.init(network, workers: workers, algorithm: algorithm, isa: isa, pictureNeedsGradient: false)
    }

    /// Creates a network in training with the weights that `network`'s operations hold, for an objective that was made
    /// for it.
    public convenience init(
        _ network: Network, for objective: Objective, workers: Int, algorithm: ConvolutionAlgorithm = .winograd,
        isa: InstructionSet = .current
    ) {
        self.init(
            network, workers: workers, algorithm: algorithm, isa: isa, values: objective.values,
            fields: objective.fields)
    }

    /// Creates a network in training whose given values are judged.
    ///
    /// - Parameters:
    ///   - pictureNeedsGradient: true where `inputGradient` is computed, for tests of operations on the picture.
    ///   - values: the values of the graph that are judged, the result first.
    ///   - fields: the fields of a sample; nil for the graph's inputs and a target of the result's shape.
    package init(
        _ network: Network, workers: Int, algorithm: ConvolutionAlgorithm = .winograd, isa: InstructionSet = .current,
        pictureNeedsGradient: Bool = false, values: [Graph.Value]? = nil, fields: [SampleField]? = nil
    ) {
        let result = network.graph.shape(of: network.graph.result)
        let fields =
            fields
            ?? network.graph.inputs.map { SampleField($0.name, $0.shape) } + [SampleField("target", result)]
        self.fields = fields
        inputFields = network.graph.inputs.map { input in
            guard let index = fields.firstIndex(where: { $0.name == input.name && $0.shape == input.shape }) else {
                preconditionFailure("the data do not hold \(input.name)")
            }
            return index
        }
        let graph = LoweredGraph(network.graph, for: .training, values: values ?? [network.graph.result])
        self.network = network
        self.workers = max(1, min(workers, Self.shardCount))
        team = WorkerTeam(workers: self.workers)
        plan = TrainingPlan(graph, pictureNeedsGradient: pictureNeedsGradient)
        self.algorithm = algorithm
        instructionSet = isa
        let grid = network.grid
        packed = PackedParameters(plan, height: grid, width: grid, algorithm: algorithm, isa: isa)
        parameters = packed.ranges
        let count = parameters.last?.range.upperBound ?? 0
        weights = AlignedBuffer(repeating: 0, count: count)
        gradient = AlignedBuffer(repeating: 0, count: count)
        let elements = packed.shardElements
        shards = (0..<Self.shardCount).map { _ in AlignedBuffer(repeating: 0, count: elements) }
        for (range, parameter) in zip(parameters, graph.parameters) {
            for (index, element) in zip(range.range, parameter.tensor.elements) { weights.base[index] = element }
        }
    }

    /// Repacks the kernels' copies of the weights after a change of `weights`.
    ///
    /// - Complexity: about a millisecond for a million weights.
    public func packWeights() { packed.pack(weights, team: team) }

    /// Returns the tensors, named as in a model file, from a flat vector laid out as `weights`; behind them those of
    /// operations that the objective does not reach, unchanged.
    public func tensors(from vector: AlignedBuffer<Float>) -> [(name: String, tensor: Tensor)] {
        parameters.map { parameter in
            let elements = UnsafeBufferPointer(
                start: vector.base + parameter.range.lowerBound, count: parameter.range.count)
            return (parameter.name, Tensor(shape: parameter.shape, elements: Array(elements)))
        } + untouched
    }

    private var untouched: [(name: String, tensor: Tensor)] {
        let known = Set(parameters.map(\.name))
        return network.graph.nodes.filter { !$0.sharesParameters }.flatMap { node in
            node.operation.parameters.map { ("\(node.parameterStem).\($0.role)", $0.tensor) }
        }.filter { !known.contains($0.0) }
    }

    /// Returns the network with the weights of a flat vector laid out as `weights`, for restoring.
    ///
    /// - Complexity: copies the weights once.
    public func network(with vector: AlignedBuffer<Float>) -> Network {
        let tensors = Dictionary(uniqueKeysWithValues: tensors(from: vector).map { ($0.name, $0.tensor) })
        return network.replacingParameters { tensors[$0] }
    }

    /// Returns the memory, in bytes, that training with pictures of this size takes beside the pictures.
    public func byteCount(height: Int, width: Int) -> Int {
        let vectors = packed.shardElements * (Self.shardCount + 2) + weights.count * 2
        return vectors * MemoryLayout<Float>.stride
            + workers * Self.samplesTogether * TrainingExecutor.byteCount(of: plan, height: height, width: width)
    }

    /// Fills one sample on a worker: the input and the target, planar and on 0...1; returns the noise level that the
    /// network is conditioned on, 0...1, 0 for unknown.
    public typealias Filling =
        @Sendable (_ worker: Int, _ sample: Int, _ input: PlanarView, _ target: PlanarView) -> Float
    /// Fills the other inputs of the graph beside the picture for a sample, in order.
    public typealias OtherFilling = @Sendable (_ sample: Int, _ others: [PlanarView]) -> Void
    /// Returns a sample's loss, and writes the gradient of the batch's loss with respect to the output.
    public typealias Judging = @Sendable (_ output: PlanarView, _ target: PlanarView, _ gradient: PlanarView) -> Double
    /// Fills one sample's fields on a worker; returns the noise level that the network is conditioned on, 0...1, 0 for
    /// unknown.
    typealias SampleFilling = @Sendable (_ worker: Int, _ sample: Int, _ fields: [PlanarView]) -> Float

    /// Runs a batch through both passes; `gradient` then holds the sum of the samples' gradients.
    ///
    /// For a network that was made without an objective.
    ///
    /// - Parameters:
    ///   - height, width: of the input pictures, multiples of the network's grid.
    ///   - step, seed: the seed of the network's random numbers.
    ///   - fill, loss: called on the workers, once for every sample.
    ///   - fillOthers: called with `fill`, where the graph has inputs beside the picture.
    /// - Returns: the samples' losses in order.
    /// - Complexity: 3 `multiplyAddsPerPixel` x height x width multiply-adds a sample.
    public func accumulate(
        samples count: Int, height: Int, width: Int, step: Int = 0, seed: UInt64 = 0, fill: Filling,
        fillOthers: OtherFilling? = nil, loss: @escaping Judging
    ) -> [Double] {
        precondition(
            fillOthers != nil || network.graph.inputs.count == 1, "nothing fills the inputs beside the picture")
        return accumulate(
            samples: count, height: height, width: width, step: step, seed: seed,
            fill: { worker, sample, fields in
                fillOthers?(sample, Array(fields[1..<fields.count - 1]))
                return fill(worker, sample, fields[0], fields[fields.count - 1])
            }, judge: ResultJudge(loss: loss))
    }

    /// Runs a batch through both passes; `gradient` then holds the sum of the samples' gradients.
    ///
    /// - Parameters:
    ///   - fill: called on the workers, twice for a sample where the judge needs means over the batch; it must then
    ///     give the same both times.
    ///   - judge: judges the values that the network was made for.
    /// - Returns: the samples' terms, one sample after the other.
    /// - Complexity: 3 `multiplyAddsPerPixel` x height x width multiply-adds a sample, 4 where means are needed.
    func accumulate(
        samples count: Int, height: Int, width: Int, step: Int, seed: UInt64, fill: SampleFilling,
        judge: any SampleJudge
    ) -> [Double] {
        prepare(samples: count, height: height, width: width)
        let context = SampleContext(step: step, samples: count)
        let means = batchMeans(context, seed: seed, fill: fill, judge: judge)
        let used = min(count, Self.shardCount)
        let terms = AlignedBuffer<Double>(repeating: 0, count: count * judge.termCount)
        let (executors, shards, packed) = (executors, shards, packed)
        team.forEach(used) { worker, shard in
            let executor = executors[worker.index]
            let base = shards[shard].base
            let samples = Array(stride(from: shard, to: count, by: Self.shardCount))
            for first in stride(from: 0, to: samples.count, by: executor.places) {
                let together = Array(samples[first..<min(samples.count, first + executor.places)])
                let noiseLevels = together.enumerated().map { place, sample in
                    fill(worker.index, sample, executor.fields[place])
                }
                executor.run(
                    samples: together, noiseLevels: noiseLevels, seed: seed, step: step, shard: base, begins: first == 0
                ) { place, views in
                    var context = context
                    (context.worker, context.sample) = (worker.index, together[place])
                    context.noiseLevel = noiseLevels[place]
                    judge.judge(
                        views, context, means: means, terms: terms.base + together[place] * judge.termCount)
                }
            }
        }
        sumShards(used)
        packed.unpack(shards[0], to: gradient, team: team)
        return Array(terms.elements)
    }

    /// Returns, for each part of the judge, its means over the batch, by a forward pass of all samples; empty where it
    /// needs none.
    private func batchMeans(
        _ context: SampleContext, seed: UInt64, fill: SampleFilling, judge: any SampleJudge
    ) -> [[Float]] {
        let counts = judge.statisticsCounts
        let total = counts.reduce(0, +)
        guard total > 0 else { return counts.map { _ in [] } }
        let sums = AlignedBuffer<Double>(repeating: 0, count: context.samples * total)
        let executors = executors
        team.forEach(context.samples) { worker, sample in
            let executor = executors[worker.index]
            let noiseLevel = fill(worker.index, sample, executor.fields[0])
            executor.measure(sample: sample, noiseLevel: noiseLevel, seed: seed, step: context.step) {
                judge.addStatistics(of: $0, to: sums.base + sample * total)
            }
        }
        var offset = 0
        return counts.map { count in
            defer { offset += count }
            return (offset..<offset + count).map { number in
                let sum = (0..<context.samples).reduce(0) { $0 + sums.base[$1 * total + number] }
                return Float(sum / Double(context.samples))
            }
        }
    }

    /// Runs pictures through the forward pass alone, with the weights as they were packed last.
    ///
    /// - Parameters:
    ///   - height, width: of the pictures, multiples of the network's grid.
    ///   - body: called on the workers, once for every sample: fills its picture, planar and on 0...1, then may ask for
    ///     the network's result without a noise level, which stays valid until `body` returns.
    /// - Complexity: `multiplyAddsPerPixel` x height x width multiply-adds a sample.
    func restore(
        samples count: Int, height: Int, width: Int,
        body: @Sendable (_ sample: Int, _ input: PlanarView, _ restored: () -> PlanarView) -> Void
    ) {
        precondition(height % network.grid == 0 && width % network.grid == 0)
        if restorers.first.map({ $0.height == height && $0.width == width && $0.uses(packed) }) != true {
            restorers = (0..<workers).map { _ in
                TrainingExecutor(plan: plan, parameters: packed, height: height, width: width, places: 1)
            }
        }
        let restorers = restorers
        team.forEach(count) { worker, sample in
            let restorer = restorers[worker.index]
            body(sample, restorer.inputs[0][0]) { restorer.restored(noiseLevel: 0) }
        }
    }

    /// The gradient of the last sample's picture on the first worker, where it was asked for.
    package var inputGradient: PlanarView? { executors.first?.inputGradient }

    /// Prepares the workers for batches of this size, as `accumulate` does: the size decides the layers' algorithms.
    package func prepare(samples count: Int, height: Int, width: Int) {
        precondition(count > 0 && height % network.grid == 0 && width % network.grid == 0)
        let places = count > Self.shardCount ? Self.samplesTogether : 1
        if let first = executors.first, first.height == height, first.width == width, first.places >= places { return }
        packed = PackedParameters(plan, height: height, width: width, algorithm: algorithm, isa: instructionSet)
        packWeights()
        executors = (0..<workers).map { _ in
            TrainingExecutor(
                plan: plan, parameters: packed, height: height, width: width, places: places,
                fields: (fields.map(\.shape), inputFields))
        }
    }

    /// Adds the shards to the first, in order.
    private func sumShards(_ used: Int) {
        let piece = 1 << 16
        let (shards, count) = (shards, packed.shardElements)
        team.forEach((count + piece - 1) / piece) { _, index in
            let range = index * piece..<min(count, (index + 1) * piece)
            let total = shards[0].base
            for shard in 1..<max(1, used) {
                let part = shards[shard].base
                for i in range { total[i] += part[i] }
            }
        }
    }
}
