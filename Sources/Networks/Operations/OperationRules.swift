public import Tensors

/// What every operation of a graph states about itself. One folder an operation, all its rules side by side.
///
/// How it is computed stands beside them (`LoweredOperation`). `OperationTests` enumerates the operations and checks each
/// rule against the plain loops of `reference`.
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

    /// Whether it does something in training that it does not do in restoring: it drops, draws or penalises.
    var actsInTrainingAlone: Bool { get }

    /// Whether its result in restoring is its input.
    var isIdentityInRestoring: Bool { get }

    /// Whether the noise level changes its result.
    var readsNoiseLevel: Bool { get }

    /// The operation in plain loops; the truth that kernels and plans are tested against.
    ///
    /// - Parameters:
    ///   - inputs: `[channels, height, width]` each.
    ///   - noiseLevel: what the noise map holds, 0...1, 0 for unknown.
    func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor
}

extension OperationRules {
    public var actsInTrainingAlone: Bool { false }
    public var isIdentityInRestoring: Bool { false }
    public var readsNoiseLevel: Bool { false }
}
