import Foundation
import Kernels

extension SparsityPenalty: OperationLowering {
    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? {
        purpose == .training ? SparsityWork(penalty: self) : nil
    }
}

private struct SparsityWork: StepWork, TrainingKernel {
    let penalty: SparsityPenalty

    var term: (any ObjectiveTerm)? { SparsityTerm(penalty: penalty) }
    var gradient: GradientRule { GradientRule([.computed]) }

    func run(_ operands: Operands) { operands.output.blocked.activate(operands.input.blocked, .none) }

    func setInputGradients(_ operands: GradientOperands) {
        guard let target = operands.targets[0]?.blocked, let context = operands.term else { return }
        let share = Double(context.samples * target.height * target.width)
        let slopes = (0..<target.channels).map { Float(penalty.slope(mean: context.means?[$0] ?? 0) / share) }
        target.setSum(operands.gradient.blocked, slopes)
    }
}

private struct SparsityTerm: ObjectiveTerm {
    let penalty: SparsityPenalty

    var needsMeans: Bool { true }

    func addStatistics(of value: BlockedView, to sums: UnsafeMutablePointer<Double>) {
        value.addSums(to: sums)
        let pixels = Double(value.height * value.width)
        for channel in 0..<value.channels { sums[channel] /= pixels }
    }

    func loss(of value: BlockedView, _ context: TermContext) -> Double { penalty.value(means: context.means ?? []) }
}

extension SparsityPenalty {
    /// The penalty for mean activations, one a channel.
    fileprivate func value(means: [Float]) -> Double {
        let rho = Double(target)
        return Double(weight)
            * means.reduce(0) { sum, mean in
                let r = Self.inside(mean)
                return sum + rho * log(rho / r) + (1 - rho) * log((1 - rho) / (1 - r))
            }
    }

    /// Its derivative with respect to the mean activation of a channel.
    fileprivate func slope(mean: Float) -> Double {
        let (rho, r) = (Double(target), Self.inside(mean))
        return Double(weight) * ((1 - rho) / (1 - r) - rho / r)
    }

    private static func inside(_ mean: Float) -> Double { min(max(Double(mean), 1e-6), 1 - 1e-6) }
}

extension BlockedView {
    /// Sets this view to `gradient` plus one number a channel.
    fileprivate func setSum(_ gradient: BlockedView, _ numbers: [Float]) {
        precondition(hasShape(of: gradient) && numbers.count == channels)
        for channel in 0..<blocks * Self.block {
            let number = channel < channels ? numbers[channel] : 0
            for row in 0..<height {
                let source = gradient.element(channel, row, 0)
                let target = element(channel, row, 0)
                for x in 0..<width { target[x * Self.block] = source[x * Self.block] + number }
            }
        }
    }

    /// Adds the sum of each channel over the pixels to `sums`.
    fileprivate func addSums(to sums: UnsafeMutablePointer<Double>) {
        for channel in 0..<channels {
            for row in 0..<height {
                for column in 0..<width { sums[channel] += Double(element(channel, row, column).pointee) }
            }
        }
    }
}
