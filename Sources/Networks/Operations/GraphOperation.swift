public import Tensors

/// An operation of a graph, as a value, with all that it states about itself side by side: one folder an operation.
///
/// To add one: a folder with its rules, how it is computed and its plain loops; its line in `Operations`; an example in
/// `OperationExamples` of the tests and one in `OperationGradientExamples`. `OperationTests` enumerates the operations and
/// checks each rule against `reference`.
public protocol GraphOperation: Sendable {
    /// What the kind of operation is called; unique.
    static var kind: String { get }

    /// By whom it is computed: kernels of the package, or the operation itself (`ElementaryOperation`).
    var computation: Computation { get }

    /// How many values go in; 1 unless stated otherwise.
    var inputCount: Int { get }

    /// The shape rule; that of the one input unless stated otherwise.
    ///
    /// - Throws: `GraphError` where the inputs do not fit.
    func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape

    /// The receptive-field rule: the rows (or columns, which follow the same rule) of every input that rows
    /// `output` of the result depend on; the same ones, or whole squares, unless stated otherwise.
    func inputInterval(for output: Interval) -> Interval

    /// Pixels along each side of the squares, of inputs and result alike, that it takes as wholes; 1 for what takes pixels
    /// one by one or has a rule of its own.
    var side: Int { get }

    /// Whether it means the same wherever a picture ends; networks with one that does not restore square by square
    /// (`Network.patchSide`), as they were trained.
    var isLocal: Bool { get }

    /// The cost rule: multiply-adds for one pixel of the result; none unless stated otherwise.
    func multiplyAdds(inputs: [ValueShape]) -> Int

    /// Its learnt tensors and its buffers, each with what it is: a model file's names end in that.
    var parameters: [OperationParameter] { get }

    /// The same operation with other learnt tensors, of the same shapes and in the same order.
    func replacingParameters(by tensors: [Tensor]) -> Self

    /// Whether f(a x) = a f(x) for every a >= 0.
    var isHomogeneous: Bool { get }

    /// Whether it does something in training that it does not do in restoring: it drops or draws.
    var actsInTrainingAlone: Bool { get }

    /// Whether its result in restoring is its input.
    var isIdentityInRestoring: Bool { get }

    /// Whether its input states a distribution from which it draws in training: means, and behind them as many logarithms
    /// of variances.
    var drawsFromInput: Bool { get }

    /// Whether the noise level changes its result.
    var readsNoiseLevel: Bool { get }

    /// The operation in plain loops; the truth that kernels and plans are tested against.
    ///
    /// - Parameters:
    ///   - inputs: `[channels, height, width]` each.
    ///   - noiseLevel: what the noise map holds, 0...1, 0 for unknown.
    func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor
}

/// A learnt tensor of an operation, or a buffer: state that training keeps and does not learn, such as running means.
public struct OperationParameter: Sendable {
    /// What it is, such as "weight".
    public let role: String
    public let tensor: Tensor
    /// Of a buffer, the share of its old value that it keeps at a step, in 0..<1; nil for what is learnt.
    ///
    /// In place of a gradient the backward pass adds a sample's new value; the buffer moves towards their mean over the
    /// batch.
    public let keeping: Float?

    public init(_ role: String, _ tensor: Tensor, keeping: Float? = nil) {
        self.role = role
        self.tensor = tensor
        self.keeping = keeping
    }
}

extension GraphOperation {
    public var inputCount: Int { 1 }
    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape { try single(inputs) }
    public func inputInterval(for output: Interval) -> Interval { output.aligned(to: side) }
    public var side: Int { 1 }
    public var isLocal: Bool { true }
    public func multiplyAdds(inputs: [ValueShape]) -> Int { 0 }
    public var parameters: [OperationParameter] { [] }
    public func replacingParameters(by tensors: [Tensor]) -> Self { self }
    public var actsInTrainingAlone: Bool { false }
    public var isIdentityInRestoring: Bool { false }
    public var drawsFromInput: Bool { false }
    public var readsNoiseLevel: Bool { false }

    /// Learnt numbers.
    public var parameterCount: Int { parameters.reduce(0) { $0 + ($1.keeping == nil ? $1.tensor.elements.count : 0) } }

    var kind: String { Self.kind }
}
