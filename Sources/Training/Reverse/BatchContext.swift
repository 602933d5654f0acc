/// What decides a step's draws and the weights of what is added to its loss.
struct BatchContext: Sendable {
    var seed: UInt64
    var step: Int
    /// Samples of the batch.
    var samples: Int
    /// For each term of the graph its means over the batch; nil where it needs none.
    var means: [[Float]?] = []
}
