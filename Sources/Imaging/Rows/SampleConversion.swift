import Tensors

/// The loops between stored samples and values in 0...1. Their pointers cover what the arguments say; the callers are
/// the reader and the writer of pictures alone.
enum SampleConversion {
    /// v / 255 for every byte, each the nearest Float.
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

    /// Writes `count` samples, `pixelStride` bytes apart, of `maximum` 255 or 65535.
    static func store(
        _ values: UnsafePointer<Float>, bytesPerSample: Int, pixelStride: Int, count: Int,
        to samples: UnsafeMutableRawPointer
    ) {
        var sample = samples
        if bytesPerSample == 1 {
            for i in 0..<count {
                sample.storeBytes(of: UInt8(truncatingIfNeeded: quantised(values[i], maximum: 255)), as: UInt8.self)
                sample += pixelStride
            }
        } else {
            for i in 0..<count {
                sample.storeBytes(
                    of: UInt16(truncatingIfNeeded: quantised(values[i], maximum: 65535)), as: UInt16.self)
                sample += pixelStride
            }
        }
    }

    /// Values over white: v * a + (1 - a), alpha clamped to 0...1.
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
