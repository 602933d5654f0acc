import Imaging
import Quality
import Tensors

/// What to do with a picture, by what it shows; the bounds are those of the models that ship.
public struct Advice: Sendable, Codable, Equatable {
    public enum Task: String, Sendable, Codable, CaseIterable {
        /// White noise: a model for denoising, told the level.
        case denoise
        /// White noise in a picture without colour, grey or stored in three channels, which may share it: a model for
        /// denoising that takes a channel at a time.
        case denoiseGrey = "denoise grey"
        /// Blocks and little noise: a model for JPEG artefacts.
        case jpeg
        /// Correlated noise, or blocks in a picture without colour that is no JPEG itself: a model for scans.
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
    /// So coarse a JPEG leaves no fine grain, and its own errors pass for grain below that standard deviation: of `gb82`
    /// under grain of 8, then quality 20, 23 in 25 become better by the model for JPEG, of grain of 15 one.
    static let coarsestQuality = 20
    static let coarsestSigma = 12.0

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
            if noise.isCorrelated, level < Self.coarsestSigma, let jpegQuality,
                jpegQuality.value <= Self.coarsestQuality, try blocks()?.areVisible == true
            {
                task = .jpeg
                reason = "coarse JPEG blocks, quality \(jpegQuality.value)"
            } else if noise.isCorrelated {
                task = .scan
                reason = "noise of \(sigma) that neighbours share, as grain or a saved JPEG has it"
            } else {
                task = noise.isMonochrome ? .denoiseGrey : .denoise
                reason = "white noise of \(sigma)" + (task == .denoise ? "" : " without colour")
            }
            return
        }
        let blocks = try blocks()
        let hasBlocks = blocks?.areVisible ?? false
        if let jpegQuality, jpegQuality.value < Self.cleanQuality, hasBlocks {
            task = .jpeg
            reason = "JPEG blocks, quality \(jpegQuality.value)"
        } else if hasBlocks, let blocks, jpegQuality == nil || blocks.column != 0 || blocks.row != 0 {
            // Frames of old film and scans of prints come so; dust is taken off by the models for scans alone.
            task = noise.isMonochrome ? .scan : .jpeg
            reason = "blocks of an earlier JPEG, from column \(blocks.column) and row \(blocks.row) on"
        } else if hasBlocks, let earlier = earlierQuality(), earlier < Self.cleanQuality {
            task = .jpeg
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
