package import Kernels

/// What a step adds to the objective, computed from the value that goes into it.
package protocol ObjectiveTerm: Sendable {
    /// Whether means over the batch must be known before losses and gradients are made.
    var needsMeans: Bool { get }
    /// Adds to `sums`, one a channel of the step's result, what is averaged over the batch.
    func addStatistics(of value: BlockedView, to sums: UnsafeMutablePointer<Double>)
    /// What a sample adds to its loss.
    func loss(of value: BlockedView, _ context: TermContext) -> Double
}

/// What decides a term's weight and gradient besides the sample.
package struct TermContext: Sendable {
    package var step: Int
    /// Samples of the batch.
    package var samples: Int
    /// Elements of the network's result, over which a loss is a mean.
    package var resultElements: Int
    /// Over the batch, one a channel of the step's result; nil where the term needs none.
    package var means: [Float]?

    package init(step: Int, samples: Int, resultElements: Int, means: [Float]?) {
        self.step = step
        self.samples = samples
        self.resultElements = resultElements
        self.means = means
    }
}
