/// How large patches are, and how many make a batch, as training goes on: small and many first, when a rough gradient
/// is enough, then larger and fewer, whose edges matter less and which show more of what surrounds a pixel.
public struct PatchStages: Sendable, Equatable {
    public struct Stage: Sendable, Equatable, Codable {
        /// The share of the run's steps, above 0; shares add up to 1.
        public var share: Double
        /// In pixels of the network's result.
        public var patch: Int
        public var batch: Int

        public init(share: Double, patch: Int, batch: Int) {
            self.share = share
            self.patch = patch
            self.batch = batch
        }
    }

    public let stages: [Stage]
    public let steps: Int
    /// The step behind each stage's last.
    private let ends: [Int]

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

    /// The stage that `step` belongs to; steps behind the end belong to the last.
    public func stage(at step: Int) -> Stage {
        stages[ends.firstIndex { step < $0 } ?? stages.count - 1]
    }

    /// Pixels of the result that the mean step sees.
    public var meanPixels: Double {
        stages.reduce(0) { $0 + $1.share * Double($1.batch * $1.patch * $1.patch) }
    }
}

extension [PatchStages.Stage] {
    /// Checks that another network than the one that learns can look at the patches.
    ///
    /// - Parameter user: that network, for the message.
    func checkPatches(multiplesOf multiple: Int, for user: String) throws(TrainingError) {
        for stage in self where stage.patch % multiple != 0 {
            throw .setting(
                name: "patch", found: "\(stage.patch)", expected: "a multiple of \(multiple) (what \(user) asks for)")
        }
    }
}
