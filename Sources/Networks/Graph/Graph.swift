/// A network as operations on values, in the order of computing.
///
/// Value 0 is the picture; every operation that is appended makes the next value, and the last one is the result.
/// Shapes are checked on appending, so a graph that exists fits together.
public struct Graph: Sendable {
    /// A value of the graph: the picture, or what an operation makes.
    public struct Value: Sendable, Hashable {
        package let index: Int
    }

    /// An operation with what goes in.
    public struct Node: Sendable {
        /// Unique in the graph; for an operation with weights the stem of their names.
        public let name: String
        public let operation: any GraphOperation
        public let inputs: [Value]
    }

    /// The operations; the one at index i makes value i + 1.
    public private(set) var nodes: [Node] = []
    private var shapes: [ValueShape]
    private var names: Set<String> = []

    /// A graph without operations for a picture of `inputChannels` channels.
    public init(inputChannels: Int) { shapes = [ValueShape(channels: inputChannels)] }

    public var picture: Value { Value(index: 0) }
    public var result: Value { Value(index: nodes.count) }
    public var valueCount: Int { shapes.count }

    public func shape(of value: Value) -> ValueShape { shapes[value.index] }

    /// Appends `operation` on `inputs` and returns what it makes.
    ///
    /// - Throws: `GraphError` where shapes do not fit, or the name is taken.
    @discardableResult
    public mutating func append(
        _ operation: any GraphOperation, _ inputs: Value..., name: String
    ) throws(GraphError) -> Value {
        try append(operation, inputs, name: name)
    }

    /// As the other one, with the inputs as an array.
    @discardableResult
    public mutating func append(
        _ operation: any GraphOperation, _ inputs: [Value], name: String
    ) throws(GraphError) -> Value {
        let inputCount = operation.inputCount
        guard inputs.count == inputCount else {
            throw .inputCount(operation: operation.kind, found: inputs.count, expected: inputCount)
        }
        if let unknown = inputs.first(where: { $0.index >= shapes.count }) {
            throw .unknownValue(index: unknown.index)
        }
        let shape = try operation.shape(of: inputs.map { shapes[$0.index] })
        guard names.insert(name).inserted else { throw .duplicateName(name) }
        nodes.append(Node(name: name, operation: operation, inputs: inputs))
        shapes.append(shape)
        return result
    }

    /// The inputs' shapes of the node at `index`.
    func inputShapes(_ index: Int) -> [ValueShape] { nodes[index].inputs.map { shapes[$0.index] } }

    /// For each value, the indices of the nodes that read it; a node that reads it twice occurs twice.
    package func readers() -> [[Int]] {
        var readers: [[Int]] = Array(repeating: [], count: valueCount)
        for (index, node) in nodes.enumerated() {
            for input in node.inputs { readers[input.index].append(index) }
        }
        return readers
    }
}
