public import Tensors
public import Workers

/// Non-local means: each pixel becomes the mean of pixels nearby, weighted by how much their surroundings look alike.
///
/// Buades, Coll, Morel: A Non-Local Algorithm for Image Denoising, CVPR 2005. The distance of two pixels is the mean
/// squared difference of the patches around them, over all colour channels, less the 2 sigma² that noise alone makes
/// of it; the weight is exp(-distance / h²). Pictures are mirrored at their edges.
///
/// - Complexity: about 40 operations for each pixel and place looked at; memory for four pictures.
public struct NonLocalMeans: Filter {
    /// The parameters that decide which pixels are averaged, and how strongly.
    public struct Profile: Sendable, Hashable {
        /// Pixels from the middle of a patch to its edge, 0 to 8: 2 for patches of 5x5.
        public var patchRadius: Int
        /// Pixels across and down to the farthest pixel looked at, 0 to 32: 8 for a window of 17x17.
        public var searchRadius: Int
        /// h over sigma: more makes smoother; above 0 up to 10.
        public var strength: Double

        /// Creates a profile; `apply` throws where a value is outside its range.
        public init(patchRadius: Int, searchRadius: Int, strength: Double) {
            self.patchRadius = patchRadius
            self.searchRadius = searchRadius
            self.strength = strength
        }

        /// The profile that did best on the validation pictures: patches grow with sigma (on 0...1), and a grey
        /// picture, which has a third of the samples in a patch, needs larger ones.
        public static func standard(noiseSigma: Double, channels: Int) -> Profile {
            let isStrong = noiseSigma > 30.0 / 255
            return switch (channels, isStrong) {
            case (1, false): Profile(patchRadius: 2, searchRadius: 8, strength: 0.65)
            case (1, true): Profile(patchRadius: 3, searchRadius: 10, strength: 0.6)
            case (_, false): Profile(patchRadius: 1, searchRadius: 8, strength: 0.75)
            case (_, true): Profile(patchRadius: 2, searchRadius: 10, strength: 0.55)
            }
        }
    }

    /// The profile to work with; nil takes the standard one for the picture.
    public var profile: Profile?

    /// Creates the filter with a profile, or with the standard one for each picture.
    public init(profile: Profile? = nil) { self.profile = profile }

    public var name: String { FilterKind.nlm.rawValue }

    public func apply(
        to image: PlanarImage, noiseSigma: Double, sharing loop: ParallelLoop
    ) throws(FilterError) -> PlanarImage {
        try validate(image, noiseSigma: noiseSigma)
        let profile = profile ?? .standard(noiseSigma: noiseSigma, channels: image.channels)
        try profile.validate()
        if noiseSigma < FilterLimits.leastSigma { return image.copied() }
        let margin = profile.patchRadius + profile.searchRadius
        // A few columns more for vectors that reach over a row's end.
        let padded = image.mirrored(top: margin, bottom: margin, left: margin, right: margin + 8)
        let result = PlanarImage(channels: image.channels, height: image.height, width: image.width)
        let bandCount = (image.height + MeansBand.height - 1) / MeansBand.height
        loop.forEach(bandCount) { _, index in
            let first = index * MeansBand.height
            MeansBand(profile, noiseSigma: noiseSigma, padded: padded)
                .average(rows: first..<min(result.height, first + MeansBand.height), into: result.view)
        }
        return result
    }

    /// The weight of a distance: exp(-x) for x of 0 or more.
    package static func exponential(_ x: Float) -> Float { MeansBand.exponential(x) }

    /// The profile that takes most time and memory.
    private var costliest: Profile { profile ?? Profile(patchRadius: 3, searchRadius: 10, strength: 0.6) }

    public func byteCount(height: Int, width: Int, channels: Int, workers: Int) -> Int {
        let margin = Double(2 * (costliest.patchRadius + costliest.searchRadius) + 8)
        let (height, width, channels) = (Double(height), Double(width), Double(channels))
        // The picture and the result, the mirrored picture, a band of each worker.
        let band = Double(2 * MeansBand.height + 2 * costliest.patchRadius + 2)
        return FilterMemory.bytes(
            samples: 2 * channels * height * width + channels * (height + margin) * (width + margin)
                + Double(workers) * band * (width + margin))
    }

    public func multiplyAddsPerPixel(channels: Int) -> Double {
        let side = 2 * costliest.searchRadius + 1
        // Differences and sums over the channels, over patches, and the exponential.
        let operations = 2 * channels + 2 * costliest.patchRadius + 13
        return Double(side * side * operations)
    }
}

extension NonLocalMeans.Profile {
    func validate() throws(FilterError) {
        guard (0...8).contains(patchRadius) else {
            throw .parameter(name: "patch radius", found: "\(patchRadius)", expected: "0...8")
        }
        guard (0...32).contains(searchRadius) else {
            throw .parameter(name: "search radius", found: "\(searchRadius)", expected: "0...32")
        }
        guard strength > 0, strength <= 10 else {
            throw .parameter(name: "strength", found: "\(strength)", expected: "more than 0, at most 10")
        }
    }
}
