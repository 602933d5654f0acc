public import Tensors

/// The white noise of the parts of a picture that are about equally bright: photon noise grows with brightness, film
/// grain is strongest in the middle.
public struct BrightnessNoise: Sendable, Equatable, Codable {
    /// The least mean level of the patches' channels, 0...255.
    public let from: Int
    /// The greatest mean level of the patches' channels, 0...255, inclusive.
    public let to: Int
    /// The standard deviation of the white noise, in levels of 255.
    public let sigma: Double

    private static let bandCount = 5

    /// Returns the noise of those fifths of the range that enough patches of `image` (1 to 4 channels in 0...1, alpha
    /// left out) lie in: eight times as many as a patch has dimensions. Patches with clipped samples are left out.
    public static func bands(of image: PlanarImage) -> [BrightnessNoise] {
        let set = PatchSet(image.levels(channels: image.channels >= 3 ? 3 : 1), limit: 2 * NoiseEstimate.patchLimit)
        var bands = [[Int]](repeating: [], count: bandCount)
        for patch in 0..<set.count where !set.isClipped[patch] {
            let means = set.means[patch * set.colours..<(patch + 1) * set.colours]
            let level = means.reduce(0, +) / Float(set.colours)
            bands[min(bandCount - 1, max(0, Int(level) * bandCount / 256))].append(patch)
        }
        return bands.enumerated().compactMap { index, patches in
            guard patches.count >= 8 * set.dimensions, let covariance = PatchCovariance(set, patches) else {
                return nil
            }
            return BrightnessNoise(
                from: (index * 256 + bandCount - 1) / bandCount, to: ((index + 1) * 256 - 1) / bandCount,
                sigma: covariance.noiseVariance.squareRoot())
        }
    }
}
