import Networks
import Tensors

/// What a term of the objective sees of one sample: its data, and the values of the network that the objective reads, with
/// room for the gradients of these.
struct SampleViews: Sendable {
    /// In the order of the data's fields.
    var fields: [PlanarView]
    /// In the order of `Objective.values`.
    var values: [PlanarView]
    /// Where the gradient of the batch's objective with respect to each value goes.
    var gradients: [PlanarView]
}

/// Which sample is judged, and what of the run decides its part of the objective.
struct SampleContext: Sendable {
    var worker = 0
    /// The sample's place in the batch.
    var sample = 0
    /// From 0.
    var step: Int
    /// Samples of the batch.
    var samples: Int
    /// Of the term at this step.
    var weight = 1.0
    /// Means over the batch of what the term's `addStatistics` adds up; empty where it needs none.
    var means: [Float] = []
    /// What the network was told of the noise.
    var noiseLevel: Float = 0
}

/// A term that is bound to a network and its data: computes a sample's part of the objective and its gradients.
///
/// To add a kind of term: its case in `ObjectiveTerm.Kind` with its text, a value that is a `TermEvaluator`, its line in
/// `ObjectiveBinding.evaluator(for:in:models:)`, and an example in `ObjectiveExamples` of the tests, which sets its gradients beside central
/// differences.
protocol TermEvaluator: Sendable {
    /// Numbers of a sample that are averaged over the batch before any gradient is made; none unless stated otherwise.
    var statisticsCount: Int { get }

    /// Adds the sample's numbers to `sums`.
    func addStatistics(of sample: SampleViews, to sums: UnsafeMutablePointer<Double>)

    /// Writes the gradients of the batch's objective with respect to the values it reads, or adds them where a term before
    /// has written (`GradientPlace`).
    ///
    /// - Returns: the sample's value, with its weight.
    func evaluate(_ sample: SampleViews, _ context: SampleContext) -> Double
}

extension TermEvaluator {
    var statisticsCount: Int { 0 }
    func addStatistics(of sample: SampleViews, to sums: UnsafeMutablePointer<Double>) {}
}

/// A value that a term reads and the gradient that it writes.
struct GradientPlace: Sendable {
    /// The value's number in `SampleViews`.
    let index: Int
    /// Whether a term before has written the gradient, so that it is added to.
    let adds: Bool

    /// Writes `gradient` of each sample of the value, from `term`, or adds it.
    @inline(__always)
    func write(_ views: SampleViews, _ term: (_ channel: Int, _ row: Int, _ column: Int) -> Float) {
        let target = views.gradients[index]
        for channel in 0..<target.channels {
            for row in 0..<target.height {
                let elements = target.row(channel, row)
                for column in 0..<target.width {
                    let gradient = term(channel, row, column)
                    elements[column] = adds ? elements[column] + gradient : gradient
                }
            }
        }
    }
}

extension PlanarView {
    var elementCount: Int { channels * height * width }
}
