package import Kernels
import Tensors

extension Graph {
    /// The algorithm that computes the node at `index` where a network asks for `algorithm`.
    ///
    /// It follows from channels and resolution, never from the size of a picture or tile: that would change bits.
    func algorithm(ofNode index: Int, asked algorithm: ConvolutionAlgorithm) -> ConvolutionAlgorithm {
        guard algorithm == .winograd, let (kind, weights, _) = nodes[index].operation.convolution,
            kind == .threeByThree, isFine(shape(of: Value(index: index + 1)).resolution),
            WinogradConvolution.isPreferred(inputChannels: weights.shape[1], outputChannels: weights.shape[0])
        else { return .direct }
        return .winograd
    }

    /// Whether values of this resolution are fine enough for Winograd's tiles. At a sixteenth of the picture's size a tile
    /// spans 64 of its pixels: it would double the bit radius, and with it the rows that are held, for a thirtieth of a
    /// U-Net's multiplications.
    private func isFine(_ resolution: Resolution) -> Bool { resolution.denominator <= 8 * resolution.numerator }

    /// For `grid(blockRows:)` and `radius(grid:blockRows:)`: the rows that a node computes together.
    package func blockRows(asked algorithm: ConvolutionAlgorithm) -> (Int) -> Int {
        { self.algorithm(ofNode: $0, asked: algorithm) == .winograd ? WinogradConvolution.tileSide : 1 }
    }
}
