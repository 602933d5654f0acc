import Foundation

/// The share of white Gaussian noise that clipping to 0...255 leaves, by the mean after clipping: noise near black and
/// white loses a part of its variance.
struct ClippedNoise {
    /// The shares of the variance that are left, by the mean after clipping in steps of a quarter level.
    private let shares: [Float]
    private static let stepsPerLevel: Float = 4

    /// Computes the shares for noise of `sigma`, in levels of 255, about every level, from the moments of a normal
    /// distribution whose tails are moved to the ends of the range.
    init(sigma: Double) {
        func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
        func distribution(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
        var shares = [Float](repeating: 0, count: Int(255 * Self.stepsPerLevel) + 1)
        var position = 0
        // Levels beyond the range too: their noise reaches into it.
        let levels = stride(from: -3 * sigma, through: 255 + 3 * sigma, by: min(0.25, sigma / 4))
        for level in levels {
            let (a, b) = (-level / sigma, (255 - level) / sigma)
            let (below, above) = (distribution(a), distribution(-b))
            let (da, db) = (density(a), density(b))
            let inside = 1 - below - above
            let mean = 255 * above + level * inside + sigma * (da - db)
            let square =
                255 * 255 * above + (level * level + sigma * sigma) * inside + 2 * level * sigma * (da - db)
                + sigma * sigma * (a * da - b * db)
            let share = Float(max(0, square - mean * mean) / (sigma * sigma))
            // The mean grows with the level: fill up to it.
            while position < shares.count, Double(position) <= mean * Double(Self.stepsPerLevel) {
                shares[position] = share
                position += 1
            }
        }
        self.shares = shares
    }

    /// Returns the share, 0...1, of the variance that is left about a mean of 0...255.
    func share(atMean mean: Float) -> Float {
        let index = mean * Self.stepsPerLevel
        guard index > 0 else { return shares[0] }
        return shares[min(shares.count - 1, Int(index))]
    }
}
