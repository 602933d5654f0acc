import Autoencoders
import CAllocations
import Kernels
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct AllocationTests {
    /// Running allocates nothing, whatever the operations and the instruction set.
    @Test(.enabled(if: allocations_of_thread() >= 0), arguments: InstructionSet.available)
    func runningAllocatesNothing(_ isa: InstructionSet) throws {
        let architectures: [any Architecture] = [
            UNet(widths: [16, 20, 40], blocks: 1),
            PlainStack(width: 20, layers: 3, activation: .prelu, scale: 2, skip: .bicubic),
            PlainStack(width: 16, layers: 3, activation: .relu, scale: 3, skip: .nearest),
            PlainStack(width: 16, layers: 2, activation: .relu, scale: 1, skip: .residual),
            ConvolutionalAutoencoder(widths: [16, 20], latentChannels: 8),
            ConvolutionalAutoencoder(widths: [16, 20], latentChannels: 8, decoder: .upsample),
        ]
        for architecture in architectures {
            try check(architecture.makeNetwork(weights: WeightSource(seed: 51)), "\(architecture)", isa)
        }
    }

    @Test(.enabled(if: allocations_of_thread() >= 0), arguments: OperationTests.kinds, InstructionSet.available)
    func runningAnOperationAllocatesNothing(_ kind: String, isa: InstructionSet) throws {
        for example in OperationExample.all(of: kind) {
            try check(Network(OperationTests.graph(example).graph), kind, isa)
        }
    }

    private func check(_ network: Network, _ name: String, _ isa: InstructionSet) throws {
        let (height, width) = (64, 304)
        let executor = Executor(network: network, maximumHeight: height, maximumWidth: width, instructionSet: isa)
        let picture = noise([network.inputChannels, height, width], seed: 52).image
        let output = PlanarImage(
            channels: network.outputChannels, height: network.scale * height, width: network.scale * width)
        // The first run may still set up what the language makes once.
        executor.run(input: picture.view, output: output.view, noiseLevel: 0.1)
        let before = allocations_of_thread()
        executor.run(input: picture.view, output: output.view, noiseLevel: 0.1)
        #expect(allocations_of_thread() == before, "\(name)")
    }

    /// The counter counts.
    @Test(.enabled(if: allocations_of_thread() >= 0)) func theCounterSeesAllocations() {
        let before = allocations_of_thread()
        let buffer = AlignedBuffer<Float>(repeating: 0, count: 1000)
        #expect(allocations_of_thread() > before)
        #expect(buffer.count == 1000)
    }
}
