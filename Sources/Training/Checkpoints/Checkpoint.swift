import Reports

/// The state that a run needs to go on as if it had never stopped.
///
/// Batches are a function of seed and step, so the state of the random numbers is these two; the schedule's is the step
/// and the steps of the whole run.
struct Checkpoint: Equatable {
    /// The state of the run beside its vectors.
    struct Progress: Codable, Equatable {
        /// The steps made so far.
        var step = 0
        /// The steps of the whole run.
        var steps: Int
        /// The sum of the losses since the last row.
        var lossSum = 0.0
        var lossCount = 0
        /// The sum of each term since the last row; nil in checkpoints from before there were terms.
        var termSums: [Double]?
        /// The sum of the first steps' losses, which an explosion is judged by.
        var firstLossSum = 0.0
        var firstLossCount = 0
        var rows: [TrainingRow] = []
        var stopping: EarlyStopping
        var seconds = 0.0
        var megapixels = 0.0
    }

    var configuration: TrainingConfiguration
    var progress: Progress
    var weights: [Float]
    var average: [Float]
    /// The optimisers' state, by tensor: `mean/encoder.weight`.
    var states: [String: [Float]]
}
