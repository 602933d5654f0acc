import Foundation
import Kernels

extension GaussianSampling: OperationLowering {
    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? { SamplingWork(sampling: self) }
}

private struct SamplingWork: StepWork, TrainingKernel {
    let sampling: GaussianSampling

    var term: (any ObjectiveTerm)? { DivergenceTerm(sampling: sampling) }
    var gradient: GradientRule { GradientRule([.computed], inputsRead: [0]) }

    func run(_ operands: Operands) {
        let (input, output) = (operands.input.blocked, operands.output.blocked)
        if let random = operands.random {
            output.setSample(of: input, random: random)
        } else {
            output.setFirstChannels(input)
        }
    }

    func setInputGradients(_ operands: GradientOperands) {
        guard let target = operands.targets[0]?.blocked, let context = operands.term, let random = operands.random
        else { return }
        let weight = sampling.weight(context) / Double(context.samples)
        let nats = (0..<target.channels / 2).map {
            sampling.isActive(mean: context.means?[$0]) ? Float(weight) : 0
        }
        target.setSampleGradient(
            input: operands.inputs[0].blocked, outputGradient: operands.gradient.blocked, nats: nats, random: random)
    }
}

private struct DivergenceTerm: ObjectiveTerm {
    let sampling: GaussianSampling

    var needsMeans: Bool { sampling.freeBits > 0 }

    func addStatistics(of value: BlockedView, to sums: UnsafeMutablePointer<Double>) { value.addDivergences(to: sums) }

    func loss(of value: BlockedView, _ context: TermContext) -> Double {
        var nats = [Double](repeating: 0, count: value.channels / 2)
        nats.withUnsafeMutableBufferPointer { nats in
            if let base = nats.baseAddress { value.addDivergences(to: base) }
        }
        let counted = nats.indices.reduce(0) { sum, channel in
            sum + (sampling.isActive(mean: context.means?[channel]) ? nats[channel] : Double(sampling.freeBits))
        }
        return sampling.weight(context) * counted
    }
}

extension GaussianSampling {
    /// The weight of a nat.
    fileprivate func weight(_ context: TermContext) -> Double {
        let share = warmupSteps > 0 ? min(1, Double(context.step + 1) / Double(warmupSteps)) : 1
        return Double(beta) * share / Double(max(1, context.resultElements))
    }

    /// Whether the divergence of a channel is pushed down, where its mean over the batch is known.
    fileprivate func isActive(mean: Float?) -> Bool { mean.map { $0 > freeBits } ?? true }

    /// The divergence of one element from the standard normal distribution, in nats.
    static func divergence(mean: Float, logVariance: Float) -> Double {
        let (m, v) = (Double(mean), Double(logVariance))
        return (m * m + exp(v) - v - 1) / 2
    }
}
