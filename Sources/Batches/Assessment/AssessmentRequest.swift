public import Imaging
public import Latents
public import SystemPackage

/// The request to assess an autoencoder: on which pictures, and how.
public struct AssessmentRequest: Sendable {
    /// A folder of pictures, a picture, or an array of pictures.
    public var data: FilePath
    /// A file with labels; nil where the first folders of the names are the labels.
    public var labels: FilePath?
    /// A table of the factors of each picture, a line a picture, as `data shapes` writes it.
    public var factors: FilePath?
    /// The pictures that principal components are computed of; nil for the data themselves.
    public var reference: FilePath?
    /// The most pictures that are measured, chosen by the seed.
    public var count = 2000
    /// The side, in pixels, of the square in the middle of each picture that is measured; 0 for whole pictures.
    public var side = 0
    /// The seed of the choice of pictures and of all draws.
    public var seed: UInt64 = 0
    /// The numbers of samples of the importance-weighted bounds.
    public var samples = [50]
    /// The way in which pictures become pictures of two levels.
    public var binarisation = Binarisation.none
    /// The likelihood; nil for that of the model's architecture.
    public var likelihood: PictureLikelihood?
    /// The settings of the classifiers.
    public var probe = Probe.Settings()
    /// The bytes that the pictures may take.
    public var byteLimit: Int
    /// The most pixels of a picture.
    public var maximumPixels = PictureLimits().maximumPixels
    /// The policy for damaged JPEGs.
    public var damaged = DamagePolicy.reject

    /// Creates a request on data with the usual settings.
    public init(data: FilePath, byteLimit: Int) {
        self.data = data
        self.byteLimit = byteLimit
    }

    /// - Throws: `LatentError.setting`.
    func check() throws(LatentError) {
        func check(_ isValid: Bool, _ name: String, _ found: String, _ expected: String) throws(LatentError) {
            guard isValid else { throw .setting(name: name, found: found, expected: expected) }
        }
        try check(count >= 1, "the number of pictures", "\(count)", "1 or more")
        try check(side >= 0, "the side", "\(side)", "0 (whole pictures) or more")
        try check(
            !samples.isEmpty && samples.allSatisfy { 1...EvidenceEstimator.mostSamples ~= $0 }, "the number of samples",
            samples.map(String.init).joined(separator: ", "), "1 to \(EvidenceEstimator.mostSamples)")
        if case .gaussian(let deviation) = likelihood {
            try check(deviation > 0 && deviation.isFinite, "the deviation", "\(deviation)", "above 0")
        }
    }
}
