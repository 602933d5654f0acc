import Kernels
import Networks
import Tensors
import TestSupport
import Testing

/// Elementary operations write all that they must, whatever memory held before.
@Suite struct ElementaryTests {
    private static let (height, width) = (4, 6)

    private static func image(_ channels: Int, filled value: Float) -> PlanarImage {
        PlanarImage(
            channels: channels, height: height, width: width,
            samples: Array(repeating: value, count: channels * height * width))
    }

    /// A run forward and one back, with NaN in results, gradients, workspace and shard before; with the gradients of all
    /// inputs, then with those of each alone.
    @Test(arguments: OperationTests.kinds, InstructionSet.available)
    func nothingIsLeftAsItWas(_ kind: String, isa: InstructionSet) throws {
        for example in OperationExample.all(of: kind) where example.operation is any ElementaryOperation {
            let work = try #require(example.operation.computation.lowering.work(for: .training))
            let kernel = work.trainingKernel(
                TrainingPacking(
                    inputs: example.inputs, parameters: example.operation.parameters.map(\.tensor), algorithm: .direct,
                    instructionSet: isa, height: Self.height, width: Self.width, inputNeedsGradient: true))
            let inputs = OperationTests.inputs(example, rows: Self.height, columns: Self.width).map(\.image)
            let shape = try example.operation.shape(of: example.inputs)
            let workspace = AlignedBuffer<Float>(
                repeating: .nan,
                count: max(
                    kernel.workspaceCount(height: Self.height, width: Self.width),
                    kernel.gradientWorkspaceCount(height: Self.height, width: Self.width)))
            let output = Self.image(shape.channels, filled: .nan)
            kernel.run(
                Operands(
                    input: .planar(inputs[0].view), other: inputs.count > 1 ? .planar(inputs[1].view) : nil,
                    output: .planar(output.view), place: .init(inputHeight: Self.height), noiseLevel: 0,
                    workspace: workspace.elements))
            #expect(output.samples.allSatisfy { $0.isFinite }, "\(kind), the result")
            let gradient = Self.image(shape.channels, filled: 0.5)
            for wanted in [inputs.indices.map { _ in true }]
                + inputs.indices.map({ only in inputs.indices.map { $0 == only } })
            {
                let targets = zip(inputs, wanted).map { $1 ? Self.image($0.channels, filled: .nan) : nil }
                let shard = AlignedBuffer<Float>(repeating: .nan, count: kernel.gradientCount)
                for index in 0..<workspace.count { workspace.base[index] = .nan }
                kernel.setInputGradients(
                    GradientOperands(
                        inputs: inputs.map { .planar($0.view) }, output: .planar(output.view),
                        gradient: .planar(gradient.view), targets: targets.map { $0.map { .planar($0.view) } },
                        gate: nil, addend: nil, shard: shard.base, begins: true, workspace: workspace.elements,
                        random: nil))
                for target in targets.compactMap({ $0 }) {
                    #expect(target.samples.allSatisfy { $0.isFinite }, "\(kind), a gradient of \(wanted)")
                }
                let isWhole = shard.elements.allSatisfy { $0.isFinite }
                #expect(isWhole, "\(kind), parameters")
            }
        }
    }
}
