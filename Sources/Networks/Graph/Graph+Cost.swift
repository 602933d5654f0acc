extension Graph {
    /// The multiply-adds of the node at `index` for one pixel of the picture.
    func multiplyAddsPerPixel(ofNode index: Int) -> Double {
        let resolution = shape(of: value(ofNode: index)).resolution
        let ratio = Double(resolution.numerator) / Double(resolution.denominator)
        return Double(nodes[index].operation.multiplyAdds(inputs: inputShapes(index))) * ratio * ratio
    }

    /// The multiply-adds of the result for one pixel of the picture.
    public var multiplyAddsPerPixel: Double { multiplyAddsPerPixel(for: [result]) }

    /// The multiply-adds of `values`, together, for one pixel of the picture.
    package func multiplyAddsPerPixel(for values: [Value]) -> Double {
        let needed = isNeeded(for: values)
        return nodes.indices.reduce(0) { $0 + (needed[$1] ? multiplyAddsPerPixel(ofNode: $1) : 0) }
    }

    /// The number of learnt numbers; shared parameters count once, buffers not at all.
    public var parameterCount: Int { nodes.reduce(0) { $0 + ($1.sharesParameters ? 0 : $1.operation.parameterCount) } }

    /// True where f(a x) = a f(x) for every a >= 0 (the noise level scaled along).
    public var isHomogeneous: Bool { nodesOfResult.allSatisfy { $0.operation.isHomogeneous } }

    /// True where the result depends on the noise level: the network is noise-conditioned.
    public var acceptsNoiseLevel: Bool { nodesOfResult.contains { $0.operation.readsNoiseLevel } }
}
