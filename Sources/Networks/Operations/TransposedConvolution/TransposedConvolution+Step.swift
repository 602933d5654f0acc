package import Kernels

extension TransposedConvolution: FullConvolution {
    package var kernelKind: PackedConvolution.Kind { .transposedTwoByTwo }
}
