import Foundation
import Networks
public import Tensors

/// The gradients of a network's loss on patches: what a run of training trains.
///
/// Patches are made by the workers that use them, just before; so nobody waits for data, and what `waitingSeconds` tells
/// is the time that making them took.
public final class NetworkGradients: GradientSource {
    public let network: TrainableNetwork
    private let patches: any PatchSource
    private let loss: Loss
    private let desks: [Desk]

    /// What a worker has for itself.
    private final class Desk: @unchecked Sendable {
        let workspace = PatchWorkspace()
        var seconds = 0.0
    }

    /// - Precondition: `patches` has the network's channels and scale.
    public init(_ network: TrainableNetwork, patches: any PatchSource, loss: Loss) {
        precondition(
            network.network.inputChannels == patches.channels && network.network.scale == patches.scale)
        self.network = network
        self.patches = patches
        self.loss = loss
        desks = (0..<network.workers).map { _ in Desk() }
    }

    public var ranges: [ParameterRange] { network.parameters }
    public var weights: AlignedBuffer<Float> { network.weights }
    public var gradient: AlignedBuffer<Float> { network.gradient }
    public var workers: Int { network.workers }
    public var waitingSeconds: Double { desks.reduce(0) { $0 + $1.seconds } }

    /// - Throws: what `PatchSource.makePatch` throws.
    public func accumulate(step: Int, stage: PatchStages.Stage) throws -> [Double] {
        let side = stage.patch / network.network.scale
        let (patches, desks, loss, failure) = (patches, desks, loss, FirstError())
        network.packWeights()
        network.prepare(samples: stage.batch, height: side, width: side)
        try patches.prepare(step: step, samples: stage.batch, side: side, network: network)
        let losses = network.accumulate(
            samples: stage.batch, height: side, width: side, step: step, seed: patches.seed,
            fill: { worker, sample, input, target in
                let desk = desks[worker]
                let start = ContinuousClock.now
                defer { desk.seconds += (ContinuousClock.now - start) / .seconds(1) }
                do {
                    return try patches.makePatch(
                        step: step, sample: sample, input: input, target: target, workspace: desk.workspace
                    ).noiseLevel
                } catch {
                    failure.keep(error)
                    return 0
                }
            },
            loss: { loss.gradient(output: $0, target: $1, batch: stage.batch, into: $2) })
        if let error = failure.value { throw error }
        return losses
    }

    public func multiplyAdds(of stage: PatchStages.Stage) -> Double {
        let side = Double(stage.patch / network.network.scale)
        return (3 + patches.restoredPixels) * network.network.multiplyAddsPerPixel * side * side * Double(stage.batch)
    }
}
