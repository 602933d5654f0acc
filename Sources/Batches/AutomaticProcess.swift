public import Imaging
public import Restoration

/// Chooses a model for each picture by what the picture shows: one for white noise, and one for all else, which leaves
/// clean pictures as they are.
public struct AutomaticProcess: PictureProcess {
    private let denoising: ProcessChoice
    private let scans: ProcessChoice

    /// Models that do not enlarge.
    public init(denoising: ProcessChoice, scans: ProcessChoice) {
        self.denoising = denoising
        self.scans = scans
    }

    public var scale: Int { 1 }
    public var wantsNoiseEstimate: Bool {
        denoising.process.wantsNoiseEstimate || scans.process.wantsNoiseEstimate
    }
    public var wantsAdvice: Bool { true }

    public func choice(for advice: Advice) -> ProcessChoice? { advice.task == .denoise ? denoising : scans }

    /// As the model for scans does it: whoever asks for no choice gets the one that does no harm.
    public func process(
        _ source: any RowSource, hasAlpha: Bool, estimatedSigma: Float?, into sink: any RowSink, spool: SampleSpool,
        on worker: Worker, progress: @escaping @Sendable (_ pixels: Int) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> Double {
        try scans.process.process(
            source, hasAlpha: hasAlpha, estimatedSigma: estimatedSigma, into: sink, spool: spool, on: worker,
            progress: progress, isCancelled: isCancelled)
    }

    /// The larger cost of the two, since no pixel was looked at.
    public func cost(width: Int, height: Int, channels: Int, workers: Int) throws -> PictureCost {
        let costs = try [denoising, scans].map {
            try $0.process.cost(width: width, height: height, channels: channels, workers: workers)
        }
        return PictureCost(
            multiplyAdds: costs.map(\.multiplyAdds).max() ?? 0, byteCount: costs.map(\.byteCount).max() ?? 0)
    }
}
