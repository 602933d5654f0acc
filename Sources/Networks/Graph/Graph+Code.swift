extension Graph {
    /// The code of an autoencoder: what the last of the operations called `code` or `code.…` makes; nil where there is
    /// none.
    public var code: Value? {
        nodes.lastIndex { $0.name == "code" || $0.name.hasPrefix("code.") }.map { Value(index: $0 + 1) }
    }

    /// The last of the values with the fewest pixels; nil where all have the picture's size.
    public var deepest: Value? {
        func size(_ value: Value) -> Double {
            let resolution = shape(of: value).resolution
            return Double(resolution.numerator) / Double(resolution.denominator)
        }
        let values = (0..<valueCount).map { Value(index: $0) }
        guard let smallest = values.map(size).min(), smallest < 1 else { return nil }
        return values.last { size($0) == smallest }
    }

    /// Whether its code is drawn in training, and kept near the standard normal distribution.
    public var isVariational: Bool { codeStatistics != nil }

    /// Of a code that is drawn, the means and behind them the logarithms of the variances; nil where none is.
    public var codeStatistics: Value? {
        nodes.first { $0.operation.drawsFromInput }?.inputs[0]
    }

    /// The value that `value` is in restoring: what acts in training alone hands its input on.
    func origin(of value: Value) -> Value {
        var origin = value
        while origin.index > 0, nodes[origin.index - 1].operation.isIdentityInRestoring {
            origin = nodes[origin.index - 1].inputs[0]
        }
        return origin
    }

    /// The operations up to the one that makes `value`, as a graph with that for its result.
    ///
    /// - Throws: `GraphError`; not for a value of this graph.
    public func prefix(through value: Value) throws(GraphError) -> Graph {
        var prefix = Graph(inputChannels: shape(of: picture).channels)
        for node in nodes.prefix(value.index) { try prefix.append(node.operation, node.inputs, name: node.name) }
        return prefix
    }

    /// The operations behind `value` as a graph of their own, whose picture it is.
    ///
    /// - Throws: `GraphError.unknownValue` where one of them reads a value from before `value`.
    public func suffix(from value: Value) throws(GraphError) -> Graph {
        var suffix = Graph(inputChannels: shape(of: value).channels)
        for node in nodes.dropFirst(value.index) {
            var inputs: [Value] = []
            for input in node.inputs {
                guard input.index >= value.index else { throw .unknownValue(index: input.index) }
                inputs.append(Value(index: input.index - value.index))
            }
            try suffix.append(node.operation, inputs, name: node.name)
        }
        return suffix
    }
}
