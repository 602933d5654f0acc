public import Imaging
import Quality
public import Restoration
public import SystemPackage
package import Tensors
public import Workers

/// The process that a run applies to each picture. A run knows no network: anything that turns rows into rows will do.
public protocol PictureProcess: Sendable {
    /// The factor by which the result is wider and higher than the picture.
    var scale: Int { get }
    /// True where `process` needs an estimate of the picture's noise.
    var wantsNoiseEstimate: Bool { get }

    /// True where the process restores, so that it must do no harm: what it takes away is bounded and judged. By
    /// default false: a process may be there to change pictures.
    var wantsSafeguard: Bool { get }

    /// True where the picture is to be examined before it is restored, and `choice(for:)` asked; by default false.
    var wantsAdvice: Bool { get }

    /// Returns the process for a picture with this advice; nil, the default, for this process itself.
    func choice(for advice: Advice) -> ProcessChoice?

    /// Returns the process for the picture of this name in the run; by default the same for all.
    func process(forPicture name: FilePath) -> any PictureProcess

    /// Returns the result's size in pixels; by default `scale` times the picture's.
    func outputSize(width: Int, height: Int) -> (width: Int, height: Int)

    /// Returns the format of the rows that `process` writes; by default that of the picture.
    func outputFormat(of format: PixelFormat) -> PixelFormat

    /// Returns the bytes that `process` takes for a picture beside the worker's own; by default none.
    func heldBytes(width: Int, height: Int, channels: Int) -> Int

    /// Reads all rows of `source` and writes all rows of the result to `sink`.
    ///
    /// - Parameters:
    ///   - hasAlpha: whether the last channel is alpha.
    ///   - estimatedSigma: the standard deviation of the picture's noise on 0...1, where it is wanted.
    ///   - spool: takes rows that memory does not hold.
    ///   - progress: called from any worker with the number of input pixels that were finished since.
    ///   - isCancelled: asked often; once true, `process` throws as soon as it can.
    /// - Returns: how many times each pixel was computed on average, 1 where nothing is computed twice.
    func process(
        _ source: any RowSource, hasAlpha: Bool, estimatedSigma: Float?, into sink: any RowSink, spool: SampleSpool,
        on worker: Worker, progress: @escaping @Sendable (_ pixels: Int) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> Double

    /// Returns the cost of a picture of this size and number of channels (alpha included), on one of `workers`.
    func cost(width: Int, height: Int, channels: Int, workers: Int) throws -> PictureCost
}

/// A process for one picture, by the name of its model and the digest of the model's weights; loaded when the first
/// picture asks for it.
public struct ProcessChoice: Sendable {
    /// The name of the model.
    public let model: String
    /// The SHA-256 of the weights; nil where there are none.
    public let sha256: String?
    private let deferred: Deferred<any PictureProcess>

    /// Creates a choice that is not loaded yet.
    ///
    /// - Parameter load: loads the process; called once at most, unless it throws.
    public init(model: String, sha256: String?, load: @escaping @Sendable () throws -> any PictureProcess) {
        self.model = model
        self.sha256 = sha256
        deferred = Deferred(load)
    }

    /// Returns the process, loaded if nobody asked for it before; whoever asks meanwhile waits.
    public func process() throws -> any PictureProcess { try deferred.value() }
}

extension PictureProcess {
    public var wantsSafeguard: Bool { false }
    public var wantsAdvice: Bool { false }

    public func choice(for advice: Advice) -> ProcessChoice? { nil }

    public func process(forPicture name: FilePath) -> any PictureProcess { self }

    public func outputSize(width: Int, height: Int) -> (width: Int, height: Int) { (width * scale, height * scale) }

    public func outputFormat(of format: PixelFormat) -> PixelFormat { format }

    public func heldBytes(width: Int, height: Int, channels: Int) -> Int { 0 }
}

extension PictureProcess {
    /// Applies the process to an image without alpha, in memory.
    ///
    /// - Parameter spoolFolder: the folder for rows that memory does not hold.
    package func restored(
        _ image: PlanarImage, estimatedSigma: Float?, spoolFolder: FilePath, on worker: Worker
    ) throws -> PlanarImage {
        let format = PixelFormat(color: image.channels == 1 ? .grey : .rgb)
        let sink = ImageRowSink(channels: image.channels, height: image.height * scale, width: image.width * scale)
        _ = try process(
            ImageRowSource(image), hasAlpha: false, estimatedSigma: estimatedSigma, into: sink,
            spool: SampleSpool(folder: spoolFolder, source: format, result: format), on: worker, progress: { _ in },
            isCancelled: { false })
        return sink.image
    }
}

extension PictureProcess {
    /// Applies the process as a run does: the noise is estimated and the model chosen where the process wants that.
    package func restored(_ image: PlanarImage, spoolFolder: FilePath, on worker: Worker) throws -> PlanarImage {
        guard wantsAdvice || wantsNoiseEstimate else {
            return try restored(image, estimatedSigma: nil, spoolFolder: spoolFolder, on: worker)
        }
        var process: any PictureProcess = self
        if wantsAdvice {
            let advice = try Advice(of: image, profile: NoiseProfile(of: image), info: nil)
            process = try choice(for: advice)?.process() ?? self
        }
        return try process.restored(
            image, estimatedSigma: process.wantsNoiseEstimate ? Float(NoiseEstimate.sigma(of: image)) : nil,
            spoolFolder: spoolFolder, on: worker)
    }
}

extension Restorer: PictureProcess {
    public var wantsSafeguard: Bool { true }
    public var wantsNoiseEstimate: Bool { settings.noiseLevel == .automatic }

    public func process(
        _ source: any RowSource, hasAlpha: Bool, estimatedSigma: Float?, into sink: any RowSink, spool: SampleSpool,
        on worker: Worker, progress: @escaping @Sendable (_ pixels: Int) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> Double {
        try restore(
            from: source, hasAlpha: hasAlpha, to: sink, estimatedSigma: estimatedSigma, spool: spool, on: worker,
            progress: progress, isCancelled: isCancelled
        ).workFactor
    }

    public func cost(width: Int, height: Int, channels: Int, workers: Int) throws -> PictureCost {
        let estimate = try estimate(
            height: height, width: width, channels: channels, workers: workers, maySpill: true)
        return PictureCost(
            multiplyAdds: estimate.multiplyAdds, byteCount: estimate.summary.byteCount / estimate.summary.shares)
    }
}

/// The model of a run: known by name and digest from the start, loaded only when there is work for it.
public struct BatchModel: Sendable {
    /// The name of the model.
    public let name: String
    /// The SHA-256 of the weights' file, in hexadecimal.
    public let sha256: String
    /// The names of its operations that multiply BF16 in this run.
    public let roundedOperations: [String]
    /// The SHA-256 of the weights for grey pictures that the model brings along; nil where there are none.
    public let greyModelSHA256: String?
    /// Loads the model; a run calls it at most once.
    public let load: @Sendable () throws -> any PictureProcess

    /// Creates the model of a run, which is not loaded yet.
    public init(
        name: String, sha256: String, roundedOperations: [String] = [], greyModelSHA256: String? = nil,
        load: @escaping @Sendable () throws -> any PictureProcess
    ) {
        self.name = name
        self.sha256 = sha256
        self.roundedOperations = roundedOperations
        self.greyModelSHA256 = greyModelSHA256
        self.load = load
    }
}
