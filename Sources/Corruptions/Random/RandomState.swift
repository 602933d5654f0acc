import Foundation

/// NumPy's legacy generator (`np.random.seed`, `random_sample`, `normal`): the same numbers in the same order.
///
/// Published denoising figures come from programs that call `np.random.seed(0)` before each picture. The uniform
/// numbers are equal to the bit anywhere; the normal ones go through the C library's `log` and `sqrt`, as NumPy's do,
/// and are equal to the bit where both use one library (else to the last bit or so).
public struct RandomState: Sendable {
    private var twister: MersenneTwister
    private var cached: Double?

    /// `np.random.seed(seed)`.
    public init(seed: UInt32) { twister = MersenneTwister(seed: seed) }

    /// `np.random.seed(key)` with a list of numbers.
    public init(key: [UInt32]) { twister = MersenneTwister(key: key) }

    /// The generator of one picture of a set: `np.random.seed([seed, h])`, where h is the 32-bit FNV-1a hash of the
    /// bytes of the picture's relative name. The picture's noise then does not depend on which others are there.
    public init(seed: UInt32, name: some Sequence<UInt8>) {
        var hash: UInt32 = 0x811c_9dc5
        for byte in name { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        self.init(key: [seed, hash])
    }

    /// `random_sample()`: uniform in 0..<1 with 53 bits.
    public mutating func uniform() -> Double {
        let high = Double(twister.next() >> 5)
        let low = Double(twister.next() >> 6)
        return (high * 67_108_864 + low) / 9_007_199_254_740_992
    }

    /// `standard_normal()`: Marsaglia's polar method, which makes two numbers and keeps one for the next call.
    public mutating func normal() -> Double {
        if let value = cached {
            cached = nil
            return value
        }
        var (x, y, square) = (0.0, 0.0, 0.0)
        repeat {
            x = 2 * uniform() - 1
            y = 2 * uniform() - 1
            square = x * x + y * y
        } while square >= 1 || square == 0
        let factor = (-2 * log(square) / square).squareRoot()
        cached = factor * x
        return factor * y
    }

    /// `normal(mean, deviation)`.
    public mutating func normal(mean: Double, deviation: Double) -> Double { mean + deviation * normal() }
}
