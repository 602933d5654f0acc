import Kernels

extension Shuffle: OperationLowering {
    package func resultLayout(for inputs: [ValueLayout]) -> ValueLayout { .planar }

    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? {
        ShuffleWork(factor: factor, joining: .replacing)
    }

    package var takesReadersAlong: Bool { true }

    /// Fuses a sum of planar values, unless something is subtracted from this one.
    package func work(
        with reader: any GraphOperation, place: Int, other: ValueLayout?, for purpose: LoweredGraph.Purpose
    ) -> (any StepWork)? {
        guard let sum = reader as? Sum, other == .planar, !sum.subtracts || place == 1 else { return nil }
        return ShuffleWork(factor: factor, joining: sum.subtracts ? .subtractedFrom : .added)
    }
}

private struct ShuffleWork: StepWork, TrainingKernel {
    /// The combination of the samples with the step's second input.
    enum Joining {
        case replacing, added, subtractedFrom
    }

    let factor: Int
    let joining: Joining

    var overwritableInputs: [Int] { joining == .replacing ? [] : [1] }
    var rowsTogether: Int { factor }

    var gradient: GradientRule {
        GradientRule(
            joining == .replacing ? [.computed] : [.computed, .passed(negates: false)],
            negates: joining == .subtractedFrom)
    }

    func run(_ operands: Operands) {
        let combination: ShuffleCombination =
            switch (joining, operands.other) {
            case (.added, let other?): .add(other.planar)
            case (.subtractedFrom, let other?): .subtract(from: other.planar)
            default: .replace
            }
        operands.input.blocked.shuffle(to: operands.output.planar, factor: factor, combining: combination)
    }

    func setInputGradients(_ operands: GradientOperands) {
        operands.targets[0]?.blocked.unshuffle(operands.gradient.planar, factor: factor)
    }
}
