import Foundation

/// The window of SSIM: 11x11, weighted by a Gaussian of 1.5 px, as two passes of one dimension.
enum WindowWeights {
    static let side = 11

    /// The weights of one dimension from the middle outwards; mirrored they sum to 1.
    static let values: [Float] = {
        let raw = (0...5).map { exp(-Double($0 * $0) / (2 * 1.5 * 1.5)) }
        let sum = raw[0] + 2 * raw[1...].reduce(0, +)
        return raw.map { Float($0 / sum) }
    }()
}
