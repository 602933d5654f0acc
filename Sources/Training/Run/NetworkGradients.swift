public import Autoencoders
import Foundation
public import Kernels
public import Networks
public import Tensors

/// The gradients of a network's objective on samples, as a run of training takes them.
///
/// Samples are made by the workers that use them, just before. So no worker waits for data, and `waitingSeconds` is the
/// time that making them took.
public final class NetworkGradients: GradientSource {
    /// The network in training.
    public let network: TrainableNetwork
    /// The objective, bound to the network and the fields of the samples.
    public let objective: Objective
    private let samples: any SampleSource
    private let groups: ParameterGroups
    private let states: [WorkerState]
    /// The sum of the passes' gradients, where there are several; else nil.
    private let total: AlignedBuffer<Float>?

    /// The workspace of one worker, and the seconds in which it has made samples.
    private final class WorkerState: @unchecked Sendable {
        let workspace = PatchWorkspace()
        var seconds = 0.0
    }

    /// Creates the gradients of an objective that is bound to the network.
    ///
    /// - Parameters:
    ///   - network: a network that was made for `objective`.
    ///   - samples: the samples, with the fields that `objective` was bound to.
    ///   - groups: the groups of the network's parameters; nil for one group.
    public init(
        _ network: TrainableNetwork, samples: any SampleSource, objective: Objective, groups: ParameterGroups? = nil
    ) {
        precondition(samples.fields == objective.fields, "the objective was bound to other data")
        self.network = network
        self.samples = samples
        self.objective = objective
        self.groups = groups ?? ParameterGroups(all: network.parameters)
        states = (0..<network.workers).map { _ in WorkerState() }
        let isOne = objective.passes.count == 1 && objective.passes[0].groups.isEmpty
        total = isOne ? nil : AlignedBuffer(repeating: 0, count: network.gradient.count)
    }

    /// Creates the gradients of an objective that is stated by its terms.
    ///
    /// - Parameters:
    ///   - models: the trained networks that terms name, by name or folder.
    ///   - algorithm, isa: as in `TrainableNetwork`.
    /// - Throws: the errors of `Objective.init`.
    public convenience init(
        _ network: Network, samples: any SampleSource, objective terms: [ObjectiveTerm], workers: Int,
        algorithm: ConvolutionAlgorithm = .winograd, isa: InstructionSet = .current,
        models: [String: Network] = [:]
    ) throws {
        let objective = try Objective(
            terms, network: network, fields: samples.fields, algorithm: algorithm, isa: isa
        ) { name in
            guard let model = models[name] else {
                throw TrainingError.setting(
                    name: "model", found: "'\(name)'", expected: models.keys.sorted().joined(separator: ", "))
            }
            return model
        }
        self.init(
            TrainableNetwork(network, for: objective, workers: workers, algorithm: algorithm, isa: isa),
            samples: samples, objective: objective)
    }

    public var ranges: [ParameterRange] { network.parameters }
    public var weights: AlignedBuffer<Float> { network.weights }
    public var gradient: AlignedBuffer<Float> { network.gradient }
    public var workers: Int { network.workers }
    public var waitingSeconds: Double { states.reduce(0) { $0 + $1.seconds } }
    public var termNames: [String] { objective.terms.map(\.name) }

    /// Computes the gradient of the objective of a batch.
    ///
    /// - Throws: the errors of `SampleSource.makeSample`.
    public func accumulate(step: Int, stage: PatchStages.Stage) throws -> BatchLosses {
        let side = stage.patch / network.network.scale
        let size = samples.size(forSide: side)
        let (samples, states, failure) = (samples, states, FirstError())
        network.packWeights()
        network.prepare(samples: stage.batch, height: size.height, width: size.width)
        try samples.prepare(step: step, samples: stage.batch, side: side, network: network)
        let terms = objective.terms.count
        var values = [Double](repeating: 0, count: stage.batch * terms)
        objective.prepare(height: size.height, width: size.width, workers: workers)
        total?.base.update(repeating: 0, count: gradient.count)
        for pass in objective.passes {
            let found = network.accumulate(
                samples: stage.batch, height: size.height, width: size.width, step: step, seed: samples.seed,
                fill: { worker, sample, fields in
                    let desk = states[worker]
                    let start = ContinuousClock.now
                    do {
                        let facts = try samples.makeSample(
                            step: step, sample: sample, fields: fields, workspace: desk.workspace)
                        desk.seconds += (ContinuousClock.now - start) / .seconds(1)
                        return facts.noiseLevel
                    } catch {
                        failure.keep(error)
                        return 0
                    }
                }, judge: pass)
            if let error = failure.value { throw error }
            for index in values.indices { values[index] += found[index] }
            add(pass)
        }
        if let total { gradient.base.update(from: total.base, count: total.count) }
        var losses = BatchLosses(samples: stage.batch, terms: terms, values: values)
        for term in objective.decays { losses.add(decay(objective.terms[term]), toTerm: term) }
        return losses
    }

    /// Adds a pass's gradient to the sum of all, for the groups that it moves and with their signs.
    private func add(_ pass: ObjectivePass) {
        guard let total else { return }
        for group in groups.groups {
            guard let sign = pass.groups.isEmpty ? 1 : pass.groups[group.name] else { continue }
            for range in group.ranges {
                for index in range { total.base[index] += Float(sign) * gradient.base[index] }
            }
        }
    }

    /// Adds the gradient of a weight decay term, and returns the term's value: half of the sum of squares of the
    /// weights that it moves, times its weight.
    private func decay(_ term: ObjectiveTerm) -> Double {
        var sum = 0.0
        let own =
            term.value == Graph.resultName
            ? nil : network.parameters.filter { $0.name == "\(term.value).weight" }.map(\.range)
        for group in groups.groups {
            guard let sign = term.groups.isEmpty ? 1 : term.groups[group.name] else { continue }
            let factor = Float(sign * term.weight)
            for range in own.map({ $0.flatMap { own in group.ranges.map { $0.clamped(to: own) } } }) ?? group.ranges {
                for index in range {
                    sum += Double(weights.base[index]) * Double(weights.base[index])
                    gradient.base[index] += factor * weights.base[index]
                }
            }
        }
        return term.weight * sum / 2
    }

    public func multiplyAdds(of stage: PatchStages.Stage) -> Double {
        let size = samples.size(forSide: stage.patch / network.network.scale)
        let own =
            Double(objective.passes.count) * 3 * network.network.graph.multiplyAddsPerPixel(for: objective.values)
            + samples.restoredPixels * network.network.multiplyAddsPerPixel
        return (own + objective.multiplyAddsPerPixel(scale: network.network.scale))
            * Double(size.height * size.width) * Double(stage.batch)
    }
}
