/// The settings of resampling: the choices of MATLAB's `imresize`, which the published figures of super-resolution rest
/// on.
public struct Resampling: Sendable, Equatable {
    /// The function that weights the input pixels around an output position.
    public enum Kernel: Sendable, CaseIterable {
        /// Keys' cubic with a = -0.5 (R. Keys, "Cubic convolution interpolation for digital image processing", 1981).
        case bicubic
        /// Linear interpolation between two pixels.
        case bilinear
        /// The mean over one pixel's width.
        case box

        /// The width of the kernel in input pixels where the picture is not downsampled.
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

    /// The values outside the picture.
    public enum Edges: Sendable {
        /// The picture mirrored, its last row repeated: MATLAB's `imresize` today.
        case symmetric
        /// The last row repeated without end: older versions of `imresize`, with which the published low-resolution
        /// pictures of Set5 and Set14 were made.
        case replicated
    }

    /// The rounding of values between and after the passes.
    public enum Rounding: Sendable {
        /// Values are neither rounded nor clamped.
        case none
        /// Values are rounded to 0...255 after each of the two passes, half up, and clamped, as `imresize` does with
        /// uint8.
        case eightBits
    }

    /// The function that weights the input pixels.
    public var kernel: Kernel
    /// The values outside the picture.
    public var edges: Edges
    /// The rounding of values between and after the passes.
    public var rounding: Rounding
    /// True where the kernel is widened for downsampling, so that no detail is folded.
    public var antialiases: Bool

    /// Creates the settings of a resampling with `kernel`.
    public init(
        _ kernel: Kernel, edges: Edges = .symmetric, rounding: Rounding = .none, antialiases: Bool = true
    ) {
        self.kernel = kernel
        self.edges = edges
        self.rounding = rounding
        self.antialiases = antialiases
    }

    /// Bicubic resampling with mirrored edges and antialiasing, unrounded.
    public static var bicubic: Resampling { Resampling(.bicubic) }
    /// Bilinear resampling with mirrored edges and antialiasing, unrounded.
    public static var bilinear: Resampling { Resampling(.bilinear) }
    /// Resampling by a box with mirrored edges and antialiasing, unrounded.
    public static var box: Resampling { Resampling(.box) }
}

/// The weights of one axis: for every output position the input positions that it is made of and their weights.
struct ResamplingWeights {
    let tapCount: Int
    /// `[output][tap]`; an output that needs fewer taps has weights of zero.
    let indices: [Int]
    let weights: [Double]

    /// Computes positions and weights as `imresize` does: output x (from 1) lies at u = x/s + (1 - 1/s)/2, and the
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

    /// Returns the pixel that stands for position `i` of an axis, which may lie outside.
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
