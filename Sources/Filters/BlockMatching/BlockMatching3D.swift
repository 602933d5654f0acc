public import Tensors
public import Workers

/// BM3D and, for colour, CBM3D: patches that look alike are stacked and filtered together.
///
/// Dabov, Foi, Katkovnik, Egiazarian: Image Denoising by Sparse 3-D Transform-Domain Collaborative Filtering, IEEE TIP
/// 2007; colour: Color Image Denoising via Sparse 3D Collaborative Filtering with Grouping Constraint, ICIP 2007;
/// parameters also after Lebrun, IPOL 2012. Two passes: the first thresholds the stacks' coefficients; the second
/// matches patches on the first one's result and filters by Wiener's formula, with that result as the estimate of the
/// spectrum. Colour pictures are worked on in orthonormal opponent colours, with patches matched on brightness alone.
///
/// - Complexity: about 70,000 multiply-adds a pixel of colour; memory for five pictures.
public struct BlockMatching3D: Filter {
    /// The parameters of one of the two passes.
    public struct Pass: Sendable, Hashable {
        /// The largest number of patches in a stack: a power of two, 1 to 64.
        public var stackSize: Int
        /// Pixels from one reference patch to the next, across and down: 1 to 8.
        public var stride: Int
        /// Pixels across and down within which patches are looked for, on each side of the reference: 0 to 28.
        public var searchRadius: Int
        /// The largest mean squared difference of two patches' samples (brightness) that still makes them alike, in
        /// the unit of samples of 0...255.
        public var similarity: Double

        /// Creates the parameters of a pass; `apply` throws where a value is outside its range.
        public init(stackSize: Int, stride: Int, searchRadius: Int, similarity: Double) {
            self.stackSize = stackSize
            self.stride = stride
            self.searchRadius = searchRadius
            self.similarity = similarity
        }
    }

    /// The parameters of both passes.
    public struct Profile: Sendable, Hashable {
        /// The first pass, which thresholds the stacks' coefficients.
        public var thresholding: Pass
        /// The threshold in units of sigma, 0 or more: coefficients below it are set to zero in the first pass.
        public var threshold: Double
        /// The transform of the first pass's patches.
        public var patchTransform: PatchTransformKind
        /// The second pass, which filters by Wiener's formula.
        public var wiener: Pass

        /// Creates a profile; `apply` throws where a value is outside its range.
        public init(thresholding: Pass, threshold: Double, patchTransform: PatchTransformKind, wiener: Pass) {
            self.thresholding = thresholding
            self.threshold = threshold
            self.patchTransform = patchTransform
            self.wiener = wiener
        }

        /// The profile for sigma up to 40 of 255, as published.
        public static let normal = Profile(
            thresholding: Pass(stackSize: 16, stride: 3, searchRadius: 19, similarity: 2500), threshold: 2.7,
            patchTransform: .biorthogonalWavelet,
            wiener: Pass(stackSize: 32, stride: 3, searchRadius: 19, similarity: 400))

        /// The profile for more noise: taller stacks and a laxer similarity, as published. Patches stay 8x8, with the
        /// wavelet and a stride of 3, which did better on the validation pictures at sigma 50 than the cosine transform
        /// (0.06 dB) and a stride of 4 (0.04 dB).
        public static let highNoise = Profile(
            thresholding: Pass(stackSize: 32, stride: 3, searchRadius: 19, similarity: 25000), threshold: 2.8,
            patchTransform: .biorthogonalWavelet,
            wiener: Pass(stackSize: 32, stride: 3, searchRadius: 19, similarity: 3500))
    }

    /// The transform of the patches of the first pass; the second always takes the cosine transform.
    public enum PatchTransformKind: Sendable, Hashable {
        /// The biorthogonal wavelet 1.5 over three levels.
        case biorthogonalWavelet
        /// The discrete cosine transform.
        case cosine
    }

    /// The profile to work with; nil takes `normal` up to a sigma of 40 of 255 and `highNoise` above.
    public var profile: Profile?

    /// Creates the filter with a profile, or with the one that fits each picture's sigma.
    public init(profile: Profile? = nil) { self.profile = profile }

    public var name: String { FilterKind.bm3d.rawValue }

    public func apply(
        to image: PlanarImage, noiseSigma: Double, sharing loop: ParallelLoop
    ) throws(FilterError) -> PlanarImage {
        try run(on: image, noiseSigma: noiseSigma, sharing: loop, keepsBasic: false).final
    }

    /// Returns the results of both passes.
    package func estimates(
        of image: PlanarImage, noiseSigma: Double, sharing loop: ParallelLoop
    ) throws(FilterError) -> (basic: PlanarImage, final: PlanarImage) {
        let result = try run(on: image, noiseSigma: noiseSigma, sharing: loop, keepsBasic: true)
        return (result.basic ?? result.final, result.final)
    }

    private func run(
        on image: PlanarImage, noiseSigma: Double, sharing loop: ParallelLoop, keepsBasic: Bool
    ) throws(FilterError) -> (basic: PlanarImage?, final: PlanarImage) {
        try validate(image, noiseSigma: noiseSigma)
        let profile = profile ?? (noiseSigma <= 40.0 / 255 ? .normal : .highNoise)
        try profile.validate()
        if noiseSigma < FilterLimits.leastSigma { return (nil, image.copied()) }
        let colours = OpponentColours.forward(image.extendedToPatch())
        let sigma = Float(noiseSigma)
        let basic = CollaborativePass(
            noisy: colours, guide: nil, sigma: sigma, pass: profile.thresholding,
            transform: profile.patchTransform == .cosine ? .cosine : .biorthogonalWavelet,
            threshold: Float(profile.threshold)
        ).run(sharing: loop)
        let result = CollaborativePass(
            noisy: colours, guide: basic, sigma: sigma, pass: profile.wiener, transform: .cosine, threshold: 0
        ).run(sharing: loop)
        func picture(_ colours: PlanarImage) -> PlanarImage {
            let whole = OpponentColours.inverse(colours)
            guard whole.height != image.height || whole.width != image.width else { return whole }
            return whole.cropped(top: 0, left: 0, height: image.height, width: image.width)
        }
        return (keepsBasic ? picture(basic) : nil, picture(result))
    }

    public func byteCount(height: Int, width: Int, channels: Int, workers: Int) -> Int {
        // The picture, its opponent colours, the basic estimate, sums and weights, a copy of the brightness.
        FilterMemory.bytes(samples: Double(5 * channels + 1) * Double(max(height, 8)) * Double(max(width, 8)))
    }

    public func multiplyAddsPerPixel(channels: Int) -> Double {
        // Matching 1521 places in each pass, transforms of 16 and twice 32 patches a ninth of a pixel each.
        let profile = profile ?? .normal
        func matching(_ pass: Pass) -> Double {
            let side = Double(2 * pass.searchRadius + 1)
            return side * side * 16 / Double(pass.stride)
        }
        func filtering(_ pass: Pass, transforms: Double) -> Double {
            transforms * Double(pass.stackSize * channels) * 1200 / Double(pass.stride * pass.stride)
        }
        return matching(profile.thresholding) + filtering(profile.thresholding, transforms: 2)
            + matching(profile.wiener) + filtering(profile.wiener, transforms: 3)
    }
}

extension BlockMatching3D.Profile {
    func validate() throws(FilterError) {
        for pass in [thresholding, wiener] {
            guard (1...64).contains(pass.stackSize), pass.stackSize & (pass.stackSize - 1) == 0 else {
                throw .parameter(name: "stack size", found: "\(pass.stackSize)", expected: "1, 2, 4 ... 64")
            }
            guard (1...8).contains(pass.stride) else {
                throw .parameter(name: "stride", found: "\(pass.stride)", expected: "1...8")
            }
            guard (0...28).contains(pass.searchRadius) else {
                throw .parameter(name: "search radius", found: "\(pass.searchRadius)", expected: "0...28")
            }
            guard pass.similarity > 0, pass.similarity.isFinite else {
                throw .parameter(name: "similarity", found: "\(pass.similarity)", expected: "a positive number")
            }
        }
        guard threshold >= 0, threshold.isFinite else {
            throw .parameter(name: "threshold", found: "\(threshold)", expected: "0 or more")
        }
    }
}

extension PlanarImage {
    /// The image, mirrored below and to the right until a patch fits in.
    fileprivate func extendedToPatch() -> PlanarImage {
        let side = PatchTransform.side
        guard height < side || width < side else { return self }
        return mirrored(top: 0, bottom: max(0, side - height), left: 0, right: max(0, side - width))
    }
}
