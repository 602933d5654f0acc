package import Tensors

extension PlanarImage {
    /// The samples of each whole square of `side` x `side` pixels, one square after the other, rows first: channel by
    /// channel. What is left over at the right and the bottom is left out.
    package func squares(side: Int) -> [Float] {
        var vectors: [Float] = []
        for top in stride(from: 0, through: height - side, by: side) {
            for left in stride(from: 0, through: width - side, by: side) {
                for channel in 0..<channels {
                    for row in top..<top + side {
                        vectors += UnsafeBufferPointer(start: view.row(channel, row) + left, count: side)
                    }
                }
            }
        }
        return vectors
    }
}
