import Foundation
public import Tensors

/// The softmax exp(x_c) / Σ_j exp(x_j) over the channels of each pixel: shares that add up to one.
///
/// Shapes: input and result `[C, H, W]`.
public struct Softmax: ElementaryOperation {
    public static let kind = "softmax"

    /// Creates a softmax.
    public init() {}

    public var isHomogeneous: Bool { false }

    /// The number of pixels that are computed together.
    private static let piece = 64

    public func workspaceCount(inputs: [ValueShape]) -> Int { 2 * Self.piece }

    /// Computes the shares; the greatest of each pixel's channels is subtracted first, so that no exponential is
    /// infinite.
    public func forward(_ views: ElementaryViews) {
        let (input, output) = (views.input, views.output)
        let (greatest, sum) = (views.workspace, views.workspace + Self.piece)
        input.forEachPiece(of: Self.piece) { row, first, count in
            greatest.update(from: input.row(0, row) + first, count: count)
            for channel in 1..<max(1, input.channels) {
                let x = input.row(channel, row) + first
                for i in 0..<count { greatest[i] = max(greatest[i], x[i]) }
            }
            sum.update(repeating: 0, count: count)
            for channel in 0..<input.channels {
                let (x, y) = (input.row(channel, row) + first, output.row(channel, row) + first)
                for i in 0..<count {
                    y[i] = exp(x[i] - greatest[i])
                    sum[i] += y[i]
                }
            }
            for channel in 0..<input.channels {
                let y = output.row(channel, row) + first
                for i in 0..<count { y[i] /= sum[i] }
            }
        }
    }

    /// Computes dx_c = y_c (dy_c - Σ_j y_j dy_j).
    public func backward(_ views: ElementaryGradients) {
        guard let target = views.input else { return }
        let (output, gradient, mean) = (views.values.output, views.gradient, views.values.workspace)
        target.forEachPiece(of: Self.piece) { row, first, count in
            mean.update(repeating: 0, count: count)
            for channel in 0..<target.channels {
                let (y, g) = (output.row(channel, row) + first, gradient.row(channel, row) + first)
                for i in 0..<count { mean[i] += y[i] * g[i] }
            }
            for channel in 0..<target.channels {
                let (y, g) = (output.row(channel, row) + first, gradient.row(channel, row) + first)
                let x = target.row(channel, row) + first
                for i in 0..<count { x[i] = y[i] * (g[i] - mean[i]) }
            }
        }
    }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor {
        let channels = inputs[0].shape[0]
        let pixels = inputs[0].elements.count / max(1, channels)
        var result = inputs[0]
        for pixel in 0..<pixels {
            let powers = (0..<channels).map { exp(Double(inputs[0].elements[$0 * pixels + pixel])) }
            for channel in 0..<channels {
                result.elements[channel * pixels + pixel] = Float(powers[channel] / powers.reduce(0, +))
            }
        }
        return result
    }
}
