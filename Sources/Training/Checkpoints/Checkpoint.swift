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
    /// The optimiser's vectors, in the order of its settings' `stateNames`.
    var state: [[Float]]
}
