import Foundation
import Quality
public import Reports
public import Tensors

/// Which dimension of the latent to take: the reconstruction error of one autoencoder for each, beside that of as many
/// principal components of the same patches.
public struct LatentSearch: Sendable {
    /// How much PSNR, in decibels, a smaller code may lose against the best.
    public static let tolerance = 0.1

    /// Principal components of training patches.
    public let components: PrincipalComponents
    /// Pixels of a patch's side.
    public let side: Int
    private let subjects: [PlanarImage]

    /// - Parameters:
    ///   - patches: the run's; their targets are taken.
    ///   - side: of a patch that one latent stands for.
    ///   - largest: dimension that will be asked for; more than a patch has samples counts as those.
    ///   - subjects: clean validation pictures.
    /// - Throws: what `patches.makePatch` throws.
    public init(patches: any PatchSource, side: Int, largest: Int, subjects: [PlanarImage]) throws {
        let dimension = patches.channels * side * side
        let count = min(largest, dimension)
        // Many for each component, and no more than fit into some hundred megabytes.
        let samples = max(2, min(40_000, 20_000_000 / dimension))
        let workspace = PatchWorkspace()
        let input = PlanarImage(channels: patches.channels, height: side / patches.scale, width: side / patches.scale)
        let target = PlanarImage(channels: patches.channels, height: side, width: side)
        var vectors: [Float] = []
        vectors.reserveCapacity(samples * dimension)
        for sample in 0..<samples {
            _ = try patches.makePatch(
                step: 0, sample: sample, input: input.view, target: target.view, workspace: workspace)
            vectors += target.samples
        }
        components = PrincipalComponents(vectors, dimension: dimension, count: count)
        self.side = side
        self.subjects = subjects
    }

    /// The mean PSNR, in decibels, of the validation pictures rebuilt from `count` components of each patch; what is left
    /// over at the right and the bottom is not measured.
    public func principalPSNR(components count: Int) -> Double {
        let figures = subjects.map { subject -> Double in
            var vectors: [Float] = []
            for top in stride(from: 0, through: subject.height - side, by: side) {
                for left in stride(from: 0, through: subject.width - side, by: side) {
                    for channel in 0..<subject.channels {
                        for row in top..<top + side {
                            vectors += UnsafeBufferPointer(start: subject.view.row(channel, row) + left, count: side)
                        }
                    }
                }
            }
            let error = components.error(of: vectors, components: min(count, components.variances.count))
            return min(100, -10 * log10(max(error, 1e-10)))
        }
        return figures.reduce(0, +) / Double(max(1, figures.count))
    }

    /// The smallest dimension whose PSNR lies within `tolerance` of the best.
    public static func chosen(_ rows: [LatentSearchRow]) -> LatentSearchRow? {
        let best = rows.map(\.psnr).max() ?? 0
        return rows.filter { $0.psnr >= best - tolerance }.min { $0.dimension < $1.dimension }
    }
}
