import Kernels
import Tensors

extension DepthwiseConvolution: OperationLowering {
    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? { DepthwiseWork() }
}

private struct DepthwiseWork: StepWork {
    var readsBorder: Bool { true }
    var gradient: GradientRule { GradientRule([.computed], parametersRead: [0]) }

    func kernel(_ packing: Packing) -> any StepKernel {
        DepthwiseStep(kernel: PackedDepthwise(weights: packing.parameters[0], isa: packing.instructionSet))
    }

    func trainingKernel(_ packing: TrainingPacking) -> any TrainingKernel {
        let (weights, isa) = (packing.parameters[0], packing.instructionSet)
        return DepthwiseTraining(
            forward: PackedDepthwise(weights: weights, isa: isa),
            backward: PackedDepthwise(weights: weights, turned: true, isa: isa))
    }
}

private struct DepthwiseStep: StepKernel {
    let kernel: PackedDepthwise

    func run(_ operands: Operands) { kernel.apply(operands.input.blocked, to: operands.output.blocked) }
}

private struct DepthwiseTraining: TrainingKernel {
    let forward: PackedDepthwise
    /// Computes the gradient of the input from that of the result.
    let backward: PackedDepthwise

    func run(_ operands: Operands) { forward.apply(operands.input.blocked, to: operands.output.blocked) }

    var gradientCount: Int { forward.elementCount }

    func repack(_ parameters: [UnsafePointer<Float>]) {
        forward.repack(weights: parameters[0])
        backward.repack(weights: parameters[0])
    }

    func unpack(_ packed: UnsafePointer<Float>, to gradients: [UnsafeMutablePointer<Float>]) {
        forward.unpack(packed, weights: gradients[0])
    }

    func addParameterGradients(_ operands: GradientOperands) {
        if operands.begins { operands.shard.update(repeating: 0, count: forward.elementCount) }
        forward.accumulateWeights(
            input: operands.inputs[0].blocked, outputGradient: operands.gradient.blocked, into: operands.shard)
    }

    func setInputGradients(_ operands: GradientOperands) {
        if let target = operands.targets[0] { backward.apply(operands.gradient.blocked, to: target.blocked) }
    }
}
