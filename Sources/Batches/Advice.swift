import Imaging
import Quality
import Tensors

/// What to do with a picture, by what it shows; the bounds are those of the models that ship.
public struct Advice: Sendable, Codable, Equatable {
    public enum Task: String, Sendable, Codable, CaseIterable {
        /// White noise: a model for denoising, told the level.
        case denoise
        /// Correlated noise or blocks: a model for scans.
        case scan
        case nothing
    }

    public var task: Task
    /// In words.
    public var reason: String

    /// Below this standard deviation (of 255) noise is not seen, and texture is taken for it.
    static let leastSigma = 3.0
    /// A JPEG of this quality and more shows no blocks.
    static let cleanQuality = 80
    /// Blocks stronger than that are seen; pictures without any have up to 1.1.
    public static let visibleBlocks = 1.2

    /// - Parameters:
    ///   - blocks: looked for only where there is little noise.
    ///   - earlierQuality: of ``EarlierCompression``, asked only where the last saving does not account for the blocks.
    init(
        noise: NoiseEstimate, blocks: @autoclosure () throws -> PictureInspection.Blocks?, jpegQuality: JPEGQuality?,
        earlierQuality: @autoclosure () -> Int?
    ) rethrows {
        let level = noise.sigma * 255
        let sigma = "sigma \(Self.text(level))"
        if level >= Self.leastSigma {
            task = noise.isCorrelated ? .scan : .denoise
            reason =
                noise.isCorrelated
                ? "noise of \(sigma) that neighbours share, as grain or a saved JPEG has it"
                : "white noise of \(sigma)"
            return
        }
        let blocks = try blocks()
        let hasBlocks = blocks.map { $0.strength >= Self.visibleBlocks } ?? false
        if let jpegQuality, jpegQuality.value < Self.cleanQuality, hasBlocks {
            task = .scan
            reason = "JPEG blocks, quality \(jpegQuality.value)"
        } else if hasBlocks, let blocks, jpegQuality == nil || blocks.column != 0 || blocks.row != 0 {
            task = .scan
            reason = "blocks of an earlier JPEG, from column \(blocks.column) and row \(blocks.row) on"
        } else if hasBlocks, let earlier = earlierQuality(), earlier < Self.cleanQuality {
            task = .scan
            reason = "blocks of an earlier JPEG, quality \(earlier)"
        } else {
            task = .nothing
            reason = "little noise (\(sigma)) and no blocks"
        }
    }

    /// Of `image`, the picture or a part of it that begins on its blocks of 8x8.
    ///
    /// - Parameter info: of the picture's file, where there is one.
    /// - Throws: `QualityError` for samples that are no numbers.
    init(of image: PlanarImage, noise: NoiseEstimate, info: PictureInfo?) throws {
        try self.init(
            noise: noise, blocks: Blockiness(of: image).map(PictureInspection.Blocks.init),
            jpegQuality: info?.jpegQuality,
            earlierQuality: info?.lumaSteps.flatMap { EarlierCompression.quality(of: image, savedWith: $0) })
    }

    private static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
