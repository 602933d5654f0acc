/// How values between pixels are made: the choices of MATLAB's `imresize`, which the published figures of
/// super-resolution rest on.
public struct Resampling: Sendable, Equatable {
    public enum Kernel: Sendable, CaseIterable {
        /// Keys' cubic with a = -0.5 (R. Keys, "Cubic convolution interpolation for digital image processing", 1981).
        case bicubic
        case bilinear
        case box

        /// The width of the kernel in input pixels where it does not shrink.
        var support: Double {
            switch self {
            case .bicubic: 4
            case .bilinear: 2
            case .box: 1
            }
        }

        func value(at x: Double) -> Double {
            let distance = abs(x)
            switch self {
            case .bicubic:
                if distance <= 1 { return (1.5 * distance - 2.5) * distance * distance + 1 }
                if distance <= 2 { return ((-0.5 * distance + 2.5) * distance - 4) * distance + 2 }
                return 0
            case .bilinear: return max(0, 1 - distance)
            case .box: return x >= -0.5 && x < 0.5 ? 1 : 0
            }
        }
    }

    /// What lies outside the picture.
    public enum Edges: Sendable {
        /// The picture mirrored, its last row twice: MATLAB's `imresize` today.
        case symmetric
        /// The last row again and again: older versions of `imresize`, with which the published low-resolution
        /// pictures of Set5 and Set14 were made.
        case replicated
    }

    /// What is done to values on the way.
    public enum Rounding: Sendable {
        case none
        /// To 0...255 after each of the two passes, half up, and clamped: what `imresize` does with uint8.
        case eightBits
    }

    public var kernel: Kernel
    public var edges: Edges
    public var rounding: Rounding
    /// Whether the kernel is widened where the picture shrinks, so that no detail is folded.
    public var antialiases: Bool

    public init(
        _ kernel: Kernel, edges: Edges = .symmetric, rounding: Rounding = .none, antialiases: Bool = true
    ) {
        self.kernel = kernel
        self.edges = edges
        self.rounding = rounding
        self.antialiases = antialiases
    }

    public static var bicubic: Resampling { Resampling(.bicubic) }
    public static var bilinear: Resampling { Resampling(.bilinear) }
    public static var box: Resampling { Resampling(.box) }
}

/// For every output position of one axis the input positions it is made of and their weights.
struct ResamplingWeights {
    let tapCount: Int
    /// `[output][tap]`; an output that needs fewer taps has weights of zero.
    let indices: [Int]
    let weights: [Double]

    /// Positions and weights as `imresize` computes them: output x (from 1) lies at u = x/s + (1 - 1/s)/2, and the
    /// weights of the pixels around it are divided by their sum.
    init(inputCount: Int, outputCount: Int, scale: Double, resampling: Resampling) {
        let kernel = resampling.kernel
        let shrink = resampling.antialiases && scale < 1 ? scale : 1
        let width = kernel.support / shrink
        let taps = Int(width.rounded(.up)) + 2
        var indices: [Int] = []
        var weights: [Double] = []
        indices.reserveCapacity(outputCount * taps)
        weights.reserveCapacity(outputCount * taps)
        for output in 1...max(1, outputCount) {
            let centre = Double(output) / scale + 0.5 * (1 - 1 / scale)
            let left = (centre - width / 2).rounded(.down)
            let row = (0..<taps).map { shrink * kernel.value(at: shrink * (centre - (left + Double($0)))) }
            let sum = row.reduce(0, +)
            for tap in 0..<taps {
                weights.append(row[tap] / sum)
                indices.append(
                    Self.place(Int(left) + tap - 1, count: inputCount, edges: resampling.edges))
            }
        }
        tapCount = taps
        self.indices = indices
        self.weights = weights
    }

    /// The pixel that stands for position `i` of an axis, which may lie outside.
    private static func place(_ i: Int, count: Int, edges: Resampling.Edges) -> Int {
        switch edges {
        case .replicated: return min(max(i, 0), count - 1)
        case .symmetric:
            let period = 2 * count
            let phase = ((i % period) + period) % period
            return phase < count ? phase : period - 1 - phase
        }
    }
}
