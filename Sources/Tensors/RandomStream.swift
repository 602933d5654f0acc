/// A stream of fast random numbers for training that is a pure function of a seed and two indices.
///
/// Sixteen generators xoshiro128++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021) run
/// side by side, so that loops over them are vectors; SplitMix64 (Steele, Lea and Flood, 2014) spreads seed and
/// indices over their states. Two streams are two random places in sixteen cycles of 2^128 - 1 numbers each.
///
/// Every number is the same on every machine: whole-number arithmetic, and of Float32 only addition and
/// multiplication, which IEEE 754 rounds in one way; no function of a C library takes part.
public struct RandomStream: Sendable {
    private var s0 = SIMD16<UInt32>()
    private var s1 = SIMD16<UInt32>()
    private var s2 = SIMD16<UInt32>()
    private var s3 = SIMD16<UInt32>()
    /// Words that were generated together and are handed out one by one.
    private var words = SIMD16<UInt32>()
    private var position = 16

    /// Creates the stream of a seed and, where many are needed, of a place in a table: a step and a sample of a batch.
    public init(seed: UInt64, _ first: Int = 0, _ second: Int = 0) {
        var state = Self.mixed(seed)
        state = Self.mixed(state ^ UInt64(bitPattern: Int64(first)))
        state = Self.mixed(state ^ UInt64(bitPattern: Int64(second)))
        func draw(_ lanes: inout SIMD16<UInt32>) {
            for lane in 0..<8 {
                state &+= 0x9E37_79B9_7F4A_7C15
                let word = Self.mixed(state)
                lanes[2 * lane] = UInt32(truncatingIfNeeded: word)
                lanes[2 * lane + 1] = UInt32(truncatingIfNeeded: word >> 32)
            }
        }
        draw(&s0)
        draw(&s1)
        draw(&s2)
        draw(&s3)
    }

    /// Returns the finishing function of SplitMix64 after one step.
    private static func mixed(_ value: UInt64) -> UInt64 { finished(value &+ 0x9E37_79B9_7F4A_7C15) }

    /// Returns the finishing function of SplitMix64: every bit of the result depends on every bit of `value`.
    public static func finished(_ value: UInt64) -> UInt64 {
        var z = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Returns one word of each of the sixteen generators.
    @inline(__always)
    private mutating func nextWords() -> SIMD16<UInt32> {
        let sum = s0 &+ s3
        let result = ((sum &<< 7) | (sum &>> 25)) &+ s0
        let shifted = s1 &<< 9
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = (s3 &<< 11) | (s3 &>> 21)
        return result
    }

    /// Returns the next 32 bits.
    public mutating func nextWord() -> UInt32 {
        if position == 16 {
            words = nextWords()
            position = 0
        }
        position += 1
        return words[position - 1]
    }

    /// Returns a number that is uniform in 0..<1, with 53 bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Returns a whole number of 0..<bound, each as likely to within bound / 2^64.
    ///
    /// - Precondition: `bound` is positive.
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0)
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Returns one standard normal number. Costs as much as 32 of `fillNormal`.
    public mutating func normal() -> Double { Double(nextNormals().0[0]) }

    /// Writes `count` standard normal numbers.
    public mutating func fillNormal(_ numbers: UnsafeMutablePointer<Float>, count: Int) {
        // State that is local stays in registers and on the stack.
        var stream = self
        var done = 0
        while count - done >= 32 {
            let (first, second) = stream.nextNormals()
            let target = UnsafeMutableRawPointer(numbers + done)
            target.storeBytes(of: first, as: SIMD16<Float>.self)
            target.storeBytes(of: second, toByteOffset: 64, as: SIMD16<Float>.self)
            done += 32
        }
        if done < count {
            let (first, second) = stream.nextNormals()
            for lane in 0..<(count - done) { numbers[done + lane] = lane < 16 ? first[lane] : second[lane - 16] }
        }
        self = stream
    }

    /// Writes `values` plus normal numbers of standard deviation `deviation`; `sums` may be `values`.
    public mutating func addNormal(
        deviation: Float, to values: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>, count: Int
    ) {
        var stream = self
        var done = 0
        while count - done >= 32 {
            let (first, second) = stream.nextNormals()
            let source = UnsafeRawPointer(values + done)
            let target = UnsafeMutableRawPointer(sums + done)
            let left = source.loadUnaligned(as: SIMD16<Float>.self)
            let right = source.loadUnaligned(fromByteOffset: 64, as: SIMD16<Float>.self)
            target.storeBytes(of: left + first * deviation, as: SIMD16<Float>.self)
            target.storeBytes(of: right + second * deviation, toByteOffset: 64, as: SIMD16<Float>.self)
            done += 32
        }
        if done < count {
            let (first, second) = stream.nextNormals()
            for lane in 0..<(count - done) {
                sums[done + lane] = values[done + lane] + (lane < 16 ? first[lane] : second[lane - 16]) * deviation
            }
        }
        self = stream
    }

    /// Returns x / sqrt(x) by Newton's method from the exponent halved; a vector of `squareRoot()` is sixteen calls of
    /// sqrtf.
    ///
    /// Three steps take the first guess's error of 3.5 % to 0.2 %, 5e-6 and below the precision of Float32. 0 gives 0.
    @inline(__always)
    private static func squareRoot(_ x: SIMD16<Float>) -> SIMD16<Float> {
        let bits = SIMD16<UInt32>(repeating: 0x5F37_59DF) &- (unsafeBitCast(x, to: SIMD16<UInt32>.self) &>> 1)
        var y = unsafeBitCast(bits, to: SIMD16<Float>.self)
        let half = x * 0.5
        for _ in 0..<3 { y *= SIMD16<Float>(repeating: 1.5) - half * y * y }
        return x * y
    }

    /// Returns 32 standard normal numbers by Box and Muller's method (1958): sqrt(-2 ln u) times cosine and sine of an
    /// angle.
    ///
    /// The angle lies in the first quadrant, t = a + pi/4 with |a| <= pi/4, and each number has a sign of its own; then
    /// cos t = (cos a - sin a) / sqrt(2), sin t = (cos a + sin a) / sqrt(2), and the factor 2 under the root goes into
    /// these. u has 23 bits, so that no number exceeds sqrt(46 ln 2) = 5.65 (of a true normal distribution one in
    /// sixty million does). The polynomials of ln, sin and cos are those of the Cephes library for Float32.
    @inline(__always)
    private mutating func nextNormals() -> (SIMD16<Float>, SIMD16<Float>) {
        typealias Floats = SIMD16<Float>
        let one = SIMD16<UInt32>(repeating: 0x3F80_0000)
        let word = nextWords()
        let angle = nextWords()

        // u in 0...1 without 0; u = m 2^e with m in sqrt(1/2)..<sqrt(2).
        let u = Floats(repeating: 2) - unsafeBitCast((word &>> 9) | one, to: Floats.self)
        let bits = unsafeBitCast(u, to: SIMD16<Int32>.self)
        let exponent = (bits &- SIMD16<Int32>(repeating: 0x3F35_04F3)) &>> 23
        let f = unsafeBitCast(bits &- (exponent &<< 23), to: Floats.self) - Floats(repeating: 1)
        // Adding 1.5 * 2^23 as bits turns a small whole number into a Float without a conversion.
        let e =
            unsafeBitCast(exponent &+ SIMD16<Int32>(repeating: 0x4B40_0000), to: Floats.self)
            - Floats(repeating: 12_582_912)
        let square = f * f
        var series = f * 7.037_683_629_2e-2 - 1.151_461_031_0e-1
        series = series * f + 1.167_699_874_0e-1
        series = series * f - 1.242_014_084_6e-1
        series = series * f + 1.424_932_278_7e-1
        series = series * f - 1.666_805_766_5e-1
        series = series * f + 2.000_071_476_5e-1
        series = series * f - 2.499_999_399_3e-1
        series = series * f + 3.333_333_117_4e-1
        let logarithm = f + (series * f * square - square * 0.5) + e * 0.693_147_18
        let radius = Self.squareRoot(-logarithm)

        let a = (unsafeBitCast((angle &>> 9) | one, to: Floats.self) - 1.5) * (Float.pi / 2)
        let z = a * a
        let sine = ((z * -1.951_529_589_1e-4 + 8.332_160_873_6e-3) * z - 1.666_665_461_1e-1) * z * a + a
        let cosine =
            ((z * 2.443_315_711_809_948e-5 - 1.388_731_625_493_765e-3) * z + 4.166_664_568_298_827e-2) * z * z
            - z * 0.5 + 1
        // The two lowest bits are no part of the angle.
        let sign = SIMD16<UInt32>(repeating: 0x8000_0000)
        let first = unsafeBitCast(radius * (cosine - sine), to: SIMD16<UInt32>.self) ^ (angle &<< 31)
        let second = unsafeBitCast(radius * (cosine + sine), to: SIMD16<UInt32>.self) ^ ((angle &<< 30) & sign)
        return (unsafeBitCast(first, to: Floats.self), unsafeBitCast(second, to: Floats.self))
    }
}

extension RandomStream: RandomNumberGenerator {
    /// Returns the next 64 bits.
    public mutating func next() -> UInt64 {
        let high = UInt64(nextWord())
        return high << 32 | UInt64(nextWord())
    }
}
