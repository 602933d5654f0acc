import Foundation
public import Imaging
public import Quality
public import Reports
import Tensors

/// The figures that a picture shows without a reference, as `retouch inspect` prints and writes them. Levels are of
/// 255.
public struct PictureInspection: Sendable, Codable {
    /// The noise of a picture.
    public struct Noise: Sendable, Codable, Equatable {
        /// The standard deviation of all noise, in levels.
        public var sigma: Double
        /// The standard deviation of the part of the noise that is white, in levels.
        public var whiteSigma: Double
        /// The standard deviation in pixels of the Gaussian that the noise looks blurred by, 0 for white noise.
        public var blur: Double
        /// The correlation of neighbours' noise that this blur means.
        public var neighbourCorrelation: Double
        /// The standard deviation by Immerkaer's estimate, in levels, as a cross-check.
        public var immerkaerSigma: Double
        /// The standard deviations of red, green and blue alone, in levels; empty for grey pictures.
        public var channelSigmas: [Double]
        /// The noise by bands of brightness.
        public var byBrightness: [BrightnessNoise]
    }

    /// The blocks of a JPEG that a picture shows.
    public struct Blocks: Sendable, Codable, Equatable {
        /// The strength by `Blockiness`, about 1 without blocks.
        public var strength: Double
        /// The column where blocks begin, 0 for a file that was not cut.
        public var column: Int
        /// The row where blocks begin, 0 for a file that was not cut.
        public var row: Int

        /// True where the blocks are visible.
        public var areVisible: Bool { strength >= Self.leastVisible }
        /// The least strength of visible blocks; pictures without any have up to 1.1.
        private static let leastVisible = 1.2

        init(_ blockiness: Blockiness) {
            (strength, column, row) = (blockiness.value, blockiness.column, blockiness.row)
        }
    }

    /// The picture's name.
    public var name: String
    /// The width in pixels.
    public var width: Int
    /// The height in pixels.
    public var height: Int
    /// The format of the samples in words, such as `8-bit RGB`.
    public var format: String
    /// The format of the file.
    public var container: PictureContainer
    /// The quality of a JPEG file; nil for other files.
    public var jpegQuality: JPEGQuality?
    /// The quality before the last saving by `EarlierCompression`, where that is seen.
    public var earlierJPEGQuality: Int?
    /// The estimated noise.
    public var noise: Noise
    /// The profile of the noise; nil for pictures with sides below 16 pixels.
    public var noiseProfile: NoiseProfile?
    /// The blocks; nil for pictures with a side below 16 pixels or of one level.
    public var blocks: Blocks?
    /// The blur by `BlurEffect`, from 0 for sharp to 1 for blurred; nil for pictures with a side below 13 pixels or of
    /// one level.
    public var blurEffect: Double?
    /// The shares of samples that are clipped.
    public var clipped: ClippedShare
    /// The number of specks in a million pixels.
    public var specksPerMegapixel: Double
    /// The damage that a network finds; nil where none looked.
    public var damage: MendedDamage?
    /// The advice that follows from these figures.
    public var advice: Advice

    /// Measures a picture.
    ///
    /// - Throws: `QualityError` for samples that are no numbers.
    /// - Complexity: about a second for 12 megapixels of RGB.
    init(_ picture: Picture, name: String, info: PictureInfo) throws {
        let image = picture.image
        let colours = picture.format.color.channelCount
        self.name = name
        width = info.width
        height = info.height
        format = picture.format.description
        container = info.container
        jpegQuality = info.jpegQuality
        earlierJPEGQuality = info.lumaSteps.flatMap { EarlierCompression.quality(of: image, savedWith: $0) }
        let estimate = NoiseEstimate(of: image)
        let channels = colours == 1 ? [] : (0..<3).map { NoiseEstimate.sigma(of: image.channel($0)) * 255 }
        noise = Noise(
            sigma: estimate.sigma * 255, whiteSigma: estimate.whiteSigma * 255, blur: estimate.blur,
            neighbourCorrelation: estimate.neighbourCorrelation, immerkaerSigma: estimate.immerkaerSigma * 255,
            channelSigmas: channels, byBrightness: BrightnessNoise.bands(of: image))
        noiseProfile = NoiseProfile(of: image)
        blocks = try Blockiness(of: image).map(Blocks.init)
        blurEffect = try BlurEffect.value(of: image)
        clipped = ClippedShare(of: image, colours: colours)
        specksPerMegapixel = SpeckCount.perMegapixel(of: image, sigma: estimate.sigma)
        advice = Advice(
            profile: noiseProfile, isMonochrome: estimate.isMonochrome, blocks: blocks, jpegQuality: jpegQuality,
            isDrawing: Advice.isDrawing(image), earlierQuality: earlierJPEGQuality)
    }
}

extension PlanarImage {
    fileprivate func channel(_ index: Int) -> PlanarImage {
        let image = PlanarImage(channels: 1, height: height, width: width)
        image.view.copySamples(from: view.channels(from: index, count: 1))
        return image
    }
}
