import Foundation
public import Imaging
public import Quality
import Tensors

/// What a picture shows without a reference, as `retouch inspect` prints and writes it. Levels are of 255.
public struct PictureInspection: Sendable, Codable {
    public struct Noise: Sendable, Codable, Equatable {
        /// Standard deviation of all noise, and of the part that is white.
        public var sigma: Double
        public var whiteSigma: Double
        /// Standard deviation in pixels of the Gaussian that the noise looks blurred by, 0 for white noise; and what that
        /// means for neighbours.
        public var blur: Double
        public var neighbourCorrelation: Double
        /// Immerkaer's estimate, a cross-check.
        public var immerkaerSigma: Double
        /// Of red, green and blue alone; of nothing for grey pictures.
        public var channelSigmas: [Double]
        public var byBrightness: [BrightnessNoise]
    }

    public struct Blocks: Sendable, Codable, Equatable {
        /// `Blockiness`: about 1 without blocks.
        public var strength: Double
        /// Where blocks begin; 0, 0 for a file that was not cut.
        public var column: Int
        public var row: Int

        /// Whether they are seen.
        public var areVisible: Bool { strength >= Self.leastVisible }
        /// Pictures without any have up to 1.1.
        private static let leastVisible = 1.2

        init(_ blockiness: Blockiness) {
            (strength, column, row) = (blockiness.value, blockiness.column, blockiness.row)
        }
    }

    public var name: String
    public var width: Int
    public var height: Int
    /// As `8-bit RGB`.
    public var format: String
    public var container: PictureContainer
    public var jpegQuality: JPEGQuality?
    /// `EarlierCompression`: the quality before the last saving, where that is seen.
    public var earlierJPEGQuality: Int?
    public var noise: Noise
    /// Of pictures with sides of 16 pixels and more.
    public var noiseProfile: NoiseProfile?
    public var blocks: Blocks?
    /// `BlurEffect`: 0 sharp, 1 blurred.
    public var blurEffect: Double?
    public var clipped: ClippedShare
    public var specksPerMegapixel: Double
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
