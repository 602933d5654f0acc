package import Kernels
import Tensors

extension Graph {
    /// The algorithm that computes the node at `index` where a network asks for `algorithm`.
    ///
    /// It follows from channels and resolution, never from the size of a picture or tile: that would change bits.
    func algorithm(ofNode index: Int, asked algorithm: ConvolutionAlgorithm) -> ConvolutionAlgorithm {
        guard let (kind, weights, _) = nodes[index].operation.convolution else { return .direct }
        return algorithm.ofConvolution(
            prefersWinograd: kind == .threeByThree && isFine(shape(of: Value(index: index + 1)).resolution)
                && WinogradConvolution.isPreferred(inputChannels: weights.shape[1], outputChannels: weights.shape[0]),
            readsPicture: weights.shape[kind == .transposedTwoByTwo ? 0 : 1] < BlockedView.block)
    }

    /// Whether values of this resolution are fine enough for Winograd's tiles. At a sixteenth of the picture's size a tile
    /// spans 64 of its pixels: it would double the bit radius, and with it the rows that are held, for a thirtieth of a
    /// U-Net's multiplications.
    private func isFine(_ resolution: Resolution) -> Bool { resolution.denominator <= 8 * resolution.numerator }

    /// The algorithm of each node, of those in `float32` with Float32 products.
    func algorithms(asked algorithm: ConvolutionAlgorithm, float32: Set<String>) -> [ConvolutionAlgorithm] {
        nodes.indices.map { index in
            let own = self.algorithm(ofNode: index, asked: algorithm)
            return float32.contains(nodes[index].name)
                ? ConvolutionAlgorithm(operands: .float32, takesWinograd: own.takesWinograd) : own
        }
    }

    /// For `grid(blockRows:)` and `radius(grid:blockRows:)`: the rows that a node computes together.
    package func blockRows(asked algorithm: ConvolutionAlgorithm) -> (Int) -> Int {
        { self.algorithm(ofNode: $0, asked: algorithm).takesWinograd ? WinogradConvolution.tileSide : 1 }
    }
}
