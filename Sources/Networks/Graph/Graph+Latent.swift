extension Graph {
    /// The latent of an autoencoder: the result of the last operation called `latent` or `latent.…`; nil where there is
    /// none.
    public var latent: Value? {
        nodes.lastIndex { $0.name == "latent" || $0.name.hasPrefix("latent.") }.map { value(ofNode: $0) }
    }

    /// The bottleneck features: the last of the values with the fewest pixels; nil where all have the picture's size.
    public var bottleneck: Value? {
        func size(_ value: Value) -> Double {
            let resolution = shape(of: value).resolution
            return Double(resolution.numerator) / Double(resolution.denominator)
        }
        let values = (0..<valueCount).map { Value(index: $0) }
        guard let smallest = values.map(size).min(), smallest < 1 else { return nil }
        return values.last { size($0) == smallest }
    }

    /// The hidden features that a network makes of a picture: what the head of a classifier reads, else the bottleneck
    /// features, and where all values have the picture's size, what the last convolution reads. Nil where that is the
    /// picture.
    public var hiddenFeatures: Value? {
        if classes != nil, let head = nodes.last(where: { $0.name == Self.classesName }) { return head.inputs[0] }
        if let bottleneck { return bottleneck }
        let last = nodes.last { $0.operation.convolution != nil }
        return last?.inputs.first.flatMap { $0 == picture ? nil : $0 }
    }

    /// The logits of a classifier, a pixel for each square of the picture: the result of the operation of that name;
    /// nil where there is none.
    public var classes: Value? { value(named: Self.classesName) }

    /// The name of the operation that makes the logits of a classifier.
    public static let classesName = "classes"

    /// True where the latent is sampled in training, and kept near the standard normal distribution.
    public var isVariational: Bool { latentStatistics != nil }

    /// The means of a sampled latent, and behind them the logarithms of the variances; nil where none is sampled.
    public var latentStatistics: Value? {
        nodes.first { $0.operation.drawsFromInput }?.inputs[0]
    }

    /// Returns the value that `value` equals in restoring: operations that act in training alone pass their input on.
    func origin(of value: Value) -> Value {
        var origin = value
        while let node = node(making: origin), nodes[node].operation.isIdentityInRestoring {
            origin = nodes[node].inputs[0]
        }
        return origin
    }

    /// Returns the operations up to the one that makes `value`, as a graph with `value` for its result.
    ///
    /// - Throws: `GraphError`; not for a value of this graph.
    public func prefix(through value: Value) throws(GraphError) -> Graph {
        var prefix = try Graph(inputChannels: shape(of: picture).channels, others: Array(inputs.dropFirst()))
        for node in nodes.prefix(node(making: value).map { $0 + 1 } ?? 0) {
            try prefix.append(
                node.operation, node.inputs, name: node.name, sharing: node.sharesParameters ? node.parameterStem : nil)
        }
        return prefix
    }

    /// Returns the operations behind `value` as a graph of their own, whose picture it is; the other inputs stay, and
    /// so do the outputs that are computed from them.
    ///
    /// - Throws: `GraphError.unknownValue` where one of them reads a value from before `value`.
    public func suffix(from value: Value) throws(GraphError) -> Graph {
        var suffix = try Graph(
            inputChannels: shape(of: value).channels, others: relative(to: shape(of: value).resolution))
        let first = node(making: value).map { $0 + 1 } ?? 0
        var owners: [String: String] = [:]
        for node in nodes.dropFirst(first) {
            var values: [Value] = []
            for input in node.inputs {
                if input == value {
                    values.append(suffix.picture)
                } else if self.node(making: input) == nil, input != picture {
                    values.append(input)
                } else if let maker = self.node(making: input), maker >= first {
                    values.append(suffix.value(ofNode: maker - first))
                } else {
                    throw .unknownValue(index: input.index)
                }
            }
            // Of those that share a left-out node's parameters the first one has them now.
            try suffix.append(node.operation, values, name: node.name, sharing: owners[node.parameterStem])
            owners[node.parameterStem] = owners[node.parameterStem] ?? node.name
        }
        for output in outputs + [Output(name: Self.resultName, value: result)] {
            guard let maker = self.node(making: output.value), maker >= first else { continue }
            try suffix.setOutput(suffix.value(ofNode: maker - first), named: output.name)
        }
        return suffix
    }

    /// The inputs beside the picture for a graph whose picture has this resolution here.
    private func relative(to picture: Resolution) -> [Input] {
        inputs.dropFirst().map { input in
            let own = input.shape.resolution
            return Input(
                input.name, channels: input.shape.channels,
                resolution: Resolution(
                    own.numerator * picture.denominator, over: own.denominator * picture.numerator))
        }
    }
}
