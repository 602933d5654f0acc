import Foundation
import Tensors
import Workers

/// The MS-SSIM of Wang, Simoncelli and Bovik (2003): the mean contrast and structure of five scales, each half the size
/// of the one before by the mean of 2x2 samples, and the mean SSIM of the last, to the powers 0.0448, 0.2856, 0.3001,
/// 0.2363 and 0.1333, multiplied. Window and constants are SSIM's.
///
/// As in the authors' `msssim.m` an odd last row or column is repeated for the mean. A factor below zero counts as
/// zero, since it has no real power.
enum MultiScaleSimilarity {
    static let weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

    /// Returns true where the coarsest scale still holds the window, by the authors' rule: both sides 176 or more.
    static func fits(_ samples: MeasuredSamples) -> Bool {
        min(samples.height, samples.width) >= WindowWeights.side << (weights.count - 1)
    }

    /// Returns the mean over the planes.
    ///
    /// - Parameter sums: the sums of the first scale's planes, from `pass`.
    static func mean(
        of pass: DifferencePass, _ sums: [DifferencePass.Sums], sharing loop: ParallelLoop
    ) throws(QualityError) -> Double {
        var total = 0.0
        for plane in sums.indices {
            var product = pow(max(0, sums[plane].contrast / Double(pass.windowCount)), weights[0])
            var a = try halved(pass.a, plane: plane)
            var b = try halved(pass.b, plane: plane)
            for (scale, weight) in weights.enumerated().dropFirst() {
                let coarse = DifferencePass(a: a, b: b, measuresSimilarity: true)
                let found = try coarse.sums(sharing: loop)[0]
                let isLast = scale == weights.count - 1
                let mean = (isLast ? found.similarity : found.contrast) / Double(coarse.windowCount)
                product *= pow(max(0, mean), weight)
                if !isLast {
                    a = try halved(a, plane: 0)
                    b = try halved(b, plane: 0)
                }
            }
            total += product
        }
        return total / Double(sums.count)
    }

    /// Returns a plane at half the size, rounded up.
    private static func halved(_ samples: MeasuredSamples, plane: Int) throws(QualityError) -> MeasuredSamples {
        let half = PlanarImage(channels: 1, height: (samples.height + 1) / 2, width: (samples.width + 1) / 2)
        let rows = PlanarImage(channels: 1, height: 2, width: 2 * half.width)
        let (upper, lower) = (rows.view.row(0, 0), rows.view.row(0, 1))
        for y in 0..<half.height {
            try samples.fill(upper, plane: plane, y: 2 * y, columns: 0..<samples.width)
            try samples.fill(lower, plane: plane, y: min(2 * y + 1, samples.height - 1), columns: 0..<samples.width)
            if samples.width % 2 == 1 {
                upper[samples.width] = upper[samples.width - 1]
                lower[samples.width] = lower[samples.width - 1]
            }
            let target = half.view.row(0, y)
            for x in 0..<half.width {
                target[x] = (upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]) * 0.25
            }
        }
        return MeasuredSamples(levels: half, unit: samples.unit)
    }
}
