public import Imaging
public import Workers

/// Chooses a model for each picture by what the picture shows; where that has no model of its own, the usual one. A model is
/// loaded when the first picture asks for it.
public struct AutomaticProcess: PictureProcess {
    public let scale: Int
    private let usual: ProcessChoice
    /// For what a picture shows.
    private let others: [Advice.Task: ProcessChoice]

    /// Models that all enlarge by `scale` and are told no noise level.
    public init(scale: Int, usual: ProcessChoice, others: [Advice.Task: ProcessChoice]) {
        self.scale = scale
        self.usual = usual
        self.others = others
    }

    private var all: [ProcessChoice] { [usual] + others.values }

    public var wantsNoiseEstimate: Bool { false }
    public var wantsAdvice: Bool { true }

    public func choice(for advice: Advice) -> ProcessChoice? { others[advice.task] ?? usual }

    /// As the usual model does it, for whoever asks for no choice.
    public func process(
        _ source: any RowSource, hasAlpha: Bool, estimatedSigma: Float?, into sink: any RowSink, spool: SampleSpool,
        on worker: Worker, progress: @escaping @Sendable (_ pixels: Int) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> Double {
        try usual.process().process(
            source, hasAlpha: hasAlpha, estimatedSigma: estimatedSigma, into: sink, spool: spool, on: worker,
            progress: progress, isCancelled: isCancelled)
    }

    /// The largest cost of all, since no pixel was looked at; all models are loaded for it.
    public func cost(width: Int, height: Int, channels: Int, workers: Int) throws -> PictureCost {
        let costs = try all.map {
            try $0.process().cost(width: width, height: height, channels: channels, workers: workers)
        }
        return PictureCost(
            multiplyAdds: costs.map(\.multiplyAdds).max() ?? 0, byteCount: costs.map(\.byteCount).max() ?? 0)
    }
}
