public import Tensors

/// A learnt tensor's place in the flat vectors of weights and gradients.
public struct ParameterRange: Sendable, Equatable {
    /// As in the model file.
    public let name: String
    /// In PyTorch's order.
    public let shape: [Int]
    public let range: Range<Int>

    public init(name: String, shape: [Int], range: Range<Int>) {
        self.name = name
        self.shape = shape
        self.range = range
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

    /// Computes the gradient of the loss of the batch of `step` (from 0), and returns the samples' losses.
    func accumulate(step: Int, stage: PatchStages.Stage) throws -> [Double]

    /// Multiply-adds of one call at this stage, both passes.
    func multiplyAdds(of stage: PatchStages.Stage) -> Double

    /// The seconds that workers have waited for data so far, all of them together.
    var waitingSeconds: Double { get }
    var workers: Int { get }
}

extension GradientSource {
    public var weightCount: Int { weights.count }
}
