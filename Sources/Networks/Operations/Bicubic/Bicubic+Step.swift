import Kernels

extension Bicubic: OperationLowering {
    package func resultLayout(for inputs: [ValueLayout]) -> ValueLayout { .planar }
    package func inputLayout(forResult result: ValueLayout) -> ValueLayout { .planar }

    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? {
        BicubicWork(upsampling: BicubicUpsampling(factor: factor))
    }
}

private struct BicubicWork: StepWork, TrainingKernel {
    let upsampling: BicubicUpsampling

    var rowsTogether: Int { upsampling.factor }
    /// It mirrors at the edges of what it is given.
    var wantsWholeRows: Bool { true }
    var gradient: GradientRule { GradientRule([.computed]) }

    func run(_ operands: Operands) {
        upsampling.apply(
            operands.input.planar, fromRow: operands.place.inputRow, ofHeight: operands.place.inputHeight,
            to: operands.output.planar, fromOutputRow: operands.place.outputRow)
    }

    func setInputGradients(_ operands: GradientOperands) {
        if let target = operands.targets[0] { upsampling.applyAdjoint(operands.gradient.planar, to: target.planar) }
    }
}
