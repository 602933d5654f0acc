import Foundation
import Imaging
package import Quality
package import Reports
import Restoration
package import Tensors

/// The middle of a picture restored again and again, to judge a method by where there is no reference.
package struct PartExamination {
    /// The sides of the part, in pixels, where the picture is as large.
    package static let side = 192
    /// The least side of a part in pixels; of smaller ones the figures say little.
    private static let leastSide = 32

    /// The figures of the part: how far the eight results of it turned and mirrored, turned back again, lie from their
    /// mean, and its expected PSNR.
    package let figures: SelfExamination

    /// Restores `part` eight times, and once more for the expected PSNR; nil where it is small.
    ///
    /// - Parameters:
    ///   - part: one or three colour channels in 0...1.
    ///   - noise: the noise of the whole picture.
    ///   - restore: restores a part and keeps its size.
    package init?(
        of part: PlanarImage, noise: NoiseEstimate, restore: (PlanarImage) throws -> PlanarImage
    ) rethrows {
        guard min(part.height, part.width) >= Self.leastSide else { return nil }
        let upright = try restore(part)
        var results = [upright]
        for turn in Symmetry.all.dropFirst() { results.append(turn.undone(try restore(turn.applied(to: part)))) }
        var figures = SelfExamination(disagreement: Self.deviation(of: results) * 255)
        if !noise.isCorrelated, noise.sigma * 255 >= Advice.leastSigma {
            figures.expectedPSNR = try Self.expectedPSNR(
                of: part, restored: upright, sigma: noise.sigma, restore: restore)
        }
        self.figures = figures
    }

    private static func deviation(of images: [PlanarImage]) -> Double {
        guard let first = images.first else { return 0 }
        var squares = 0.0
        for index in 0..<first.sampleCount {
            let values = images.map { Double($0.view.base[index]) }
            let mean = values.reduce(0, +) / Double(values.count)
            squares += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        }
        return (squares / Double(first.sampleCount)).squareRoot()
    }

    /// Returns the PSNR by Stein's unbiased estimate of the error that is left of white Gaussian noise, (f(y) - y)² -
    /// sigma² + 2 sigma² df/dy a sample (Stein 1981), the derivative as the change along one random direction of signs
    /// (Ramani, Blu and Unser, "Monte-Carlo SURE", 2008); before, sigma². Only samples count that lie so far from black
    /// and white that no noise was cut off. Nil where these are few, or less is left than the error of sigma makes.
    private static func expectedPSNR(
        of part: PlanarImage, restored: PlanarImage, sigma: Double, restore: (PlanarImage) throws -> PlanarImage
    ) rethrows -> FigureChange? {
        let step: Float = 1 / 255
        let count = part.sampleCount
        var random = RandomStream(seed: 0)
        let signs = (0..<count).map { _ in random.nextWord() & 1 == 0 ? -step : step }
        let moved = PlanarImage(channels: part.channels, height: part.height, width: part.width)
        for index in 0..<count { moved.view.base[index] = part.view.base[index] + signs[index] }
        let changed = try restore(moved)
        let margin = Float(3 * sigma)
        var (residual, divergence, used) = (0.0, 0.0, 0)
        for index in 0..<count {
            let value = restored.view.base[index]
            guard value >= margin, value <= 1 - margin else { continue }
            let difference = Double(value - part.view.base[index])
            residual += difference * difference
            divergence += Double(signs[index]) * Double(changed.view.base[index] - value)
            used += 1
        }
        withExtendedLifetime((part, restored, moved, changed)) {}
        guard 8 * used >= count else { return nil }
        let variance = sigma * sigma
        let error =
            residual / Double(used) - variance
            + 2 * variance * divergence / (Double(step) * Double(step) * Double(used))
        guard error.isFinite, error > leastShare * variance else { return nil }
        return FigureChange(before: -10 * log10(variance), after: -10 * log10(error))
    }

    /// The least error as a share of the variance: sigma is estimated to about a hundredth, its square to a fiftieth.
    private static let leastShare = 0.02
}
