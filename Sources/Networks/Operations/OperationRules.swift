public import Tensors

/// What every operation of a graph states about itself. One file an operation, all its rules side by side.
///
/// How fast an operation runs is not said here: `Plan` maps operations to kernels. `OperationTests` enumerates the
/// operations and checks each rule against the plain loops of `reference`.
public protocol OperationRules: Sendable {
    /// How many values go in.
    var inputCount: Int { get }

    /// The shape rule.
    ///
    /// - Throws: `GraphError` where the inputs do not fit.
    func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape

    /// The receptive-field rule: the rows (or columns, which follow the same rule) of every input that rows
    /// `output` of the result depend on.
    func inputInterval(for output: Interval) -> Interval

    /// The cost rule: multiply-adds for one pixel of the result.
    func multiplyAdds(inputs: [ValueShape]) -> Int

    /// Learnt numbers.
    var parameterCount: Int { get }

    /// Whether f(a x) = a f(x) for every a >= 0.
    var isHomogeneous: Bool { get }

    /// The operation in plain loops; the truth that kernels and plans are tested against.
    ///
    /// - Parameters:
    ///   - inputs: `[channels, height, width]` each.
    ///   - noiseLevel: what the noise map holds, 0...1, 0 for unknown.
    func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor
}
