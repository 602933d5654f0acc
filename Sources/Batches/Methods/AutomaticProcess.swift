public import Imaging
public import Workers

/// Chooses a model for each picture by what the picture shows; where that has no model of its own, the usual one. A
/// model is loaded when the first picture asks for it.
public struct AutomaticProcess: PictureProcess {
    public let scale: Int
    private let usual: ProcessChoice
    /// The choices by what a picture shows.
    private let others: [Advice.Task: ProcessChoice]

    /// Creates a choice of models that all upscale by `scale` and get no noise level.
    public init(scale: Int, usual: ProcessChoice, others: [Advice.Task: ProcessChoice]) {
        self.scale = scale
        self.usual = usual
        self.others = others
    }

    private var all: [ProcessChoice] { [usual] + others.values }

    public var wantsNoiseEstimate: Bool { false }
    public var wantsAdvice: Bool { true }

    public func choice(for advice: Advice) -> ProcessChoice? { others[advice.task] ?? usual }

    /// Restores with the usual model, for callers that ask for no choice.
    public func process(
        _ source: any RowSource, hasAlpha: Bool, estimatedSigma: Float?, into sink: any RowSink, spool: SampleSpool,
        on worker: Worker, progress: @escaping @Sendable (_ pixels: Int) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> Double {
        try usual.process().process(
            source, hasAlpha: hasAlpha, estimatedSigma: estimatedSigma, into: sink, spool: spool, on: worker,
            progress: progress, isCancelled: isCancelled)
    }

    /// Returns the largest cost of all models, since no pixel was looked at; all are loaded for it.
    public func cost(width: Int, height: Int, channels: Int, workers: Int) throws -> PictureCost {
        let costs = try all.map {
            try $0.process().cost(width: width, height: height, channels: channels, workers: workers)
        }
        return PictureCost(
            multiplyAdds: costs.map(\.multiplyAdds).max() ?? 0, byteCount: costs.map(\.byteCount).max() ?? 0)
    }
}
