import Autoencoders
import Tensors

/// A judge of a sample: computes its terms and the gradients of the network's values.
protocol SampleJudge: Sendable {
    /// The number of terms that `judge` writes for each sample; their sum is its objective.
    var termCount: Int { get }
    /// The number of means over the batch that each part needs, or 0.
    var statisticsCounts: [Int] { get }

    /// Adds the numbers that are averaged over the batch, part after part, to `sums`.
    func addStatistics(of sample: SampleViews, to sums: UnsafeMutablePointer<Double>)

    /// Writes the gradient of every value, and the sample's terms.
    ///
    /// - Parameter means: the means over the batch, one array a part.
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

/// The terms of an objective that move the same parameters in the same directions, computed in one forward and backward
/// pass.
struct ObjectivePass: SampleJudge {
    /// A term with its index in the objective and its evaluator.
    struct Part {
        let number: Int
        let term: ObjectiveTerm
        let evaluator: any TermEvaluator
    }

    let parts: [Part]
    /// The number of terms of the whole objective.
    let termCount: Int
    /// The values whose gradient no term of the pass writes.
    let unread: [Int]
    /// The groups that the terms move, each with 1 or -1; empty for all, with 1.
    let groups: [String: Double]

    var statisticsCounts: [Int] { parts.map(\.evaluator.statisticsCount) }

    func addStatistics(of sample: SampleViews, to sums: UnsafeMutablePointer<Double>) {
        var sums = sums
        for part in parts where part.evaluator.statisticsCount > 0 {
            part.evaluator.addStatistics(of: sample, to: sums)
            sums += part.evaluator.statisticsCount
        }
    }

    func judge(
        _ sample: SampleViews, _ context: SampleContext, means: [[Float]], terms: UnsafeMutablePointer<Double>
    ) {
        for index in unread { sample.gradients[index].fill(with: 0) }
        for (part, means) in zip(parts, means) {
            var context = context
            context.weight = part.term.weight * part.term.share(atStep: context.step)
            context.means = means
            terms[part.number] = part.evaluator.evaluate(sample, context)
        }
    }
}
