import Kernels
import Tensors

// Sums that no architecture of the package needs on their own (they are fused), so that every graph can run.

extension PlanarView {
    /// Sets this view to `a + b` or `a - b`, all of one shape; it may be one of them.
    func setSum(_ a: PlanarView, _ b: PlanarView, subtracts: Bool) {
        for channel in 0..<channels {
            for row in 0..<height {
                let (x, y, target) = (a.row(channel, row), b.row(channel, row), self.row(channel, row))
                if subtracts {
                    for i in 0..<width { target[i] = x[i] - y[i] }
                } else {
                    for i in 0..<width { target[i] = x[i] + y[i] }
                }
            }
        }
    }
}

extension BlockedView {
    /// Sets this view to `a - b`, all of one shape; it may be one of them.
    func setDifference(_ a: BlockedView, _ b: BlockedView) {
        for block in 0..<blocks {
            for row in 0..<height {
                let x = a.pixel(block: block, row: row, column: 0)
                let y = b.pixel(block: block, row: row, column: 0)
                let target = pixel(block: block, row: row, column: 0)
                for i in 0..<width * Self.block { target[i] = x[i] - y[i] }
            }
        }
    }
}
