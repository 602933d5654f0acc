public import Networks
public import SystemPackage

extension TrainingSession {
    /// The machine's resources and the models that a session may use, and the program's name.
    public struct Resources: Sendable {
        /// The number of workers.
        public var workers: Int
        /// The bytes that pictures and validation may take.
        public var memoryLimit: Int
        /// The library in which models are found by name: the initial one, teachers, and those of perceptual terms.
        public var models: ModelLibrary
        /// The program's name, for the record and the model's card.
        public var program: String
        /// The program's version, for the record; nil where it has none.
        public var version: String?

        /// Creates resources.
        public init(
            workers: Int, memoryLimit: Int, models: ModelLibrary = .standard(), program: String = "retouch",
            version: String? = nil
        ) {
            self.workers = workers
            self.memoryLimit = memoryLimit
            self.models = models
            self.program = program
            self.version = version
        }

        /// The program with its version.
        var software: String { ([program] + [version].compactMap(\.self)).joined(separator: " ") }
    }

    /// An event of a session, reported while it is made and while it runs.
    public enum Event: Sendable {
        /// A picture that is not trained on, and why.
        case skipped(TrainingDataError.SkippedPicture)
        /// BF16 products were asked for and are not available, for this reason; Float32 products are used instead.
        case precisionUnavailable(reason: String)
        /// The sitting begins.
        case began(Start)
        /// An event of the run.
        case run(TrainingEvent)
        /// The last validations found the pictures as they were before restoring, at this PSNR in decibels: after so many
        /// steps nothing is learnt yet. Reported once a sitting.
        case standsAtIdentity(step: Int, psnr: Double)
        /// The run has come to its end, and the model lies in this folder.
        case completed(model: FilePath)
    }

    /// The size of the training, and the progress of the run when a sitting begins.
    public struct Start: Sendable, Equatable {
        /// The number of the network's parameters.
        public var weightCount: Int
        /// The number of training pictures; pairs count once.
        public var pictureCount: Int
        /// The steps made so far.
        public var step: Int
        /// The steps of the whole run.
        public var steps: Int
    }
}
