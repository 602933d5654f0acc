/// What one validation told: a row of `training.csv`, a point of the curves.
public struct TrainingRow: Sendable, Equatable, Codable {
    /// Steps made.
    public var step: Int
    public var rate: Double
    /// The mean over the steps since the row before.
    public var loss: Double
    /// The mean PSNR of the restored validation pictures in decibels; nil without any.
    public var psnr: Double?
    /// The mean PSNR of the corrupted validation pictures.
    public var psnrBefore: Double?
    /// The means of the objective's terms since the row before, with their weights, where there are several; nil else.
    public var terms: [TermFigure]?
    /// The figures of each corruption, where there are several; nil else.
    public var corruptions: [CorruptionFigures]?
    /// Seconds of computing so far, all sittings together.
    public var seconds: Double
    /// Megapixels of the network's result that were trained on so far.
    public var megapixels: Double

    /// The mean of one term of the objective.
    public struct TermFigure: Sendable, Equatable, Codable {
        public var name: String
        public var value: Double

        public init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// The means of the validation pictures under one corruption, in decibels.
    public struct CorruptionFigures: Sendable, Equatable, Codable {
        public var corruption: String
        public var psnr: Double
        public var psnrBefore: Double

        public init(corruption: String, psnr: Double, psnrBefore: Double) {
            self.corruption = corruption
            self.psnr = psnr
            self.psnrBefore = psnrBefore
        }
    }

    public init(
        step: Int, rate: Double, loss: Double, psnr: Double? = nil, psnrBefore: Double? = nil,
        terms: [TermFigure]? = nil, corruptions: [CorruptionFigures]? = nil, seconds: Double, megapixels: Double
    ) {
        self.step = step
        self.rate = rate
        self.loss = loss
        self.psnr = psnr
        self.psnrBefore = psnrBefore
        self.terms = terms
        self.corruptions = corruptions
        self.seconds = seconds
        self.megapixels = megapixels
    }
}
