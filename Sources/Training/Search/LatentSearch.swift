import Foundation
public import Latents
import Quality
public import Reports
public import Tensors

/// The choice of the latent's dimension: the reconstruction error of one autoencoder for each dimension, beside that of
/// as many principal components of the same patches.
public struct LatentSearch: Sendable {
    /// The PSNR, in decibels, that a smaller latent may lose against the best.
    public static let tolerance = 0.1

    /// The principal components of training patches.
    public let components: PrincipalComponents
    /// The side of a patch, in pixels.
    public let side: Int
    private let subjects: [PlanarImage]

    /// Computes the principal components of the patches of a run.
    ///
    /// - Parameters:
    ///   - patches: the run's; their targets are taken.
    ///   - side: the side of a patch that one latent stands for, in pixels.
    ///   - largest: the largest dimension that will be asked for; at most the number of a patch's samples is computed.
    ///   - subjects: clean validation pictures.
    /// - Throws: the errors of `patches.makePatch`.
    public init(patches: any PatchSource, side: Int, largest: Int, subjects: [PlanarImage]) throws {
        let dimension = patches.channels * side * side
        let count = min(largest, dimension)
        // Many patches for each component, and no more than fit into some hundred megabytes.
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

    /// Returns the mean PSNR, in decibels, of the validation pictures reconstructed from `count` components of each
    /// patch; incomplete patches at the right and the bottom are not measured.
    public func principalPSNR(components count: Int) -> Double {
        let figures = subjects.map { subject -> Double in
            let error = components.error(
                of: subject.squares(side: side), components: min(count, components.variances.count))
            return min(100, -10 * log10(max(error, 1e-10)))
        }
        return figures.reduce(0, +) / Double(max(1, figures.count))
    }

    /// Returns the row of the smallest dimension whose PSNR lies within `tolerance` of the best; nil without rows.
    public static func chosen(_ rows: [LatentSearchRow]) -> LatentSearchRow? {
        let best = rows.map(\.psnr).max() ?? 0
        return rows.filter { $0.psnr >= best - tolerance }.min { $0.dimension < $1.dimension }
    }
}
