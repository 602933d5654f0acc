public import Reports

/// What a validation tells a run: means over the pictures in decibels.
public struct ValidationFigures: Sendable, Equatable {
    public var psnr: Double
    /// Of the corrupted pictures.
    public var before: Double
    /// The same under each corruption.
    public var corruptions: [TrainingRow.CorruptionFigures]

    public init(psnr: Double, before: Double, corruptions: [TrainingRow.CorruptionFigures] = []) {
        self.psnr = psnr
        self.before = before
        self.corruptions = corruptions
    }
}
