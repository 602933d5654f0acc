import Kernels

/// Copies a value into the other layout.
struct LayoutChange: StepWork, TrainingKernel {
    let layout: ValueLayout

    init(to layout: ValueLayout) { self.layout = layout }

    var gradient: GradientRule { GradientRule([.computed]) }

    func run(_ operands: Operands) { copy(operands.input, to: operands.output) }

    func setInputGradients(_ operands: GradientOperands) {
        if let target = operands.targets[0] { copy(operands.gradient, to: target) }
    }

    private func copy(_ source: ValueView, to target: ValueView) {
        if case .planar(let planar) = source {
            target.blocked.load(planar)
        } else {
            source.blocked.store(to: target.planar)
        }
    }
}
