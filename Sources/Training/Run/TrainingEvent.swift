public import Reports

/// What a run tells while it goes on.
public enum TrainingEvent: Sendable {
    case progress(TrainingProgress)
    /// A validation, with all rows so far.
    case validated([TrainingRow])
    /// A checkpoint was written after this many steps.
    case checkpoint(step: Int)
}

/// Where a run stands, and how fast it is; figures of speed are of this sitting.
public struct TrainingProgress: Sendable, Equatable {
    /// Steps made.
    public var step: Int
    public var steps: Int
    /// The mean of the losses since the last validation.
    public var loss: Double
    public var rate: Double
    /// Of the last validation, in decibels.
    public var psnr: Double?
    /// Pixels of the network's result, trained on.
    public var megapixelsPerSecond: Double
    /// Two operations a multiply-add, both passes.
    public var gigaflopsPerSecond: Double
    /// The share of the workers' time that went by waiting for data, 0...1.
    public var waitingShare: Double
    public var secondsLeft: Double
}
