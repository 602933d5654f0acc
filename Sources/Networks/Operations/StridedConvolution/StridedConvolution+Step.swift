package import Kernels

extension StridedConvolution: FullConvolution {
    package var kind: PackedConvolution.Kind { .stridedTwoByTwo }
}
