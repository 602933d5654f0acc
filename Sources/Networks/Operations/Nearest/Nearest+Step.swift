import Kernels

extension Nearest: OperationLowering {
    /// Blocked values stay so where they are doubled.
    package func resultLayout(for inputs: [ValueLayout]) -> ValueLayout { factor == 2 ? inputs[0] : .planar }
    package func inputLayout(forResult result: ValueLayout) -> ValueLayout { result }
    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? { NearestWork(factor: factor) }
}

private struct NearestWork: StepWork, TrainingKernel {
    let factor: Int

    var rowsTogether: Int { factor }
    var gradient: GradientRule { GradientRule([.computed]) }

    func run(_ operands: Operands) {
        switch operands.output {
        case .blocked(let larger): larger.upsampleNearest(operands.input.blocked)
        case .planar(let larger): larger.upsampleNearest(operands.input.planar, factor: factor)
        }
    }

    func setInputGradients(_ operands: GradientOperands) {
        switch operands.targets[0] {
        case .blocked(let smaller): smaller.setNearestGradient(operands.gradient.blocked)
        case .planar(let smaller): smaller.setNearestGradient(operands.gradient.planar, factor: factor)
        case nil: break
        }
    }
}
