/// The Euclidean norm of a gradient over all weights, and the factor that clips it.
public enum GradientNorm {
    private static let block = 4096

    /// Returns the Euclidean norm in Float64, summed in a fixed order: blocks of 4096 elements by eight lanes each,
    /// then the blocks from first to last. Not finite where an element is not.
    ///
    /// - Complexity: one pass.
    public static func norm(_ gradient: UnsafePointer<Float>, count: Int) -> Double {
        var total = 0.0
        var start = 0
        while start < count {
            let end = min(count, start + block)
            var lanes = SIMD8<Double>()
            var i = start
            while i + 8 <= end {
                let part = UnsafeRawPointer(gradient + i).loadUnaligned(as: SIMD8<Float>.self)
                let wide = SIMD8<Double>(part)
                lanes += wide * wide
                i += 8
            }
            while i < end {
                lanes[i - end + 8] += Double(gradient[i]) * Double(gradient[i])
                i += 1
            }
            for lane in 0..<8 { total += lanes[lane] }
            start = end
        }
        return total.squareRoot()
    }

    /// Returns the norm of a gradient that consists of parts of these norms.
    static func joined(_ norms: [Double]) -> Double {
        norms.count == 1 ? norms[0] : norms.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    /// Returns the factor that makes a gradient of length `norm` no longer than `limit`: limit / (norm + 1e-6), at most
    /// 1, as in PyTorch's `clip_grad_norm_`; 1 without a limit.
    public static func factor(norm: Double, limit: Double?) -> Double {
        guard let limit else { return 1 }
        return min(1, limit / (norm + 1e-6))
    }
}
