import Foundation
public import Tensors

/// The noise of a picture, estimated from the picture alone.
///
/// Patches of a photograph fill few dimensions, those of white noise all of them alike: the smaller eigenvalues of
/// the patches' covariance are the noise's variance (Chen, Zhu, Heng: An Efficient Statistical Method for Image Noise
/// Level Estimation, ICCV 2015). The patches here span 7x7 pixels and all colour channels, since channels share their
/// structure but not their noise: on 25 photographs the error is a tenth of that of one channel at a time. Noise that
/// clipping has taken a part of is scaled up by what a normal distribution loses at that brightness.
///
/// The method sees white noise only. Noise that is correlated over neighbours (grain, and what a blur, a JPEG file or a
/// camera makes of noise) hides in the large eigenvalues, but comes back at half and quarter size: `NoiseSpectrum`
/// finds the blur and the deviation that explain all three.
public struct NoiseEstimate: Sendable, Equatable {
    /// The noise level to restore with: the standard deviation of the noise in a sample, on 0...1.
    public var sigma: Double
    /// The standard deviation of the white part, on 0...1.
    public var whiteSigma: Double
    /// The standard deviation in pixels of the Gaussian that the noise looks blurred by; 0 for white noise.
    public var blur: Double
    /// Immerkaer's estimate (1996) on 0...1, a cross-check: much larger where texture is taken for noise, lower where
    /// the noise is correlated.
    public var immerkaerSigma: Double
    /// True where the picture has no colour, toned or not: see `PlanarImage.isMonochrome`.
    public var isMonochrome: Bool

    /// True where the noise of neighbouring pixels is correlated. Where `sigma` is below 3 / 255, the texture of a
    /// sharp picture looks correlated.
    public var isCorrelated: Bool { blur > 0 }

    /// The correlation of the noise of neighbouring pixels, 0 for white noise: exp(-1 / 4 blur²).
    public var neighbourCorrelation: Double { isCorrelated ? exp(-1 / (4 * blur * blur)) : 0 }

    /// Returns the `sigma` of the noise of `image`, on 0...1; see `init(of:)`.
    public static func sigma(of image: PlanarImage) -> Double { NoiseEstimate(of: image).sigma }

    static let patchLimit = 16_000

    /// Estimates the noise of `image`: 1 or 3 channels in 0...1, or 2 or 4 of which the last is alpha and is left out.
    ///
    /// The module's documentation has a table of the accuracy. Samples that are not finite count as black. Structure
    /// that lies everywhere (grass, sand, a halftone) cannot be distinguished from coarse grain in a grey picture.
    ///
    /// - Complexity: at most 16,000 patches at each size whatever the size of the picture, a fifth of a second; memory
    ///   for two copies of the picture.
    public init(of image: PlanarImage) {
        let colours = image.channels >= 3 ? 3 : 1
        let levels = image.levels(channels: colours)
        var estimate = Self.estimate(levels)
        isMonochrome = levels.isMonochrome
        if colours == 3 {
            // Noise that the channels share is not white across them. In a picture without colour the mean of the
            // channels shows it; elsewhere only its white part, since shared texture looks like shared grain.
            let mean = levels.meanOfChannels()
            if isMonochrome {
                let grey = Self.estimate(mean)
                if grey.sigma > estimate.sigma { estimate = grey }
            } else {
                let shared = Self.measure(mean, isWhole: true).smooth
                if estimate.blur == 0, shared > 2 * estimate.white, shared > 1 {
                    (estimate.sigma, estimate.white) = (shared, shared)
                }
            }
        }
        sigma = estimate.sigma / 255
        whiteSigma = estimate.white / 255
        blur = estimate.blur
        immerkaerSigma = ImmerkaerEstimate.sigma(of: levels) / 255
    }

    /// The deviations of a picture's noise, in levels of 255, and its blur in pixels.
    private struct Estimate {
        var sigma: Double
        var white: Double
        var blur: Double
    }

    private static func estimate(_ levels: PlanarImage) -> Estimate {
        let full = measure(levels, isWhole: true)
        guard let white = full.white else {
            let sigma = ImmerkaerEstimate.sigma(of: levels)
            return Estimate(sigma: sigma, white: sigma, blur: 0)
        }
        let half = levels.halved()
        let quarter = half.halved()
        func spectrum(margin: Float) -> NoiseSpectrum? {
            var sizes = [margin == 0 ? full.smooth : measure(levels, isWhole: false, margin: margin).smooth]
            for (image, scale) in [(half, 2.0), (quarter, 4)] {
                let found = measure(image, isWhole: false, margin: margin)
                if found.white == nil { break }
                sizes.append(found.smooth * scale)
            }
            return sizes.count < 2 ? nil : NoiseSpectrum(sizes: sizes, colours: levels.channels)
        }
        guard var found = spectrum(margin: 0), !found.isWhite else {
            return Estimate(sigma: white, white: white, blur: 0)
        }
        // A halved picture does not show what was clipped: once the noise is roughly known, dark and bright patches
        // that it was clipped in are left out.
        if found.sigma > 3, levels.isConfined {
            found = spectrum(margin: Float(1.5 * found.sigma)) ?? found
        }
        return Estimate(sigma: found.sigma, white: white, blur: found.blur)
    }

    /// Returns the white noise that all patches show, corrected for clipping where `isWhole`, nil where there are too
    /// few; and that of the smoothest ones, not corrected for their selection.
    ///
    /// - Parameter margin: the levels that the means of the patches' channels keep from both ends of the range, where
    ///   enough do.
    private static func measure(
        _ levels: PlanarImage, isWhole: Bool, margin: Float = 0
    ) -> (white: Double?, smooth: Double) {
        let set = PatchSet(levels, limit: patchLimit)
        // Clipping takes noise away, so patches with clipped samples are left out; a picture that is not confined to
        // its range was not clipped.
        let isConfined = levels.isConfined
        let all = Array(0..<set.count)
        var chosen = isConfined ? all.filter { !set.isClipped[$0] } : all
        if chosen.count < 4 * set.dimensions { chosen = all }
        if margin > 0 {
            let inner = chosen.filter { patch in
                (0..<set.colours).allSatisfy {
                    abs(set.means[patch * set.colours + $0] - 127.5) <= 127.5 - margin
                }
            }
            if inner.count >= 8 * set.dimensions { chosen = inner }
        }
        let smoothest = set.smoothest(
            NoiseSpectrum.share(colours: set.colours), of: chosen, atLeast: 2 * set.dimensions)
        guard let smooth = PatchCovariance(set, smoothest) else { return (nil, 0) }
        let smoothSigma = smooth.noiseVariance.squareRoot()
        guard isWhole, let covariance = PatchCovariance(set, chosen) else { return (smoothSigma, smoothSigma) }
        // One channel alone has few dimensions free of texture: the least of them is nearest to the noise.
        func sigma(_ covariance: PatchCovariance) -> Double {
            (set.colours == 1 ? min(covariance.noiseVariance, covariance.leastVariance) : covariance.noiseVariance)
                .squareRoot()
        }
        var white = sigma(covariance)
        // Less than this is clipped in few patches, and those are left out.
        if isConfined, white > 3 {
            // Where patterns leave no noise there is nothing to unclip.
            for _ in 0..<3 where white > 1 { white = unclippedSigma(set, about: white, sigma) ?? white }
        }
        return (white, smoothSigma)
    }

    /// Returns the noise of patches whose channels are scaled up by the share that clipping took, if the noise had a
    /// deviation of `first`; those that lost four fifths of their variance are left out.
    private static func unclippedSigma(
        _ set: PatchSet, about first: Double, _ sigma: (PatchCovariance) -> Double
    ) -> Double? {
        let clipped = ClippedNoise(sigma: first)
        var chosen: [Int] = []
        var scales: [Float] = []
        for patch in 0..<set.count {
            let shares = (0..<set.colours).map { clipped.share(atMean: set.means[patch * set.colours + $0]) }
            guard shares.allSatisfy({ $0 > 0.2 }) else { continue }
            chosen.append(patch)
            scales += shares.map { 1 / $0.squareRoot() }
        }
        guard chosen.count >= 4 * set.dimensions else { return nil }
        return PatchCovariance(set, chosen, scales: scales).map(sigma)
    }
}

extension PlanarImage {
    /// Returns the first `channels` channels on 0...255; samples that are not finite become 0.
    func levels(channels: Int) -> PlanarImage {
        let levels = PlanarImage(channels: channels, height: height, width: width)
        for c in 0..<channels {
            for y in 0..<height {
                let (source, target) = (view.row(c, y), levels.view.row(c, y))
                for x in 0..<width { target[x] = source[x] - source[x] == 0 ? source[x] * 255 : 0 }
            }
        }
        return levels
    }

    /// True where no level lies outside 0...255.
    fileprivate var isConfined: Bool {
        for c in 0..<channels {
            for y in 0..<height {
                let row = view.row(c, y)
                var (least, greatest): (Float, Float) = (0, 255)
                for x in 0..<width {
                    least = row[x] < least ? row[x] : least
                    greatest = row[x] > greatest ? row[x] : greatest
                }
                // Rounding of samples that lie at the end.
                if least < -0.001 || greatest > 255.001 { return false }
            }
        }
        return true
    }

    /// Returns the mean of the three channels.
    func meanOfChannels() -> PlanarImage {
        let mean = PlanarImage(channels: 1, height: height, width: width)
        for y in 0..<height {
            let (r, g, b, m) = (view.row(0, y), view.row(1, y), view.row(2, y), mean.view.row(0, y))
            for x in 0..<width { m[x] = (r[x] + g[x] + b[x]) / 3 }
        }
        return mean
    }

    /// Returns the picture at half the size by the mean of 2x2 samples; an odd last row or column is left out.
    func halved() -> PlanarImage {
        let half = PlanarImage(channels: channels, height: height / 2, width: width / 2)
        for c in 0..<channels {
            for y in 0..<half.height {
                let (a, b, m) = (view.row(c, 2 * y), view.row(c, 2 * y + 1), half.view.row(c, y))
                for x in 0..<half.width { m[x] = (a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]) / 4 }
            }
        }
        return half
    }
}
