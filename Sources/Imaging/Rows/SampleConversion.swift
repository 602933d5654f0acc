import Tensors

/// The loops between stored samples and values in 0...1. Their pointers cover what the arguments say; the callers are
/// the reader and the writer of pictures alone.
enum SampleConversion {
    /// The value v / 255 of every byte, each the nearest Float.
    private static let byteValues: [Float] = (0...255).map { Float($0) / 255 }

    /// Writes `count` values: sample i lies at `samples + i * pixelStride` (bytes, any sign).
    static func load(
        _ samples: UnsafeRawPointer, bytesPerSample: Int, pixelStride: Int, count: Int,
        into values: UnsafeMutablePointer<Float>
    ) {
        if bytesPerSample == 1 {
            byteValues.withUnsafeBufferPointer { table in
                var sample = samples
                for i in 0..<count {
                    values[i] = table[Int(sample.load(as: UInt8.self))]
                    sample += pixelStride
                }
            }
        } else {
            var sample = samples
            for i in 0..<count {
                values[i] = Float(sample.load(as: UInt16.self)) / 65535
                sample += pixelStride
            }
        }
    }

    /// Clamps to 0...1 (not a number counts as 0) and rounds half away from zero to 0...maximum: floor(v * max + 0.5).
    ///
    /// Adding 2^23 rounds to a whole number, which is then one too large or right; its bits are the result. Swift's
    /// own conversion traps, and its test for that keeps the loop from being vectorised.
    @inline(__always)
    static func quantised(_ value: Float, maximum: Float) -> UInt32 {
        let clamped = value > 0 ? (value < 1 ? value : 1) : 0
        let scaled = clamped * maximum + 0.5
        let shifted = scaled + 0x1p23
        let excess: UInt32 = shifted - 0x1p23 > scaled ? 1 : 0
        return shifted.bitPattern &- Float(0x1p23).bitPattern &- excess
    }

    /// Writes `count` samples of 0...Sample.max, one after the other.
    @inline(__always)
    static func store<Sample: FixedWidthInteger & UnsignedInteger>(
        _ values: UnsafePointer<Float>, count: Int, to samples: UnsafeMutablePointer<Sample>
    ) {
        let maximum = Float(Sample.max)
        for i in 0..<count { samples[i] = Sample(truncatingIfNeeded: quantised(values[i], maximum: maximum)) }
    }

    /// Joins 1 to 4 planes of `count` samples, which lie one after the other, to pixels.
    @inline(__always)
    static func interleave<Sample>(
        _ planes: UnsafePointer<Sample>, channels: Int, count: Int, into pixels: UnsafeMutablePointer<Sample>
    ) {
        switch channels {
        case 1: pixels.update(from: planes, count: count)
        case 2:
            for i in 0..<count {
                pixels[2 * i] = planes[i]
                pixels[2 * i + 1] = planes[count + i]
            }
        case 3:
            for i in 0..<count {
                pixels[3 * i] = planes[i]
                pixels[3 * i + 1] = planes[count + i]
                pixels[3 * i + 2] = planes[2 * count + i]
            }
        default:
            for i in 0..<count {
                pixels[4 * i] = planes[i]
                pixels[4 * i + 1] = planes[count + i]
                pixels[4 * i + 2] = planes[2 * count + i]
                pixels[4 * i + 3] = planes[3 * count + i]
            }
        }
    }

    /// Writes the values over white: v * a + (1 - a), alpha clamped to 0...1.
    static func flatten(
        _ values: UnsafePointer<Float>, alpha: UnsafePointer<Float>, count: Int,
        into flat: UnsafeMutablePointer<Float>
    ) {
        for i in 0..<count {
            let a = alpha[i] > 0 ? (alpha[i] < 1 ? alpha[i] : 1) : 0
            flat[i] = values[i] * a + (1 - a)
        }
    }
}
