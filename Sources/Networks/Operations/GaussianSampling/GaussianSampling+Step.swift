import Kernels

extension GaussianSampling: OperationLowering {
    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? { SamplingWork() }
}

private struct SamplingWork: StepWork, TrainingKernel {
    var draws: Draws { .samples }
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
        guard let target = operands.targets[0]?.blocked, let random = operands.random else { return }
        target.setSampleGradient(
            input: operands.inputs[0].blocked, outputGradient: operands.gradient.blocked, random: random)
    }
}
