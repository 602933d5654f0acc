/// The figures at one validation: a row of `training.csv`, a point of the curves.
public struct TrainingRow: Sendable, Equatable, Codable {
    /// The number of steps made.
    public var step: Int
    /// The learning rate of the last step.
    public var rate: Double
    /// The mean loss over the steps since the row before.
    public var loss: Double
    /// The mean PSNR of the restored validation pictures in dB; nil without any.
    public var psnr: Double?
    /// The mean PSNR of the corrupted validation pictures in dB; nil without any.
    public var psnrBefore: Double?
    /// The means of the objective's terms since the row before, with their weights, where there are several; nil else.
    public var terms: [TermFigure]?
    /// The figures of each corruption, where there are several; nil else.
    public var corruptions: [CorruptionFigures]?
    /// The seconds of computing so far, over all sessions of the run.
    public var seconds: Double
    /// The megapixels of the network's result that were trained on so far.
    public var megapixels: Double

    /// The mean of one term of the objective.
    public struct TermFigure: Sendable, Equatable, Codable {
        /// The name of the term.
        public var name: String
        /// The mean of the term with its weight.
        public var value: Double

        /// Creates the figure of a term.
        public init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// The means of the validation pictures under one corruption, in dB.
    public struct CorruptionFigures: Sendable, Equatable, Codable {
        /// The corruption, in the grammar of `--corrupt`.
        public var corruption: String
        /// The mean PSNR of the restored pictures in dB.
        public var psnr: Double
        /// The mean PSNR of the corrupted pictures in dB.
        public var psnrBefore: Double

        /// Creates the figures of a corruption; both PSNR are means in dB.
        public init(corruption: String, psnr: Double, psnrBefore: Double) {
            self.corruption = corruption
            self.psnr = psnr
            self.psnrBefore = psnrBefore
        }
    }

    /// Creates the figures of a validation after `step` steps.
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
