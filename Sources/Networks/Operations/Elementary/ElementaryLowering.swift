import Kernels
import Tensors

/// Lowers every elementary operation to a step of its own on planar values.
struct ElementaryLowering: OperationLowering {
    let operation: any ElementaryOperation

    func resultLayout(for inputs: [ValueLayout]) -> ValueLayout { .planar }
    func inputLayout(forResult result: ValueLayout) -> ValueLayout { .planar }
    func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? { ElementaryWork(operation: operation) }
}

private struct ElementaryWork: StepWork {
    let operation: any ElementaryOperation

    var gradient: GradientRule {
        let inputs = 0..<operation.inputCount
        return GradientRule(inputs.map { _ in .computed }, inputsRead: Array(inputs), readsOutput: true)
    }

    func kernel(_ packing: Packing) -> any StepKernel {
        ElementaryStep(operation, packing.inputs, packing.parameters, packing.instructionSet)
    }

    func trainingKernel(_ packing: TrainingPacking) -> any TrainingKernel {
        ElementaryStep(operation, packing.inputs, packing.parameters, packing.instructionSet)
    }
}

/// Runs an elementary operation, square by square where it has squares.
///
/// Contract: nothing runs while `repack` does, which changes what all copies of the step read.
private struct ElementaryStep: TrainingKernel {
    private let operation: any ElementaryOperation
    private let parameters: [AlignedBuffer<Float>]
    private let instructionSet: InstructionSet
    let rowsTogether: Int
    private let workspaceCount: Int

    init(
        _ operation: any ElementaryOperation, _ inputs: [ValueShape], _ tensors: [Tensor],
        _ instructionSet: InstructionSet
    ) {
        self.operation = operation
        self.instructionSet = instructionSet
        rowsTogether = operation.side
        workspaceCount = operation.workspaceCount(inputs: inputs)
        parameters = tensors.map { tensor in
            let buffer = AlignedBuffer<Float>(repeating: 0, count: tensor.elements.count)
            for (index, element) in tensor.elements.enumerated() { buffer.base[index] = element }
            return buffer
        }
    }

    func workspaceCount(height: Int, width: Int) -> Int { workspaceCount }
    func gradientWorkspaceCount(height: Int, width: Int) -> Int { workspaceCount }

    func run(_ operands: Operands) {
        let views = views(operands.input, operands.other, operands.output, operands.workspace)
        forEachSquare(views.input) { rows, columns in
            operation.forward(views.cropped(rows: rows, columns: columns))
        }
    }

    var gradientCount: Int { parameters.reduce(0) { $0 + $1.count } }

    func repack(_ parameters: [UnsafePointer<Float>]) {
        for (buffer, elements) in zip(self.parameters, parameters) {
            buffer.base.update(from: elements, count: buffer.count)
        }
    }

    func unpack(_ packed: UnsafePointer<Float>, to gradients: [UnsafeMutablePointer<Float>]) {
        var packed = packed
        for (buffer, gradient) in zip(parameters, gradients) {
            gradient.update(from: packed, count: buffer.count)
            packed += buffer.count
        }
    }

    func setInputGradients(_ operands: GradientOperands) {
        if operands.begins { operands.shard.update(repeating: 0, count: gradientCount) }
        var shard = operands.shard
        let parameterGradients = parameters.map { buffer in
            defer { shard += buffer.count }
            return shard
        }
        let gradients = ElementaryGradients(
            values: views(
                operands.inputs[0], operands.inputs.count > 1 ? operands.inputs[1] : nil, operands.output,
                operands.workspace),
            gradient: operands.gradient.planar, input: operands.targets[0]?.planar,
            other: operands.targets.count > 1 ? operands.targets[1]?.planar : nil, parameters: parameterGradients)
        forEachSquare(gradients.gradient) { rows, columns in
            operation.backward(gradients.cropped(rows: rows, columns: columns))
        }
    }

    private func views(
        _ input: ValueView, _ other: ValueView?, _ output: ValueView,
        _ workspace: UnsafeMutableBufferPointer<Float>
    ) -> ElementaryViews {
        guard let base = workspace.baseAddress else { preconditionFailure("no workspace") }
        return ElementaryViews(
            input: input.planar, other: other?.planar, output: output.planar, parameters: parameters,
            workspace: base, instructionSet: instructionSet)
    }

    /// Calls `body` with the rows and columns of the whole value, or of one square of it after the other.
    private func forEachSquare(_ value: PlanarView, _ body: (_ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
        guard rowsTogether > 1 else { return body(0..<value.height, 0..<value.width) }
        for row in stride(from: 0, to: value.height, by: rowsTogether) {
            for column in stride(from: 0, to: value.width, by: rowsTogether) {
                body(row..<row + rowsTogether, column..<column + rowsTogether)
            }
        }
    }
}
