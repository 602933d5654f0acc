import Networks
import Tensors

/// The data of one sample, the values of the network that the objective reads, and memory for the gradients of these.
struct SampleViews: Sendable {
    /// The fields of the data, in their order.
    var fields: [PlanarView]
    /// The values, in the order of `Objective.values`.
    var values: [PlanarView]
    /// The gradients of the batch's objective with respect to each value, to be written.
    var gradients: [PlanarView]
}

/// The index of the judged sample, and the state of the run that its part of the objective depends on.
struct SampleContext: Sendable {
    var worker = 0
    /// The index of the sample in the batch.
    var sample = 0
    /// The step of the run, from 0.
    var step: Int
    /// The number of samples of the batch.
    var samples: Int
    /// The weight of the term at this step.
    var weight = 1.0
    /// The means over the batch of the numbers that the term's `addStatistics` adds up; empty where it needs none.
    var means: [Float] = []
    /// The noise level that the network is conditioned on, 0...1; 0 for unknown.
    var noiseLevel: Float = 0
}

/// A term that is bound to a network and its data: computes a sample's part of the objective and its gradients.
///
/// To add a kind of term: its case in `ObjectiveTerm.Kind` with its text, a value that is a `TermEvaluator`, its line
/// in `ObjectiveBinding.evaluator(for:in:models:)`, and an example in `ObjectiveExamples` of the tests, which compares
/// its gradients with central differences.
protocol TermEvaluator: Sendable {
    /// The number of a sample's numbers that are averaged over the batch before any gradient is computed; 0 unless
    /// stated otherwise.
    var statisticsCount: Int { get }

    /// Adds the sample's numbers to `sums`.
    func addStatistics(of sample: SampleViews, to sums: UnsafeMutablePointer<Double>)

    /// Writes the gradients of the batch's objective with respect to the values that it reads, or adds them where an
    /// earlier term has written (`GradientPlace`).
    ///
    /// - Returns: the sample's value, with its weight.
    func evaluate(_ sample: SampleViews, _ context: SampleContext) -> Double
}

extension TermEvaluator {
    var statisticsCount: Int { 0 }
    func addStatistics(of sample: SampleViews, to sums: UnsafeMutablePointer<Double>) {}
}

/// A value that a term reads and the place of the gradient that it writes.
struct GradientPlace: Sendable {
    /// The index of the value in `SampleViews`.
    let index: Int
    /// True where an earlier term has written the gradient, so that it is added to.
    let adds: Bool

    /// Writes or adds the gradient of each sample of the value, as `term` gives it.
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
