package import Kernels

extension StridedConvolution: FullConvolution {
    package var kernelKind: PackedConvolution.Kind { .stridedTwoByTwo }
}
