import Kernels
import Networks
import Tensors

/// A worker's means of measuring a `FeatureDistance` and its gradient, for samples of one size.
///
/// Contract: used by one thread at a time.
final class FeatureJudge: @unchecked Sendable {
    /// What all workers share.
    final class Shared: @unchecked Sendable {
        let plan: TrainingPlan
        let parameters: PackedParameters
        let side: Int
        let loss: Loss

        /// - Parameter side: of the samples.
        init(_ distance: FeatureDistance, side: Int, algorithm: ConvolutionAlgorithm, isa: InstructionSet) {
            plan = TrainingPlan(
                LoweredGraph(distance.graph, for: .training), pictureNeedsGradient: true, learns: false)
            parameters = PackedParameters(plan, height: side, width: side, algorithm: algorithm, isa: isa)
            self.side = side
            loss = Loss(.meanSquaredError, weight: distance.weight)
        }
    }

    private let executor: TrainingExecutor
    private let loss: Loss
    /// For gradients of slopes, which nobody reads.
    private let lane: AlignedBuffer<Float>

    init(_ shared: Shared) {
        executor = TrainingExecutor(
            plan: shared.plan, parameters: shared.parameters, height: shared.side, width: shared.side, places: 1)
        loss = shared.loss
        lane = AlignedBuffer(repeating: 0, count: max(1, shared.parameters.laneCount))
    }

    /// Adds the gradient of a batch's share of the distance, with its weight, to `gradient`.
    ///
    /// - Returns: the sample's distance with its weight.
    func add(output: PlanarView, target: PlanarView, batch: Int, to gradient: PlanarView) -> Double {
        let features = executor.targets[0]
        executor.inputs[0].copySamples(from: target)
        features.copySamples(from: executor.restored(noiseLevel: 0))
        executor.inputs[0].copySamples(from: output)
        let context = BatchContext(seed: 0, step: 0, samples: 1)
        let losses = executor.run(samples: [0], noiseLevels: [0], context, lane: lane.base, begins: true) { [loss] in
            loss.gradient(output: $1, target: $2, batch: batch, into: $3)
        }
        if let own = executor.inputGradient { gradient.accumulate(own, negates: false, adds: true) }
        return losses[0]
    }
}
