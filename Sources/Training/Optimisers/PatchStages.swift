/// The size of patches and of batches as training goes on: small patches and large batches first, when a rough gradient
/// is enough, then larger and fewer patches, whose edges matter less and which show more of what surrounds a pixel.
public struct PatchStages: Sendable, Equatable {
    /// A part of the run with one size of patches and batches.
    public struct Stage: Sendable, Equatable, Codable {
        /// The share of the run's steps, above 0; the shares of all stages add up to 1.
        public var share: Double
        /// The side of a patch, in pixels of the network's result.
        public var patch: Int
        /// The patches of a batch, 1...4096.
        public var batch: Int

        /// Creates a stage.
        public init(share: Double, patch: Int, batch: Int) {
            self.share = share
            self.patch = patch
            self.batch = batch
        }
    }

    /// The stages, in order.
    public let stages: [Stage]
    /// The steps of the whole run.
    public let steps: Int
    /// The first step after each stage.
    private let ends: [Int]

    /// Creates the stages of a run of `steps` steps.
    ///
    /// - Precondition: there is a stage.
    public init(_ stages: [Stage], steps: Int) {
        precondition(!stages.isEmpty)
        self.stages = stages
        self.steps = steps
        var sum = 0.0
        ends = stages.map { stage in
            sum += stage.share
            return Int((sum * Double(steps)).rounded())
        }
    }

    /// Returns the stage that `step`, counted from 0, belongs to; steps behind the end belong to the last one.
    public func stage(at step: Int) -> Stage {
        stages[ends.firstIndex { step < $0 } ?? stages.count - 1]
    }

    /// The mean number of the result's pixels in a step.
    public var meanPixels: Double {
        stages.reduce(0) { $0 + $1.share * Double($1.batch * $1.patch * $1.patch) }
    }
}

extension [PatchStages.Stage] {
    /// Checks that another network than the one in training can take the patches.
    ///
    /// - Parameter user: that network, for the message.
    func checkPatches(multiplesOf multiple: Int, for user: String) throws(TrainingError) {
        for stage in self where stage.patch % multiple != 0 {
            throw .setting(
                name: "patch", found: "\(stage.patch)", expected: "a multiple of \(multiple) (what \(user) asks for)")
        }
    }
}
