import Autoencoders
import Kernels
import Networks
import Tensors

/// The term `ObjectiveTerm.Kind.perceptual`: the mean squared difference of the bottleneck features that a trained
/// network, given no noise level, has for a value and for the target; its weights do not change.
///
/// - Complexity: three times the multiply-adds of the network's first half, for each sample.
///
/// Contract: each worker asks for its own samples; `prepare` is not called meanwhile.
final class PerceptualTerm: TermEvaluator, @unchecked Sendable {
    /// The operations up to the bottleneck features.
    let graph: Graph
    private let place: GradientPlace
    private let target: TargetPlace
    private let algorithm: ConvolutionAlgorithm
    private let instructionSet: InstructionSet
    /// The resolution of the value relative to the sample's picture.
    private let resolution: Resolution
    private var observers: [Observer] = []

    init(
        _ graph: Graph, _ place: GradientPlace, _ target: TargetPlace, resolution: Resolution,
        algorithm: ConvolutionAlgorithm, isa: InstructionSet
    ) {
        self.graph = graph
        self.place = place
        self.target = target
        self.resolution = resolution
        self.algorithm = algorithm
        instructionSet = isa
    }

    /// Prepares the workers for samples whose pictures have this size.
    func prepare(height: Int, width: Int, workers: Int) {
        let (height, width) = (resolution.side(forPicture: height), resolution.side(forPicture: width))
        if let first = observers.first, observers.count == workers, first.executor.height == height,
            first.executor.width == width
        {
            return
        }
        let plan = TrainingPlan(LoweredGraph(graph, for: .training), pictureNeedsGradient: true, learns: false)
        let parameters = PackedParameters(
            plan, height: height, width: width, algorithm: algorithm, isa: instructionSet)
        observers = (0..<workers).map { _ in Observer(plan, parameters, height: height, width: width) }
    }

    func evaluate(_ sample: SampleViews, _ context: SampleContext) -> Double {
        return observers[context.worker].add(
            output: sample.values[place.index], target: target.view(sample, context), batch: context.samples,
            weight: context.weight, to: sample.gradients[place.index], adds: place.adds)
    }

    /// The executor and the features of one worker.
    private final class Observer {
        let executor: TrainingExecutor
        /// The bottleneck features of the target.
        private let features: PlanarView
        /// The shard for gradients of parameters, which nobody reads.
        private let shard: AlignedBuffer<Float>

        init(_ plan: TrainingPlan, _ parameters: PackedParameters, height: Int, width: Int) {
            executor = TrainingExecutor(plan: plan, parameters: parameters, height: height, width: width, places: 1)
            let shape = plan.graph.values[plan.graph.result].shape
            features =
                PlanarImage(
                    channels: shape.channels, height: shape.resolution.side(forPicture: height),
                    width: shape.resolution.side(forPicture: width)
                ).view
            shard = AlignedBuffer(repeating: 0, count: max(1, parameters.shardElements))
        }

        func add(
            output: PlanarView, target: PlanarView, batch: Int, weight: Double, to gradient: PlanarView, adds: Bool
        ) -> Double {
            executor.inputs[0][0].copySamples(from: target)
            features.copySamples(from: executor.restored(noiseLevel: 0))
            executor.inputs[0][0].copySamples(from: output)
            var value = 0.0
            executor.run(samples: [0], noiseLevels: [0], seed: 0, step: 0, shard: shard.base, begins: true) {
                _, views in
                value =
                    weight
                    * Loss.Kind.meanSquaredError.gradient(
                        output: views.values[0], target: features, batch: batch, weight: weight,
                        into: views.gradients[0], adds: false)
            }
            if let own = executor.inputGradient { gradient.accumulate(own, negates: false, adds: adds) }
            return value
        }
    }
}
