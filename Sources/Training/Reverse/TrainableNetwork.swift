public import Kernels
public import Networks
import Restoration
public import Tensors

/// A network in training: its parameters as one vector, and the gradient of a batch's loss with respect to them.
///
/// Reverse mode, data-parallel by sample: every worker takes one sample after the other through both passes with all
/// activations in its own arena. Gradients go into eight fixed lanes, sample i into lane i mod 8 in order, and the lanes
/// are summed in order: the same samples give the same bits for any number of workers, of which up to eight share a
/// batch.
///
/// Contract: used by one thread at a time (it has its own workers). After a change of `weights` call `packWeights()`.
public final class TrainableNetwork {
    /// The learnt tensors, in the order of the flat vectors.
    public let parameters: [ParameterRange]
    /// All weights, one parameter after the other, each in PyTorch's order.
    public let weights: AlignedBuffer<Float>
    /// The gradient of the last batch's loss, laid out as `weights`.
    public let gradient: AlignedBuffer<Float>
    /// Workers that share a batch: 1 to 8.
    public let workers: Int
    public let network: Network

    public let algorithm: ConvolutionAlgorithm
    public let instructionSet: InstructionSet

    private let team: WorkerTeam
    private let plan: TrainingPlan
    /// For the size of the last batch.
    private var packed: PackedParameters
    private let lanes: [AlignedBuffer<Float>]
    private var executors: [TrainingExecutor] = []
    /// For `restore`, one a worker, of the size asked for last.
    private var restorers: [TrainingExecutor] = []

    /// Samples of a lane that a worker takes through both passes side by side.
    static let samplesTogether = 2

    /// Into how many lanes gradients go, which bounds the workers.
    public static let laneCount = 8

    /// A network with the weights that `network`'s operations hold.
    ///
    /// - Parameters:
    ///   - workers: more than eight count as eight.
    ///   - algorithm: of the convolutions, forward and for both gradients; one of `ConvolutionAlgorithm.available(isa)`.
    ///   - isa: one of `InstructionSet.available`.
    public convenience init(
        _ network: Network, workers: Int, algorithm: ConvolutionAlgorithm = .winograd, isa: InstructionSet = .current
    ) {
        self.init(network, workers: workers, algorithm: algorithm, isa: isa, pictureNeedsGradient: false)
    }

    /// - Parameter pictureNeedsGradient: whether `inputGradient` is made, for tests of operations on the picture.
    package init(
        _ network: Network, workers: Int, algorithm: ConvolutionAlgorithm = .winograd, isa: InstructionSet = .current,
        pictureNeedsGradient: Bool
    ) {
        let graph = LoweredGraph(network.graph, for: .training)
        self.network = network
        self.workers = max(1, min(workers, Self.laneCount))
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
        let laneCount = packed.laneCount
        lanes = (0..<Self.laneCount).map { _ in AlignedBuffer(repeating: 0, count: laneCount) }
        for (range, parameter) in zip(parameters, graph.parameters) {
            for (index, element) in zip(range.range, parameter.tensor.elements) { weights.base[index] = element }
        }
    }

    /// Brings the kernels' copies of the weights up to date.
    ///
    /// - Complexity: about a millisecond for a million weights.
    public func packWeights() { packed.pack(weights, team: team) }

    /// The tensors, named as in a model file, from a flat vector laid out as `weights`.
    public func tensors(from vector: AlignedBuffer<Float>) -> [(name: String, tensor: Tensor)] {
        parameters.map { parameter in
            let elements = UnsafeBufferPointer(
                start: vector.base + parameter.range.lowerBound, count: parameter.range.count)
            return (parameter.name, Tensor(shape: parameter.shape, elements: Array(elements)))
        }
    }

    /// The memory, in bytes, that training with pictures of this size takes beside the pictures.
    public func byteCount(height: Int, width: Int) -> Int {
        let vectors = packed.laneCount * (Self.laneCount + 2) + weights.count * 2
        return vectors * MemoryLayout<Float>.stride
            + workers * Self.samplesTogether * TrainingExecutor.byteCount(of: plan, height: height, width: width)
    }

    /// Fills one sample on a worker: the input and the target, planar and in 0...1; returns the noise level that the
    /// network is told, 0 for unknown.
    public typealias Filling =
        @Sendable (_ worker: Int, _ sample: Int, _ input: PlanarView, _ target: PlanarView) -> Float
    /// Fills what else goes into the network for a sample: the graph's inputs beside the picture, in order.
    public typealias OtherFilling = @Sendable (_ sample: Int, _ others: [PlanarView]) -> Void
    /// Returns a sample's loss, and writes the gradient of the batch's loss with respect to the output.
    public typealias Judging = @Sendable (_ output: PlanarView, _ target: PlanarView, _ gradient: PlanarView) -> Double
    /// As `Judging`, told on which worker and which sample it is.
    typealias SampleJudging =
        @Sendable (
            _ worker: Int, _ sample: Int, _ output: PlanarView, _ target: PlanarView, _ gradient: PlanarView
        ) -> Double

    /// Runs a batch through both passes; `gradient` holds the sum of the samples' gradients then.
    ///
    /// - Parameters:
    ///   - height, width: of the input pictures, multiples of the network's grid.
    ///   - step, seed: decide what the network draws, and how far penalties have grown.
    ///   - fill, loss: called on the workers, `loss` once for every sample, `fill` twice where a penalty needs means over
    ///     the batch; then it must give the same both times.
    ///   - fillOthers: called with `fill`, where the graph has inputs beside the picture.
    /// - Returns: the samples' losses in order, with what the network's penalties add.
    /// - Complexity: 3 `multiplyAddsPerPixel` x height x width multiply-adds a sample, 4 where means are needed.
    public func accumulate(
        samples count: Int, height: Int, width: Int, step: Int = 0, seed: UInt64 = 0, fill: Filling,
        fillOthers: OtherFilling? = nil, loss: @escaping Judging
    ) -> [Double] {
        accumulate(
            samples: count, height: height, width: width, step: step, seed: seed, fill: fill, fillOthers: fillOthers,
            sampleLoss: { loss($2, $3, $4) })
    }

    /// As the other one, with a loss that is told the sample's number.
    func accumulate(
        samples count: Int, height: Int, width: Int, step: Int, seed: UInt64, fill: Filling,
        fillOthers: OtherFilling? = nil, sampleLoss: SampleJudging
    ) -> [Double] {
        precondition(
            fillOthers != nil || network.graph.inputs.count == 1, "nothing fills the inputs beside the picture")
        prepare(samples: count, height: height, width: width)
        var context = BatchContext(seed: seed, step: step, samples: count)
        context.means = batchMeans(context, fill: fill, fillOthers: fillOthers)
        let used = min(count, Self.laneCount)
        let losses = AlignedBuffer<Double>(repeating: 0, count: count)
        let (executors, lanes, packed, batch) = (executors, lanes, packed, context)
        team.forEach(used) { worker, lane in
            let executor = executors[worker.index]
            let base = lanes[lane].base
            let samples = Array(stride(from: lane, to: count, by: Self.laneCount))
            for first in stride(from: 0, to: samples.count, by: executor.places) {
                let together = samples[first..<min(samples.count, first + executor.places)]
                let noiseLevels = together.enumerated().map { place, sample in
                    fillOthers?(sample, executor.others[place])
                    return fill(worker.index, sample, executor.inputs[place], executor.targets[place])
                }
                let results = executor.run(
                    samples: Array(together), noiseLevels: noiseLevels, batch, lane: base, begins: first == 0
                ) { sampleLoss(worker.index, $0, $1, $2, $3) }
                for (sample, result) in zip(together, results) { losses.base[sample] = result }
            }
        }
        sumLanes(used)
        packed.unpack(lanes[0], to: gradient, team: team)
        return Array(losses.elements)
    }

    /// For each term of the graph its means over the batch, by a forward pass of all samples; nil where it wants none.
    private func batchMeans(_ context: BatchContext, fill: Filling, fillOthers: OtherFilling?) -> [[Float]?] {
        let terms = plan.graph.termSteps.map { index in
            let step = plan.graph.steps[index]
            return (
                needsMeans: step.work.term?.needsMeans == true, channels: plan.graph.values[step.output].shape.channels
            )
        }
        guard terms.contains(where: \.needsMeans) else { return terms.map { _ in nil } }
        let channels = terms.reduce(0) { $0 + $1.channels }
        let sums = AlignedBuffer<Double>(repeating: 0, count: context.samples * channels)
        let executors = executors
        team.forEach(context.samples) { worker, sample in
            let executor = executors[worker.index]
            fillOthers?(sample, executor.others[0])
            let noiseLevel = fill(worker.index, sample, executor.inputs[0], executor.targets[0])
            executor.measureTerms(
                sample: sample, noiseLevel: noiseLevel, context, into: sums.base + sample * channels)
        }
        var offset = 0
        return terms.map { term -> [Float]? in
            defer { offset += term.channels }
            guard term.needsMeans else { return nil }
            return (offset..<offset + term.channels).map { channel in
                let sum = (0..<context.samples).reduce(0) { $0 + sums.base[$1 * channels + channel] }
                return Float(sum / Double(context.samples))
            }
        }
    }

    /// Runs pictures through the forward pass alone, with the weights as they were packed last.
    ///
    /// - Parameters:
    ///   - height, width: of the pictures, multiples of the network's grid.
    ///   - body: called on the workers, once for every sample: fills its picture, planar and in 0...1, then may ask for
    ///     what the network makes of it without knowing a noise level, which stays until `body` returns.
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
            body(sample, restorer.inputs[0]) { restorer.restored(noiseLevel: 0) }
        }
    }

    /// The gradient of the last sample's picture on the first worker, where it was asked for.
    package var inputGradient: PlanarView? { executors.first?.inputGradient }

    /// Readies the workers for batches of this size, as `accumulate` does: the size decides the layers' algorithms.
    package func prepare(samples count: Int, height: Int, width: Int) {
        precondition(count > 0 && height % network.grid == 0 && width % network.grid == 0)
        let places = count > Self.laneCount ? Self.samplesTogether : 1
        if let first = executors.first, first.height == height, first.width == width, first.places >= places { return }
        packed = PackedParameters(plan, height: height, width: width, algorithm: algorithm, isa: instructionSet)
        packWeights()
        executors = (0..<workers).map { _ in
            TrainingExecutor(plan: plan, parameters: packed, height: height, width: width, places: places)
        }
    }

    /// Adds the lanes to the first, in order.
    private func sumLanes(_ used: Int) {
        let piece = 1 << 16
        let (lanes, count) = (lanes, packed.laneCount)
        team.forEach((count + piece - 1) / piece) { _, index in
            let range = index * piece..<min(count, (index + 1) * piece)
            let total = lanes[0].base
            for lane in 1..<max(1, used) {
                let part = lanes[lane].base
                for i in range { total[i] += part[i] }
            }
        }
    }
}
