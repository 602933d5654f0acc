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
    private let teacher: Teacher?
    private let features: FeatureDistance?
    private var judges: [FeatureJudge] = []
    private var judgedSide = 0
    private let desks: [Desk]
    private var lessons: [Lesson] = []

    /// What a worker has for itself.
    private final class Desk: @unchecked Sendable {
        let workspace = PatchWorkspace()
        var seconds = 0.0
        /// Of the teacher, for the size asked for last.
        var teaching: Executor?

        func teach(_ teacher: Teacher, _ input: PlanarView, noiseLevel: Float, into result: PlanarView) {
            if teaching?.maximumHeight != input.height {
                teaching = Executor(
                    network: teacher.network, maximumHeight: input.height, maximumWidth: input.width)
            }
            teaching?.run(input: input, output: result, noiseLevel: noiseLevel)
        }
    }

    /// What the teacher made of a sample, and room for the gradient towards it.
    private struct Lesson: Sendable {
        let result: PlanarImage
        let gradient: PlanarImage

        init(channels: Int, side: Int) {
            result = PlanarImage(channels: channels, height: side, width: side)
            gradient = PlanarImage(channels: channels, height: side, width: side)
        }
    }

    /// - Parameters:
    ///   - teacher: what the network learns from beside the targets: the loss is (1 - weight) times that towards the
    ///     target, plus weight times that towards the teacher's result.
    ///   - features: what is added to the loss, towards the target.
    /// - Precondition: `patches` has the network's channels and scale.
    public init(
        _ network: TrainableNetwork, patches: any PatchSource, loss: Loss, teacher: Teacher? = nil,
        features: FeatureDistance? = nil
    ) {
        precondition(
            network.network.inputChannels == patches.channels && network.network.scale == patches.scale)
        self.network = network
        self.patches = patches
        self.loss = loss
        self.teacher = teacher
        self.features = features
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
        prepareLessons(stage)
        prepareJudges(stage)
        let (patches, desks, teacher, lessons, failure) = (patches, desks, teacher, lessons, FirstError())
        network.packWeights()
        network.prepare(samples: stage.batch, height: side, width: side)
        try patches.prepare(step: step, samples: stage.batch, side: side, network: network)
        let losses = network.accumulate(
            samples: stage.batch, height: side, width: side, step: step, seed: patches.seed,
            fill: { worker, sample, input, target in
                let desk = desks[worker]
                let start = ContinuousClock.now
                do {
                    let noiseLevel = try patches.makePatch(
                        step: step, sample: sample, input: input, target: target, workspace: desk.workspace
                    ).noiseLevel
                    desk.seconds += (ContinuousClock.now - start) / .seconds(1)
                    if let teacher {
                        desk.teach(teacher, input, noiseLevel: noiseLevel, into: lessons[sample].result.view)
                    }
                    return noiseLevel
                } catch {
                    failure.keep(error)
                    return 0
                }
            },
            sampleLoss: judging(stage))
        if let error = failure.value { throw error }
        return losses
    }

    private func judging(_ stage: PatchStages.Stage) -> TrainableNetwork.SampleJudging {
        let (own, batch, judges) = (judgingByPixels(stage), stage.batch, judges)
        guard !judges.isEmpty else { return own }
        return { worker, sample, output, target, gradient in
            own(worker, sample, output, target, gradient)
                + judges[worker].add(output: output, target: target, batch: batch, to: gradient)
        }
    }

    private func judgingByPixels(_ stage: PatchStages.Stage) -> TrainableNetwork.SampleJudging {
        let (loss, batch, lessons) = (loss, stage.batch, lessons)
        guard let weight = teacher?.weight else {
            return { loss.gradient(output: $2, target: $3, batch: batch, into: $4) }
        }
        return { _, sample, output, target, gradient in
            let lesson = lessons[sample]
            let taught = loss.gradient(
                output: output, target: lesson.result.view, batch: batch, into: lesson.gradient.view)
            let own = loss.gradient(output: output, target: target, batch: batch, into: gradient)
            let (share, rest) = (Float(weight), Float(1 - weight))
            for c in 0..<gradient.channels {
                for y in 0..<gradient.height {
                    let (row, other) = (gradient.row(c, y), lesson.gradient.view.row(c, y))
                    for x in 0..<gradient.width { row[x] = rest * row[x] + share * other[x] }
                }
            }
            return (1 - weight) * own + weight * taught
        }
    }

    private func prepareLessons(_ stage: PatchStages.Stage) {
        guard teacher != nil, lessons.count < stage.batch || lessons[0].result.height != stage.patch else { return }
        lessons = (0..<stage.batch).map { _ in Lesson(channels: network.network.outputChannels, side: stage.patch) }
    }

    private func prepareJudges(_ stage: PatchStages.Stage) {
        guard let features, judgedSide != stage.patch else { return }
        judgedSide = stage.patch
        let shared = FeatureJudge.Shared(
            features, side: stage.patch, algorithm: network.algorithm, isa: network.instructionSet)
        judges = desks.map { _ in FeatureJudge(shared) }
    }

    public func multiplyAdds(of stage: PatchStages.Stage) -> Double {
        let side = Double(stage.patch / network.network.scale)
        let own = (3 + patches.restoredPixels) * network.network.multiplyAddsPerPixel
        let looking =
            3 * (features?.graph.multiplyAddsPerPixel ?? 0) * Double(network.network.scale * network.network.scale)
        return (own + (teacher?.network.multiplyAddsPerPixel ?? 0) + looking) * side * side * Double(stage.batch)
    }
}
