package import Kernels
import Tensors

extension Convolution: FullConvolution {
    package var kernelKind: PackedConvolution.Kind { kernelSize == 1 ? .oneByOne : .threeByThree }
}

/// A convolution over all channels, with the operation that is fused into it.
struct ConvolutionWork: StepWork {
    /// The operation that is fused into the convolution.
    enum Companion: Sendable {
        case none, relu, prelu
        /// The addition of the step's second input.
        case addition
    }

    let kind: PackedConvolution.Kind
    let inputChannels: Int
    let outputChannels: Int
    let hasBias: Bool
    let mask: [Bool]?
    let companion: Companion

    init(of convolution: some FullConvolution, then companion: Companion = .none) {
        kind = convolution.kernelKind
        inputChannels = convolution.inputChannels
        outputChannels = convolution.outputChannels
        hasBias = convolution.bias != nil
        mask = convolution.mask
        self.companion = companion
    }

    var readsBorder: Bool { isThreeByThree }
    var isThreeByThree: Bool { kind == .threeByThree }
    var overwritableInputs: [Int] { companion == .addition ? [1] : [] }

    func kernel(_ packing: Packing) -> any StepKernel {
        ConvolutionStep(
            kernel: ConvolutionKernel(
                kind: kind, weights: packing.parameters[0], bias: hasBias ? packing.parameters[1] : nil,
                algorithm: packing.algorithm.on(packing.instructionSet), isa: packing.instructionSet),
            activation: activation(slopes: packing.parameters.last?.elements ?? []))
    }

    private func activation(slopes: [Float]) -> Activation {
        switch companion {
        case .none, .addition: .none
        case .relu: .relu
        case .prelu: .prelu(PackedSlopes(slopes))
        }
    }
}

/// Runs a convolution with the operation that is fused into it.
struct ConvolutionStep: StepKernel {
    let kernel: ConvolutionKernel
    let activation: Activation

    var rowsTogether: Int {
        if case .winograd = kernel { return WinogradConvolution.tileSide }
        return kernel.kind == .transposedTwoByTwo ? 2 : 1
    }

    func workspaceCount(height: Int, width: Int) -> Int { kernel.workspaceCount(height: height, width: width) }

    func run(_ operands: Operands) {
        kernel.apply(
            operands.input.blocked, to: operands.output.blocked, activation: activation,
            residual: operands.other?.blocked, workspace: operands.workspace)
    }
}
