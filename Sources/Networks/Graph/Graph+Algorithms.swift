package import Kernels
import Tensors

extension Graph {
    /// Returns the algorithm of the node at `index` where a network asks for `algorithm`, and for Float32 products in
    /// the nodes named in `float32`.
    ///
    /// It follows from channels and resolution, never from the size of a picture or tile: that would change bits.
    func algorithm(
        ofNode index: Int, asked algorithm: ConvolutionAlgorithm, float32: Set<String> = []
    ) -> ConvolutionAlgorithm {
        guard let convolution = nodes[index].operation.convolution else { return .direct }
        return algorithm.ofConvolution(
            inputChannels: convolution.inputChannels, outputChannels: convolution.outputChannels,
            isFloat32: float32.contains(nodes[index].name),
            allowsWinograd: convolution.kernelKind == .threeByThree
                && isFine(shape(of: value(ofNode: index)).resolution))
    }

    /// Returns true where values of this resolution are fine enough for Winograd's tiles. At a sixteenth of the
    /// picture's size a tile spans 64 of its pixels: it would double the bit radius, and with it the rows that are
    /// held, for a thirtieth of a U-Net's multiplications.
    private func isFine(_ resolution: Resolution) -> Bool { resolution.denominator <= 8 * resolution.numerator }

    /// The algorithm of each node.
    func algorithms(asked algorithm: ConvolutionAlgorithm, float32: Set<String>) -> [ConvolutionAlgorithm] {
        nodes.indices.map { self.algorithm(ofNode: $0, asked: algorithm, float32: float32) }
    }

    /// Returns the number of rows that a node computes together, as a function of its index, for `grid(blockRows:)` and
    /// `radius(grid:blockRows:)`.
    package func blockRows(asked algorithm: ConvolutionAlgorithm, float32: Set<String> = []) -> (Int) -> Int {
        {
            self.algorithm(ofNode: $0, asked: algorithm, float32: float32).takesWinograd
                ? WinogradConvolution.tileSide : 1
        }
    }
}
