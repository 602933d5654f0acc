public import Networks
public import SystemPackage

extension TrainingSession {
    /// What a session may use, and what it calls itself.
    public struct Resources: Sendable {
        public var workers: Int
        /// Bytes of pictures and of what validating takes.
        public var memoryLimit: Int
        /// Where models are found by name: the one to begin with, teachers, those that a perceptual distance asks.
        public var models: ModelLibrary
        /// For the record and the model's card.
        public var program: String
        /// Of the program, for the record.
        public var version: String?

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

    /// What a session tells while it is made and while it runs.
    public enum Event: Sendable {
        /// A picture that is not trained on, and why.
        case skipped(TrainingDataError.SkippedPicture)
        /// Products of BF16 were asked for and are not there, for this reason: Float32 is multiplied.
        case precisionUnavailable(reason: String)
        case began(Start)
        case run(TrainingEvent)
        /// The run has come to its end, and the model lies in this folder.
        case completed(model: FilePath)
    }

    /// What is trained, and where the run stands when a sitting begins.
    public struct Start: Sendable, Equatable {
        public var weightCount: Int
        /// Pairs count once.
        public var pictureCount: Int
        /// Steps made.
        public var step: Int
        /// Steps of the whole run.
        public var steps: Int
    }
}
