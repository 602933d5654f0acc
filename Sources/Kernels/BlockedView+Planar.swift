public import Tensors

/// The way in which shuffled samples become the result.
public enum ShuffleCombination: Sendable {
    /// result = x
    case replace
    /// result = residual + x; the residual may be the result's own memory.
    case add(PlanarView)
    /// result = residual - x; the residual may be the result's own memory.
    case subtract(from: PlanarView)
}

// Columns are taken in pieces whose blocked pixels stay in the first-level cache while every channel is picked out.
private let columnPiece = 256

extension BlockedView {
    /// Copies planar samples of the same channels and size into the view.
    public func load(_ planar: PlanarView) {
        unshuffle(planar, factor: 1)
    }

    /// Copies the view into planar samples of the same channels and size.
    public func store(to planar: PlanarView) {
        shuffle(to: planar, factor: 1)
    }

    /// Pixel unshuffle: channel `(c * factor + i) * factor + j` of pixel (y, x) is sample
    /// (c, y * factor + i, x * factor + j) of `planar`.
    ///
    /// Shapes: `planar: [C, H * factor, W * factor]`, the view `[C * factor * factor, H, W]`, or one channel more,
    /// which is filled with `constant`. Unused lanes become zeros.
    public func unshuffle(_ planar: PlanarView, factor: Int, appending constant: Float? = nil) {
        let samples = planar.channels * factor * factor
        precondition(channels == samples + (constant == nil ? 0 : 1), "\(channels) channels for \(samples) samples")
        precondition(planar.height == height * factor && planar.width == width * factor)
        for row in 0..<height {
            for first in stride(from: 0, to: width, by: columnPiece) {
                let count = min(columnPiece, width - first)
                for channel in 0..<blocks * Self.block {
                    let target =
                        pixel(block: channel / Self.block, row: row, column: first) + channel % Self.block
                    if channel < samples {
                        let (c, i, j) = split(channel, factor)
                        let source = planar.row(c, row * factor + i) + first * factor + j
                        for x in 0..<count { target[x * 16] = source[x * factor] }
                    } else {
                        let value = channel == samples ? constant ?? 0 : 0
                        for x in 0..<count { target[x * 16] = value }
                    }
                }
            }
        }
    }

    /// Pixel shuffle, the inverse of `unshuffle`, joined with a residual of the result's shape.
    ///
    /// Shapes: the view `[C * factor * factor, H, W]`, `planar: [C, H * factor, W * factor]`.
    public func shuffle(to planar: PlanarView, factor: Int, combining combination: ShuffleCombination = .replace) {
        precondition(channels == planar.channels * factor * factor)
        precondition(planar.height == height * factor && planar.width == width * factor)
        switch combination {
        case .replace: break
        case .add(let residual), .subtract(let residual):
            precondition(
                residual.channels == planar.channels && residual.height == planar.height
                    && residual.width == planar.width)
        }
        for row in 0..<height {
            for first in stride(from: 0, to: width, by: columnPiece) {
                let count = min(columnPiece, width - first)
                for channel in 0..<channels {
                    let (c, i, j) = split(channel, factor)
                    let offset = first * factor + j
                    let source = pixel(block: channel / Self.block, row: row, column: first) + channel % Self.block
                    let target = planar.row(c, row * factor + i) + offset
                    switch combination {
                    case .replace:
                        for x in 0..<count { target[x * factor] = source[x * 16] }
                    case .add(let residual):
                        let residual = residual.row(c, row * factor + i) + offset
                        for x in 0..<count { target[x * factor] = residual[x * factor] + source[x * 16] }
                    case .subtract(let residual):
                        let residual = residual.row(c, row * factor + i) + offset
                        for x in 0..<count { target[x * factor] = residual[x * factor] - source[x * 16] }
                    }
                }
            }
        }
    }

    /// Channel, row and column inside the factor x factor square.
    private func split(_ channel: Int, _ factor: Int) -> (Int, Int, Int) {
        (channel / (factor * factor), channel / factor % factor, channel % factor)
    }
}
