import Imaging
import Quality
import Tensors

/// The advice for a picture, by what it shows; the bounds are those of the models that ship.
public struct Advice: Sendable, Codable, Equatable {
    /// The tasks that models are made for.
    public enum Task: String, Sendable, Codable, CaseIterable {
        /// White noise: a model for denoising.
        case denoise
        /// White noise in a picture without colour, grey or stored in three channels, which may share it: a model for
        /// denoising that takes a channel at a time.
        case denoiseGrey = "denoise grey"
        /// A JPEG, or blocks of one, and no noise: a model for JPEG artefacts.
        case jpeg
        /// Correlated noise: a model for scans.
        case scan
        /// The picture is passed through.
        case nothing
    }

    /// The task that the picture asks for.
    public var task: Task
    /// The reason, in words.
    public var reason: String

    /// The quality from which a JPEG shows no blocks.
    static let blocklessQuality = 80
    /// The quality from which nothing in a JPEG is worth restoring.
    static let cleanQuality = 95
    /// The share of a drawing that its 16 most frequent colours fill at least. Of `gb82` saved as JPEG at 30 to 92 no
    /// photograph has more than 0.64.
    private static let leastDominance = 0.7
    /// The standard deviation (of 255) below which ``Quality/NoiseEstimate`` takes texture for noise.
    static let leastSigma = 3.0

    /// Chooses the task of a picture.
    ///
    /// - Parameters:
    ///   - profile: the profile of the noise; nil for pictures that are too small for one.
    ///   - isMonochrome: whether the picture has no colour, toned or not.
    ///   - blocks: the blocks, looked for only where there is no noise.
    ///   - isDrawing: whether few colours fill the picture, whose edges may lie as blocks do; asked only where there
    ///     are blocks and no JPEG.
    ///   - earlierQuality: the quality by ``Quality/EarlierCompression``, asked only where the last saving does not
    ///     account for the blocks.
    init(
        profile: NoiseProfile?, isMonochrome: Bool, blocks: @autoclosure () throws -> PictureInspection.Blocks?,
        jpegQuality: JPEGQuality?, isDrawing: @autoclosure () -> Bool, earlierQuality: @autoclosure () -> Int?
    ) rethrows {
        let kind = profile?.kind ?? .none
        let sigma = "sigma \(Self.text(profile?.floor ?? 0))"
        let lossyQuality = jpegQuality.flatMap { $0.value < Self.cleanQuality ? $0.value : nil }
        switch kind {
        case .white:
            task = isMonochrome ? .denoiseGrey : .denoise
            reason = "white noise of \(sigma)" + (isMonochrome ? " without colour" : "")
            return
        case .correlated:
            task = .scan
            reason = "noise of \(sigma) that neighbours share, as of a camera, a scan or a saved JPEG"
            return
        case .none: break
        }
        let blocks = try blocks()
        let hasBlocks = blocks?.areVisible ?? false
        if let lossyQuality, lossyQuality < Self.blocklessQuality, hasBlocks {
            task = .jpeg
            reason = "JPEG blocks, quality \(lossyQuality)"
        } else if hasBlocks, jpegQuality == nil, isDrawing() {
            task = .nothing
            reason = "a drawing of few colours"
        } else if hasBlocks, let blocks, jpegQuality == nil || blocks.column != 0 || blocks.row != 0 {
            task = .jpeg
            reason = "blocks of an earlier JPEG, from column \(blocks.column) and row \(blocks.row) on"
        } else if hasBlocks, let earlier = earlierQuality(), earlier < Self.blocklessQuality {
            task = .jpeg
            reason = "blocks of an earlier JPEG, quality \(earlier)"
        } else if let lossyQuality {
            task = .jpeg
            reason = "JPEG of quality \(lossyQuality)"
        } else {
            task = .nothing
            reason = "no noise that can be told from texture, and no blocks"
        }
    }

    /// Examines `image`, the picture or a part of it that begins on its blocks of 8x8, and chooses its task.
    ///
    /// - Parameter info: the header of the picture's file, where there is one.
    /// - Throws: `QualityError` for samples that are no numbers.
    init(of image: PlanarImage, profile: NoiseProfile?, info: PictureInfo?) throws {
        try self.init(
            profile: profile, isMonochrome: image.isMonochrome,
            blocks: Blockiness(of: image).map(PictureInspection.Blocks.init), jpegQuality: info?.jpegQuality,
            isDrawing: Self.isDrawing(image),
            earlierQuality: info?.lumaSteps.flatMap { EarlierCompression.quality(of: image, savedWith: $0) })
    }

    /// Returns true where few colours fill the picture.
    static func isDrawing(_ image: PlanarImage) -> Bool { DominantColours.share(of: image) >= leastDominance }

    private static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
