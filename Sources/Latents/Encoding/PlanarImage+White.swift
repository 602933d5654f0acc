import Foundation
package import Tensors

extension PlanarImage {
    /// The image without alpha, transparent pixels laid on white as for training; itself where it has none.
    package var onWhite: PlanarImage {
        guard AlphaChannel.isLast(of: channels) else { return self }
        let result = PlanarImage(channels: channels - 1, height: height, width: width)
        for y in 0..<height {
            let alpha = view.row(channels - 1, y)
            for c in 0..<result.channels {
                let (source, target) = (view.row(c, y), result.view.row(c, y))
                for x in 0..<width { target[x] = 1 - alpha[x] + source[x] * alpha[x] }
            }
        }
        return result
    }
}

/// Returns e to the power of a number.
func exponential(_ number: Float) -> Float { Float(exp(Double(number))) }
