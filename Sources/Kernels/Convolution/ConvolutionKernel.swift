public import Tensors

/// The numbers that a convolution multiplies; sums and results are Float32.
public enum ProductOperands: Sendable {
    /// Float32 numbers, not rounded further.
    case float32
    /// Float32 rounded to BF16: eight significant bits, products by pairs of channels.
    case bfloat16

    /// The number of words of 32 bits that so many channels take.
    func words(ofChannels count: Int) -> Int { self == .float32 ? count : (count + 1) / 2 }
}

/// The way in which the convolutions of a network are computed: each of them so where that is faster, by direct sums
/// elsewhere.
public enum ConvolutionAlgorithm: String, Sendable, CaseIterable {
    /// Direct sums: the smallest rounding.
    case direct
    /// Winograd F(4x4, 3x3): a quarter of the multiplications, rounding about eight times as large.
    case winograd
    /// Direct sums of products of BF16, where the processor has them (`InstructionSet.hasBFloat16`).
    case bfloat16
    /// Winograd with products of BF16, direct sums of such products elsewhere.
    case winogradBFloat16 = "winograd-bfloat16"

    /// The numbers that are multiplied.
    public var operands: ProductOperands {
        switch self {
        case .direct, .winograd: .float32
        case .bfloat16, .winogradBFloat16: .bfloat16
        }
    }

    /// True where 3x3 convolutions may be computed in Winograd form.
    public var takesWinograd: Bool {
        switch self {
        case .direct, .bfloat16: false
        case .winograd, .winogradBFloat16: true
        }
    }

    /// The algorithms that an instruction set has on this processor.
    public static func available(_ isa: InstructionSet) -> [ConvolutionAlgorithm] {
        allCases.filter { $0.operands == .float32 || isa.hasBFloat16 }
    }

    /// Returns this algorithm, or where an instruction set has no BF16 here, the same with Float32 products.
    public func on(_ isa: InstructionSet) -> ConvolutionAlgorithm {
        operands == .float32 || isa.hasBFloat16 ? self : takesWinograd ? .winograd : .direct
    }

    /// Returns the algorithm of one convolution: BF16 unless Float32 is wanted or the input is the picture itself,
    /// whose samples have more bits than that, and Winograd where `ConvolutionTuning` says so and nothing forbids it.
    public func ofConvolution(
        inputChannels: Int, outputChannels: Int, isFloat32: Bool = false, allowsWinograd: Bool
    ) -> ConvolutionAlgorithm {
        let operands = isFloat32 || inputChannels < BlockedView.block ? ProductOperands.float32 : self.operands
        let takesWinograd =
            self.takesWinograd && allowsWinograd
            && ConvolutionTuning.takesWinograd(
                inputChannels: inputChannels, outputChannels: outputChannels, operands: operands)
        return ConvolutionAlgorithm(operands: operands, takesWinograd: takesWinograd)
    }

    /// The algorithm of one convolution.
    public init(operands: ProductOperands, takesWinograd: Bool) {
        self =
            switch (operands, takesWinograd) {
            case (.float32, false): .direct
            case (.float32, true): .winograd
            case (.bfloat16, false): .bfloat16
            case (.bfloat16, true): .winogradBFloat16
            }
    }
}

/// A convolution with its weights packed for one of the algorithms.
public enum ConvolutionKernel: Sendable {
    case direct(PackedConvolution)
    case winograd(WinogradConvolution)
    case bfloat16(BFloat16Convolution)

    /// Packs `weights` and `bias` for exactly this algorithm: Winograd takes 3x3 convolutions alone, BF16 wants
    /// `isa.hasBFloat16`.
    public init(
        kind: PackedConvolution.Kind, weights: Tensor, bias: Tensor?, algorithm: ConvolutionAlgorithm,
        isa: InstructionSet = .current
    ) {
        switch algorithm {
        case .direct: self = .direct(PackedConvolution(kind: kind, weights: weights, bias: bias, isa: isa))
        case .winograd, .winogradBFloat16:
            precondition(kind == .threeByThree)
            self = .winograd(
                WinogradConvolution(weights: weights, bias: bias, operands: algorithm.operands, isa: isa))
        case .bfloat16: self = .bfloat16(BFloat16Convolution(kind: kind, weights: weights, bias: bias, isa: isa))
        }
    }

    /// Packs the gradient of the input of such a convolution.
    public init(
        gradientOf kind: PackedConvolution.Kind, weights: Tensor, algorithm: ConvolutionAlgorithm,
        isa: InstructionSet = .current
    ) {
        switch algorithm {
        case .direct: self = .direct(PackedConvolution(gradientOf: kind, weights: weights, isa: isa))
        case .winograd, .winogradBFloat16:
            precondition(kind == .threeByThree)
            self = .winograd(
                WinogradConvolution(
                    weights: weights, role: .inputGradient, operands: algorithm.operands, isa: isa))
        case .bfloat16: self = .bfloat16(BFloat16Convolution(gradientOf: kind, weights: weights, isa: isa))
        }
    }

    public var kind: PackedConvolution.Kind {
        switch self {
        case .direct(let kernel): kernel.kind
        case .winograd: .threeByThree
        case .bfloat16(let kernel): kernel.kind
        }
    }

    /// Elements of workspace for inputs up to this size.
    public func workspaceCount(height: Int, width: Int) -> Int {
        switch self {
        case .direct: 0
        case .winograd(let kernel): kernel.workspaceCount(height: height, width: width)
        case .bfloat16(let kernel): kernel.workspaceCount(height: height, width: width)
        }
    }

    /// Computes what `PackedConvolution.apply` computes; `workspace` lies on a 64-byte boundary, has `workspaceCount`
    /// elements or more, and what it holds does not matter.
    public func apply(
        _ input: BlockedView, to output: BlockedView, activation: Activation = .none, residual: BlockedView? = nil,
        workspace: UnsafeMutableBufferPointer<Float>
    ) {
        switch self {
        case .direct(let kernel): kernel.apply(input, to: output, activation: activation, residual: residual)
        case .winograd(let kernel):
            kernel.apply(input, to: output, activation: activation, residual: residual, workspace: workspace)
        case .bfloat16(let kernel):
            kernel.apply(input, to: output, activation: activation, residual: residual, workspace: workspace)
        }
    }

    /// Packs other weights, and another bias where there is one.
    public func repack(weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil) {
        switch self {
        case .direct(let kernel): kernel.repack(weights: weights, bias: bias)
        case .winograd(let kernel): kernel.repack(weights: weights, bias: bias)
        case .bfloat16(let kernel): kernel.repack(weights: weights, bias: bias)
        }
    }
}
