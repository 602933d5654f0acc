package import Kernels

extension TransposedConvolution: FullConvolution {
    package var kind: PackedConvolution.Kind { .transposedTwoByTwo }
}
