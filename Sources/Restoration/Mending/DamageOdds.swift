import Foundation
import Imaging

/// The odds that a pixel is damaged, as the bytes of a mask: 128 and 16 times their natural logarithm, rounded, within
/// 0...255. A probability of 0.5 is 128, 0.995 is 213, and 255 stands for 0.9996 and all above.
///
/// The logarithm tells apart what is nearly certain, and its mean over a piece is the evidence for the piece.
enum DamageOdds {
    private static let (even, stepsPerUnit) = (128.0, 16.0)
    /// The odds below which nobody asks, so that no logarithm is taken for them.
    private static let least = 0.05

    /// Returns the byte of odds of 0 or more, infinity included.
    static func level(_ odds: Double) -> UInt8 {
        guard odds > least else { return 0 }
        return UInt8(max(0, min(255, (even + stepsPerUnit * log(odds)).rounded())))
    }

    /// Returns the byte of a probability of 0...1; 1 for what is hardly likely, since 0 is no damage.
    static func level(ofProbability probability: Double) -> UInt8 {
        max(1, level(probability / max(1 - probability, .leastNonzeroMagnitude)))
    }
}
