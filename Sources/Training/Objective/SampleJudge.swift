import Tensors

/// What says of a sample how good the network's values are, and where they should go.
protocol SampleJudge: Sendable {
    /// Numbers that `judge` writes for each sample, which add up to its objective.
    var termCount: Int { get }
    /// For each part that needs means over the batch, or does not, how many.
    var statisticsCounts: [Int] { get }

    /// Adds what is averaged over the batch, part after part, to `sums`.
    func addStatistics(of sample: SampleViews, to sums: UnsafeMutablePointer<Double>)

    /// Writes the gradient of every value, and the sample's terms.
    ///
    /// - Parameter means: over the batch, one array a part.
    func judge(
        _ sample: SampleViews, _ context: SampleContext, means: [[Float]], terms: UnsafeMutablePointer<Double>)
}

/// A judge of the network's result alone, by a function.
struct ResultJudge: SampleJudge {
    let loss: TrainableNetwork.Judging

    var termCount: Int { 1 }
    var statisticsCounts: [Int] { [] }

    func addStatistics(of sample: SampleViews, to sums: UnsafeMutablePointer<Double>) {}

    func judge(
        _ sample: SampleViews, _ context: SampleContext, means: [[Float]], terms: UnsafeMutablePointer<Double>
    ) {
        terms[0] = loss(sample.values[0], sample.fields[sample.fields.count - 1], sample.gradients[0])
    }
}

/// The terms of an objective that move the same parameters in the same directions: what one run through both passes takes.
struct ObjectivePass: SampleJudge {
    /// The number of each term in the objective, and what computes it.
    let evaluators: [(term: Int, evaluator: any TermEvaluator)]
    /// Terms of the whole objective.
    let termCount: Int
    /// The values whose gradient none of them writes.
    let unread: [Int]
    /// The groups that it moves, each with 1 or -1; empty for all, with 1.
    let groups: [String: Double]

    var statisticsCounts: [Int] { evaluators.map(\.evaluator.statisticsCount) }

    func addStatistics(of sample: SampleViews, to sums: UnsafeMutablePointer<Double>) {
        var sums = sums
        for (_, evaluator) in evaluators where evaluator.statisticsCount > 0 {
            evaluator.addStatistics(of: sample, to: sums)
            sums += evaluator.statisticsCount
        }
    }

    func judge(
        _ sample: SampleViews, _ context: SampleContext, means: [[Float]], terms: UnsafeMutablePointer<Double>
    ) {
        for index in unread {
            let gradient = sample.gradients[index]
            for channel in 0..<gradient.channels {
                for row in 0..<gradient.height {
                    gradient.row(channel, row).update(repeating: 0, count: gradient.width)
                }
            }
        }
        for (index, (term, evaluator)) in evaluators.enumerated() {
            var context = context
            context.means = means[index]
            terms[term] = evaluator.evaluate(sample, context)
        }
    }
}
