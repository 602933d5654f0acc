public import Tensors

/// The place of a learnt tensor in the flat vectors of weights and gradients.
public struct ParameterRange: Sendable, Equatable {
    /// The name of the tensor, as in the model file.
    public let name: String
    /// The shape of the tensor, in PyTorch's order.
    public let shape: [Int]
    /// The indices of its elements in the flat vectors.
    public let range: Range<Int>
    /// The share of its old value that a buffer, which is kept and not learnt, keeps at a step; nil for a learnt
    /// tensor. A buffer's place in a gradient holds the sum of the samples' new values.
    public let keeping: Float?

    /// Creates the place of a tensor; the length of `range` is the number of elements of `shape`.
    public init(name: String, shape: [Int], range: Range<Int>, keeping: Float? = nil) {
        self.name = name
        self.shape = shape
        self.range = range
        self.keeping = keeping
    }
}

/// The objective of a batch: the value of each sample, and of each term over all samples.
public struct BatchLosses: Sendable, Equatable {
    /// The sum of each sample's terms.
    public let samples: [Double]
    /// The mean of each term over the samples, with its weight.
    public private(set) var terms: [Double]
    /// The sum of the values of terms that belong to no sample.
    private var rest = 0.0

    /// Creates the objective from the terms of each sample.
    ///
    /// - Parameter values: the terms of each sample, one sample after the other.
    public init(samples: Int, terms: Int, values: [Double]) {
        precondition(values.count == samples * terms)
        self.samples = (0..<samples).map { sample in (0..<terms).reduce(0) { $0 + values[sample * terms + $1] } }
        self.terms = (0..<terms).map { term in
            (0..<samples).reduce(0) { $0 + values[$1 * terms + term] } / Double(max(1, samples))
        }
    }

    /// Creates the objective of samples with one term each.
    public init(samples: [Double]) { self.init(samples: samples.count, terms: 1, values: samples) }

    /// The batch's objective.
    public var value: Double { samples.reduce(0, +) / Double(max(1, samples.count)) + rest }

    /// Adds the value of a term that belongs to no sample.
    mutating func add(_ value: Double, toTerm term: Int) {
        terms[term] += value
        rest += value
    }
}

/// The trained weights of a run, and the gradient of the loss of any step's batch.
///
/// Contract: losses and gradient are a function of the weights, the step and the stage alone, to the bit.
public protocol GradientSource: AnyObject {
    /// The places of the tensors, in order and without gaps.
    var ranges: [ParameterRange] { get }
    /// The weights, which the run changes between two calls of `accumulate`.
    var weights: AlignedBuffer<Float> { get }
    /// The sum of the samples' gradients of the last call of `accumulate`, laid out as `weights`.
    var gradient: AlignedBuffer<Float> { get }

    /// Computes the gradient of the objective of the batch of `step` (from 0), and returns that objective.
    func accumulate(step: Int, stage: PatchStages.Stage) throws -> BatchLosses

    /// The names of the terms of `BatchLosses`.
    var termNames: [String] { get }

    /// Returns the multiply-adds of one call of `accumulate` at this stage, both passes.
    func multiplyAdds(of stage: PatchStages.Stage) -> Double

    /// The seconds that workers have waited for data so far, summed over the workers.
    var waitingSeconds: Double { get }
    /// The number of workers that share a batch.
    var workers: Int { get }
}

extension GradientSource {
    /// The number of weights.
    public var weightCount: Int { weights.count }
    public var termNames: [String] { ["loss"] }
}
