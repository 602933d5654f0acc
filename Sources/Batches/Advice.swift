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
    static let blocklessQuality = 80
    /// In a JPEG of this quality and more nothing is worth restoring.
    static let cleanQuality = 95
    /// Below that quality less of the grain is left, so that less counts; but only where the quietest blocks are not quiet
    /// (``Quality/QuietBlocks``), since the errors of the coefficients, and texture under them, pass for grain. Chosen on 13
    /// pictures of `gb82` with grain and without, saved at quality 15 to 80; of 18 others the model that these two bounds
    /// choose is 0.30 dB below the better one on average (the bounds before: 0.44), and 4.9 at worst (7.3).
    static let leastSigmaOfJPEG = 1.5
    static let leastQuietDeviation = 1.75

    /// - Parameters:
    ///   - blocks: looked for only where there is little noise.
    ///   - quietDeviation: of ``Quality/QuietBlocks``, asked only of JPEGs.
    ///   - earlierQuality: of ``EarlierCompression``, asked only where the last saving does not account for the blocks.
    init(
        noise: NoiseEstimate, blocks: @autoclosure () throws -> PictureInspection.Blocks?, jpegQuality: JPEGQuality?,
        quietDeviation: @autoclosure () -> Double?, earlierQuality: @autoclosure () -> Int?
    ) rethrows {
        let level = noise.sigma * 255
        let sigma = "sigma \(Self.text(level))"
        let lossyQuality = jpegQuality.flatMap { $0.value < Self.cleanQuality ? $0.value : nil }
        var isNoisy = level >= Self.leastSigma
        var grain = "noise of \(sigma) that neighbours share, as grain or a saved JPEG has it"
        if let lossyQuality, let deviation = quietDeviation() {
            isNoisy = level >= Self.leastSigmaOfJPEG && deviation >= Self.leastQuietDeviation
            grain = "grain under JPEG of quality \(lossyQuality), whose quietest blocks vary by \(Self.text(deviation))"
        }
        if isNoisy {
            if noise.isCorrelated {
                task = .scan
                reason = grain
            } else {
                task = noise.isMonochrome ? .denoiseGrey : .denoise
                reason = "white noise of \(sigma)" + (task == .denoise ? "" : " without colour")
            }
            return
        }
        let blocks = try blocks()
        let hasBlocks = blocks?.areVisible ?? false
        if let lossyQuality, lossyQuality < Self.blocklessQuality, hasBlocks {
            task = .jpeg
            reason = "JPEG blocks, quality \(lossyQuality)"
        } else if hasBlocks, let blocks, jpegQuality == nil || blocks.column != 0 || blocks.row != 0 {
            // Frames of old film and scans of prints come so; dust is taken off by the models for scans alone.
            task = noise.isMonochrome ? .scan : .jpeg
            reason = "blocks of an earlier JPEG, from column \(blocks.column) and row \(blocks.row) on"
        } else if hasBlocks, let earlier = earlierQuality(), earlier < Self.blocklessQuality {
            task = .jpeg
            reason = "blocks of an earlier JPEG, quality \(earlier)"
        } else if let lossyQuality, !noise.isMonochrome {
            // Without colour it may be a scan of a print, whose dust the default model takes off.
            task = .jpeg
            reason = "JPEG of quality \(lossyQuality)"
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
            jpegQuality: info?.jpegQuality, quietDeviation: QuietBlocks.deviation(of: image),
            earlierQuality: info?.lumaSteps.flatMap { EarlierCompression.quality(of: image, savedWith: $0) })
    }

    private static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
