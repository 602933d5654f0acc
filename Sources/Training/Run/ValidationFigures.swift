public import Reports

/// The figures of a validation: means over the pictures, in decibels.
public struct ValidationFigures: Sendable, Equatable {
    /// The mean PSNR of the restored pictures in decibels.
    public var psnr: Double
    /// The mean PSNR of the corrupted pictures in decibels.
    public var before: Double
    /// The same figures under each corruption.
    public var corruptions: [TrainingRow.CorruptionFigures]

    /// Creates figures in decibels.
    public init(psnr: Double, before: Double, corruptions: [TrainingRow.CorruptionFigures] = []) {
        self.psnr = psnr
        self.before = before
        self.corruptions = corruptions
    }
}
