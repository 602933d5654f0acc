import Reports

/// Everything that a run needs to go on as if it had never stopped.
///
/// Batches are a function of seed and step, so the state of the random numbers is these two; the schedule's is the step
/// and the steps of the whole run.
struct Checkpoint: Equatable {
    /// What beside the vectors has to be remembered.
    struct Progress: Codable, Equatable {
        /// Steps made.
        var step = 0
        /// Steps of the whole run.
        var steps: Int
        /// Losses since the last row.
        var lossSum = 0.0
        var lossCount = 0
        /// Of each term since the last row; nil in checkpoints from before there were terms.
        var termSums: [Double]?
        /// The first steps' losses, which an explosion is judged by.
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
