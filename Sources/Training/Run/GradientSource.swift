public import Tensors

/// A learnt tensor's place in the flat vectors of weights and gradients.
public struct ParameterRange: Sendable, Equatable {
    /// As in the model file.
    public let name: String
    /// In PyTorch's order.
    public let shape: [Int]
    public let range: Range<Int>
    /// For a buffer, which is kept and not learnt, the share of its old value that it keeps at a step; nil for what is
    /// learnt. What lies in its place in a gradient is the sum of the samples' new values.
    public let keeping: Float?

    public init(name: String, shape: [Int], range: Range<Int>, keeping: Float? = nil) {
        self.name = name
        self.shape = shape
        self.range = range
        self.keeping = keeping
    }
}

/// The objective of a batch: of each sample, and of each term over all samples.
public struct BatchLosses: Sendable, Equatable {
    /// The sum of each sample's terms.
    public let samples: [Double]
    /// The mean of each term over the samples, with its weight.
    public private(set) var terms: [Double]
    /// What terms add that belong to no sample.
    private var rest = 0.0

    /// - Parameter values: the terms of each sample, one sample after the other.
    public init(samples: Int, terms: Int, values: [Double]) {
        precondition(values.count == samples * terms)
        self.samples = (0..<samples).map { sample in (0..<terms).reduce(0) { $0 + values[sample * terms + $1] } }
        self.terms = (0..<terms).map { term in
            (0..<samples).reduce(0) { $0 + values[$1 * terms + term] } / Double(max(1, samples))
        }
    }

    /// Samples with one term.
    public init(samples: [Double]) { self.init(samples: samples.count, terms: 1, values: samples) }

    /// The batch's objective.
    public var value: Double { samples.reduce(0, +) / Double(max(1, samples.count)) + rest }

    mutating func add(_ value: Double, toTerm term: Int) {
        terms[term] += value
        rest += value
    }
}

/// What a run trains: weights, and the gradient of the loss of any step's batch.
///
/// Contract: losses and gradient are a function of the weights, the step and the stage alone, to the bit.
public protocol GradientSource: AnyObject {
    /// The tensors, in order and without gaps.
    var ranges: [ParameterRange] { get }
    /// The run changes them between two calls of `accumulate`.
    var weights: AlignedBuffer<Float> { get }
    /// The sum of the samples' gradients of the last call, laid out as `weights`.
    var gradient: AlignedBuffer<Float> { get }

    /// Computes the gradient of the objective of the batch of `step` (from 0), and returns what it is.
    func accumulate(step: Int, stage: PatchStages.Stage) throws -> BatchLosses

    /// The names of the terms of `BatchLosses`.
    var termNames: [String] { get }

    /// Multiply-adds of one call at this stage, both passes.
    func multiplyAdds(of stage: PatchStages.Stage) -> Double

    /// The seconds that workers have waited for data so far, all of them together.
    var waitingSeconds: Double { get }
    var workers: Int { get }
}

extension GradientSource {
    public var weightCount: Int { weights.count }
    public var termNames: [String] { ["loss"] }
}
