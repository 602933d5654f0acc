import Kernels
import Tensors

// Sums of gradients where no convolution takes them along.

extension PlanarView {
    /// Sets this view to plus or minus `gradient`, of its shape, or adds that to it.
    func accumulate(_ gradient: PlanarView, negates: Bool, adds: Bool) {
        let factor: Float = negates ? -1 : 1
        for channel in 0..<channels {
            for row in 0..<height {
                let (source, target) = (gradient.row(channel, row), self.row(channel, row))
                if adds {
                    for i in 0..<width { target[i] += factor * source[i] }
                } else {
                    for i in 0..<width { target[i] = factor * source[i] }
                }
            }
        }
    }
}

extension BlockedView {
    /// Sets this view to plus or minus `gradient`, of its shape, or adds that to it.
    func accumulate(_ gradient: BlockedView, negates: Bool, adds: Bool) {
        let factor: Float = negates ? -1 : 1
        for block in 0..<blocks {
            for row in 0..<height {
                let source = gradient.pixel(block: block, row: row, column: 0)
                let target = pixel(block: block, row: row, column: 0)
                if adds {
                    for i in 0..<width * Self.block { target[i] += factor * source[i] }
                } else {
                    for i in 0..<width * Self.block { target[i] = factor * source[i] }
                }
            }
        }
    }
}
