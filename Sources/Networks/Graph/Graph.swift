package import Tensors

/// A network as a list of operations on values, in the order of computing.
///
/// The first values are the inputs, the picture before all; every operation that is appended makes the next value. The
/// last one is the result unless another one is named so (`setOutput`), and more values may be outputs beside it.
/// Shapes are checked on appending, so a graph that exists is consistent.
public struct Graph: Sendable {
    /// A value of the graph: an input, or the result of an operation.
    public struct Value: Sendable, Hashable {
        package let index: Int
    }

    /// An input of the graph: the picture, a condition, noise.
    public struct Input: Sendable, Equatable {
        /// The name of the input, unique among the graph's inputs.
        public let name: String
        /// The channels of the input and its size relative to the picture.
        public let shape: ValueShape

        /// Creates an input of a size relative to the picture's.
        public init(_ name: String, channels: Int, resolution: Resolution = .one) {
            self.name = name
            shape = ValueShape(channels: channels, resolution: resolution)
        }
    }

    /// An output of the graph beside the result: a mask, an embedding, the scale of a likelihood.
    public struct Output: Sendable, Equatable {
        /// The name of the output, unique among the graph's outputs.
        public let name: String
        /// The value that is the output.
        public let value: Value
    }

    /// An operation with its inputs.
    public struct Node: Sendable {
        /// The name of the node, unique in the graph.
        public let name: String
        /// The operation, with its parameters.
        public let operation: any GraphOperation
        /// The values that the operation reads, in its order.
        public let inputs: [Value]
        /// The stem of its parameters' names: its own name, or that of the node whose parameters it shares.
        public let parameterStem: String

        /// True where the parameters are those of an earlier node.
        public var sharesParameters: Bool { parameterStem != name }
    }

    /// The inputs, the picture first.
    public let inputs: [Input]
    /// The operations in the order of computing.
    public private(set) var nodes: [Node] = []
    /// The outputs beside the result, in the order of naming.
    public private(set) var outputs: [Output] = []
    private var namedResult: Value?
    private var shapes: [ValueShape]
    private var names: Set<String> = []

    /// The name of the result among the outputs.
    public static let resultName = "result"

    /// Creates a graph without operations for a picture of `inputChannels` channels.
    public init(inputChannels: Int) {
        inputs = [Input("picture", channels: inputChannels)]
        shapes = inputs.map(\.shape)
    }

    /// Creates a graph without operations for a picture and further inputs.
    ///
    /// - Parameter others: the further inputs; their names differ, and none of them is `picture`.
    /// - Throws: `GraphError.duplicateInput`.
    public init(inputChannels: Int, others: [Input]) throws(GraphError) {
        inputs = [Input("picture", channels: inputChannels)] + others
        shapes = inputs.map(\.shape)
        var names: Set<String> = []
        for input in inputs where !names.insert(input.name).inserted { throw .duplicateInput(input.name) }
    }

    /// The picture, which is the first input.
    public var picture: Value { Value(index: 0) }
    /// The result: the value that `setOutput` named `resultName`, else the last one.
    public var result: Value { namedResult ?? Value(index: shapes.count - 1) }

    /// Makes `value` an output called `name`; as `resultName` it becomes the result.
    ///
    /// - Throws: `GraphError.unknownValue`, or `.duplicateOutput` where an output has that name already.
    public mutating func setOutput(_ value: Value, named name: String) throws(GraphError) {
        guard value.index < shapes.count else { throw .unknownValue(index: value.index) }
        guard name != Self.resultName else {
            namedResult = value
            return
        }
        guard !outputs.contains(where: { $0.name == name }) else { throw .duplicateOutput(name) }
        outputs.append(Output(name: name, value: value))
    }

    /// Returns the value of this name: an output, else the result of the operation of that name; nil where there is
    /// neither.
    public func value(named name: String) -> Value? {
        if name == Self.resultName { return result }
        return outputs.first { $0.name == name }?.value
            ?? nodes.firstIndex { $0.name == name }.map { self.value(ofNode: $0) }
    }

    /// Returns the input of this name; nil where there is none.
    public func input(named name: String) -> Value? {
        inputs.firstIndex { $0.name == name }.map { Value(index: $0) }
    }

    /// The value that the node at `index` makes.
    package func value(ofNode index: Int) -> Value { Value(index: inputs.count + index) }

    /// The index of the node that makes `value`; nil for an input.
    package func node(making value: Value) -> Int? {
        value.index < inputs.count ? nil : value.index - inputs.count
    }

    /// The number of values, inputs included.
    public var valueCount: Int { shapes.count }

    /// The shape of a value of this graph.
    public func shape(of value: Value) -> ValueShape { shapes[value.index] }

    /// Appends `operation` on `inputs` and returns its result.
    ///
    /// - Parameter sharing: the name of a node whose parameters the operation takes in the place of its own, of the
    ///   same roles and shapes: they are learnt together, and stand in a model file once.
    /// - Throws: `GraphError` where shapes do not fit, the name is taken, or parameters cannot be shared.
    @discardableResult
    public mutating func append(
        _ operation: any GraphOperation, _ inputs: Value..., name: String, sharing owner: String? = nil
    ) throws(GraphError) -> Value {
        try append(operation, inputs, name: name, sharing: owner)
    }

    /// Appends `operation` on an array of `inputs` and returns its result.
    @discardableResult
    public mutating func append(
        _ operation: any GraphOperation, _ inputs: [Value], name: String, sharing owner: String? = nil
    ) throws(GraphError) -> Value {
        let inputCount = operation.inputCount
        guard inputs.count == inputCount else {
            throw .inputCount(operation: operation.kind, found: inputs.count, expected: inputCount)
        }
        if let unknown = inputs.first(where: { $0.index >= shapes.count }) {
            throw .unknownValue(index: unknown.index)
        }
        let shape = try operation.shape(of: inputs.map { shapes[$0.index] })
        var (operation, stem) = (operation, name)
        if let owner {
            guard let node = nodes.first(where: { $0.name == owner }) else { throw .unknownName(owner) }
            operation = try Self.operation(operation, sharing: node.operation)
            stem = node.parameterStem
        }
        guard names.insert(name).inserted else { throw .duplicateName(name) }
        nodes.append(Node(name: name, operation: operation, inputs: inputs, parameterStem: stem))
        shapes.append(shape)
        return Value(index: shapes.count - 1)
    }

    /// Returns the operation with the parameters of another one.
    private static func operation(
        _ operation: any GraphOperation, sharing owner: any GraphOperation
    ) throws(GraphError) -> any GraphOperation {
        func described(_ operation: any GraphOperation) -> String {
            operation.parameters.map { "\($0.role) \($0.tensor.shape)" }.joined(separator: ", ")
        }
        guard described(operation) == described(owner) else {
            throw .sharedParameters(
                operation: operation.kind, found: described(operation), expected: described(owner))
        }
        return operation.replacingParameters(by: owner.parameters.map(\.tensor))
    }

    /// Returns the same graph with other tensors in the place of those that `tensor` knows by their names in a model
    /// file.
    package func replacingParameters(_ tensor: (_ name: String) -> Tensor?) -> Graph {
        var graph = self
        graph.nodes = nodes.map { node in
            let parameters = node.operation.parameters
            guard !parameters.isEmpty else { return node }
            let tensors = parameters.map { tensor("\(node.parameterStem).\($0.role)") ?? $0.tensor }
            return Node(
                name: node.name, operation: node.operation.replacingParameters(by: tensors), inputs: node.inputs,
                parameterStem: node.parameterStem)
        }
        return graph
    }

    /// The inputs' shapes of the node at `index`.
    func inputShapes(_ index: Int) -> [ValueShape] { nodes[index].inputs.map { shapes[$0.index] } }

    /// Returns, for each value, the indices of the nodes that read it; a node that reads it twice occurs twice.
    ///
    /// - Parameter values: the values that are computed; nodes that they do not need do not count.
    package func readers(for values: [Value]) -> [[Int]] {
        var readers: [[Int]] = Array(repeating: [], count: valueCount)
        let needed = isNeeded(for: values)
        for (index, node) in nodes.enumerated() where needed[index] {
            for input in node.inputs { readers[input.index].append(index) }
        }
        return readers
    }

    /// Returns, for each node, true where one of `values` is computed from its result.
    package func isNeeded(for values: [Value]) -> [Bool] {
        var needed = Array(repeating: false, count: nodes.count)
        for node in values.compactMap(node(making:)) { needed[node] = true }
        for index in nodes.indices.reversed() where needed[index] {
            for node in nodes[index].inputs.compactMap(node(making:)) { needed[node] = true }
        }
        return needed
    }

    /// The nodes that the result is computed from.
    package var nodesOfResult: [Node] { zip(nodes, isNeeded(for: [result])).filter(\.1).map(\.0) }
}
