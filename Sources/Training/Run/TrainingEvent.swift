public import Reports

/// An event of a run, reported while it goes on.
public enum TrainingEvent: Sendable {
    /// The progress of the run, about once a second.
    case progress(TrainingProgress)
    /// A validation, with all rows so far.
    case validated([TrainingRow])
    /// A checkpoint was written after this many steps.
    case checkpoint(step: Int)
}

/// The progress and the speed of a run; speeds are those of this sitting.
public struct TrainingProgress: Sendable, Equatable {
    /// The steps made so far.
    public var step: Int
    /// The steps of the whole run.
    public var steps: Int
    /// The mean of the losses since the last validation.
    public var loss: Double
    /// The learning rate of the last step.
    public var rate: Double
    /// The mean PSNR of the last validation in decibels; nil where there was none.
    public var psnr: Double?
    /// The megapixels of the network's result that are trained on in a second.
    public var megapixelsPerSecond: Double
    /// The billions of floating-point operations in a second, two a multiply-add, both passes.
    public var gigaflopsPerSecond: Double
    /// The share of the workers' time that was spent on waiting for data, 0...1.
    public var waitingShare: Double
    /// The seconds that the rest of the run will take at this sitting's speed.
    public var secondsLeft: Double
}
