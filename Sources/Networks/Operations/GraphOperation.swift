public import Tensors

/// An operation of a graph, as a value, with all its rules side by side: one folder an operation.
///
/// To add one: a folder with its rules, how it is computed and its plain loops; its line in `Operations`; an example in
/// `OperationExamples` of the tests and one in `OperationGradientExamples`. `OperationTests` enumerates the operations
/// and checks each rule against `reference`.
public protocol GraphOperation: Sendable {
    /// The name of the kind of operation; unique.
    static var kind: String { get }

    /// The way in which it is computed: by kernels of the package, or by the operation itself (`ElementaryOperation`).
    var computation: Computation { get }

    /// The number of values that it reads; 1 unless stated otherwise.
    var inputCount: Int { get }

    /// Returns the shape of the result by the shape rule; that of the one input unless stated otherwise.
    ///
    /// - Throws: `GraphError` where the inputs do not fit.
    func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape

    /// The receptive-field rule: the rows (or columns, which follow the same rule) of every input that rows
    /// `output` of the result depend on; the same ones, or whole squares, unless stated otherwise.
    func inputInterval(for output: Interval) -> Interval

    /// The side, in pixels, of the squares of inputs and result that it takes as wholes; 1 for an operation that takes
    /// pixels one by one or has a rule of its own.
    var side: Int { get }

    /// True where the operation means the same wherever a picture ends; networks with one that does not restore square
    /// by square (`Network.patchSide`), as they were trained.
    var isLocal: Bool { get }

    /// The cost rule: multiply-adds for one pixel of the result; none unless stated otherwise.
    func multiplyAdds(inputs: [ValueShape]) -> Int

    /// Its learnt tensors and its buffers, each with its role: the names in a model file end in that.
    var parameters: [OperationParameter] { get }

    /// Returns the same operation with other parameters, of the same shapes and in the same order.
    func replacingParameters(by tensors: [Tensor]) -> Self

    /// True where f(a x) = a f(x) for every a >= 0.
    var isHomogeneous: Bool { get }

    /// True where the operation does something in training that it does not do in restoring: it drops or samples.
    var actsInTrainingAlone: Bool { get }

    /// True where the result in restoring is the input.
    var isIdentityInRestoring: Bool { get }

    /// True where the input states a distribution that is sampled in training: means, and behind them as many
    /// logarithms of variances.
    var drawsFromInput: Bool { get }

    /// True where the result depends on the noise level.
    var readsNoiseLevel: Bool { get }

    /// Computes the operation in plain loops: the reference implementation that kernels and plans are tested against.
    ///
    /// - Parameters:
    ///   - inputs: `[channels, height, width]` each.
    ///   - noiseLevel: the value of the noise map, 0...1, or 0 for unknown.
    func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor
}

/// A learnt tensor of an operation, or a buffer: state that training keeps and does not learn, such as running means.
public struct OperationParameter: Sendable {
    /// The role of the tensor, such as "weight".
    public let role: String
    /// The tensor, in PyTorch's order.
    public let tensor: Tensor
    /// The share of its old value that a buffer keeps at a step, in 0..<1; nil for what is learnt.
    ///
    /// In place of a gradient the backward pass adds a sample's new value; the buffer moves towards their mean over the
    /// batch.
    public let keeping: Float?

    /// Creates a learnt tensor, or a buffer where `keeping` is a share in 0..<1.
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

    /// The number of learnt numbers, buffers excluded.
    public var parameterCount: Int { parameters.reduce(0) { $0 + ($1.keeping == nil ? $1.tensor.elements.count : 0) } }

    var kind: String { Self.kind }
}
