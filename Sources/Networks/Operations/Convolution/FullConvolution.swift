package import Kernels
package import Tensors

/// A convolution over all channels: an operation that the kernels of convolutions compute, with another one that is
/// fused into it.
package protocol FullConvolution: GraphOperation, OperationLowering {
    /// The size, stride and direction of the kernel.
    var kernelKind: PackedConvolution.Kind { get }
    /// The weights; their first two extents are outputs and inputs, for transposed kernels inputs and outputs.
    var weights: Tensor { get }
    /// The bias, an element for each output; nil where there is none.
    var bias: Tensor? { get }
    /// True for each tap of the kernel, row after row, whose weights are learnt; the others are zero. Nil where all are
    /// learnt.
    var mask: [Bool]? { get }
}

extension FullConvolution {
    package var mask: [Bool]? { nil }
    package var inputChannels: Int { weights.shape[kernelKind == .transposedTwoByTwo ? 0 : 1] }
    package var outputChannels: Int { weights.shape[kernelKind == .transposedTwoByTwo ? 1 : 0] }

    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? { ConvolutionWork(of: self) }

    package var takesReadersAlong: Bool { true }

    /// Fuses a ReLU, a PReLU (in restoring alone: its gradient needs the value between) or a sum of blocked values.
    package func work(
        with reader: any GraphOperation, place: Int, other: ValueLayout?, for purpose: LoweredGraph.Purpose
    ) -> (any StepWork)? {
        if reader is ReLU { return ConvolutionWork(of: self, then: .relu) }
        if reader is PReLU, purpose == .restoring { return ConvolutionWork(of: self, then: .prelu) }
        if let sum = reader as? Sum, !sum.subtracts, other == .blocked {
            return ConvolutionWork(of: self, then: .addition)
        }
        return nil
    }
}

extension GraphOperation {
    /// The operation as a convolution over all channels; nil for others.
    package var convolution: (any FullConvolution)? { self as? any FullConvolution }
}
