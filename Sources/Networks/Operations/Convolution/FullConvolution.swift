package import Kernels
package import Tensors

/// A convolution over all channels: what the kernels of convolutions compute, with what they take along.
package protocol FullConvolution: GraphOperation, OperationLowering {
    var kernelKind: PackedConvolution.Kind { get }
    var weights: Tensor { get }
    var bias: Tensor? { get }
    /// For each tap of the kernel, row after row, whether its weights are learnt; nil where all are. The others are zero.
    var mask: [Bool]? { get }
}

extension FullConvolution {
    package var mask: [Bool]? { nil }
    package var inputChannels: Int { weights.shape[kernelKind == .transposedTwoByTwo ? 0 : 1] }
    package var outputChannels: Int { weights.shape[kernelKind == .transposedTwoByTwo ? 1 : 0] }

    package func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)? { ConvolutionWork(of: self) }

    package var takesReadersAlong: Bool { true }

    /// With a ReLU, a PReLU (whose gradient needs what lies between) or a sum of blocked values.
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
