import Kernels
import Tensors

extension PReLU: OperationLowering {
    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? { PReLUWork() }
}

private struct PReLUWork: StepWork {
    var overwritableInputs: [Int] { [0] }
    var gradient: GradientRule { GradientRule([.computed], inputsRead: [0]) }

    func kernel(_ packing: Packing) -> any StepKernel {
        PReLUStep(slopes: PackedSlopes(packing.parameters[0].elements))
    }

    func trainingKernel(_ packing: TrainingPacking) -> any TrainingKernel {
        PReLUStep(slopes: PackedSlopes(packing.parameters[0].elements))
    }
}

private struct PReLUStep: TrainingKernel {
    let slopes: PackedSlopes

    func run(_ operands: Operands) { operands.output.blocked.activate(operands.input.blocked, .prelu(slopes)) }

    /// The number of slopes, rounded up to whole blocks.
    var gradientCount: Int { BlockedView.blockCount(channels: slopes.channels) * BlockedView.block }

    func repack(_ parameters: [UnsafePointer<Float>]) { slopes.repack(parameters[0]) }

    func unpack(_ packed: UnsafePointer<Float>, to gradients: [UnsafeMutablePointer<Float>]) {
        gradients[0].update(from: packed, count: slopes.channels)
    }

    func setInputGradients(_ operands: GradientOperands) {
        if operands.begins { operands.shard.update(repeating: 0, count: gradientCount) }
        operands.targets[0]?.blocked.setPReLUGradient(
            input: operands.inputs[0].blocked, outputGradient: operands.gradient.blocked, slopes: slopes,
            slopeGradients: operands.shard)
    }
}
