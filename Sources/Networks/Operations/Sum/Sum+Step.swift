import Kernels
import Tensors

extension Sum: OperationLowering {
    package func resultLayout(for inputs: [ValueLayout]) -> ValueLayout {
        inputs.contains(.planar) ? .planar : .blocked
    }

    package func inputLayout(forResult result: ValueLayout) -> ValueLayout { result }

    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? { SumWork(subtracts: subtracts) }
}

private struct SumWork: StepWork {
    let subtracts: Bool

    var overwritableInputs: [Int] { [0, 1] }
    var gradient: GradientRule { GradientRule([.passed(negates: false), .passed(negates: subtracts)]) }

    func kernel(_ packing: Packing) -> any StepKernel {
        SumStep(subtracts: subtracts, instructionSet: packing.instructionSet)
    }

    func trainingKernel(_ packing: TrainingPacking) -> any TrainingKernel {
        SumStep(subtracts: subtracts, instructionSet: packing.instructionSet)
    }
}

private struct SumStep: TrainingKernel {
    let subtracts: Bool
    let instructionSet: InstructionSet

    func run(_ operands: Operands) {
        guard let other = operands.other else { preconditionFailure("a sum of one value") }
        switch operands.output {
        case .planar(let sum): sum.setSum(operands.input.planar, other.planar, subtracts: subtracts)
        case .blocked(let sum) where subtracts: sum.setDifference(operands.input.blocked, other.blocked)
        case .blocked(let sum): sum.add(operands.input.blocked, other.blocked, isa: instructionSet)
        }
    }
}
