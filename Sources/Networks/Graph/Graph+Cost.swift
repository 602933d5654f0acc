extension Graph {
    /// Multiply-adds of the node at `index` for one pixel of the picture.
    func multiplyAddsPerPixel(ofNode index: Int) -> Double {
        let resolution = shape(of: value(ofNode: index)).resolution
        let ratio = Double(resolution.numerator) / Double(resolution.denominator)
        return Double(nodes[index].operation.multiplyAdds(inputs: inputShapes(index))) * ratio * ratio
    }

    /// Multiply-adds of the whole graph for one pixel of the picture.
    public var multiplyAddsPerPixel: Double { nodes.indices.reduce(0) { $0 + multiplyAddsPerPixel(ofNode: $1) } }

    /// Learnt numbers.
    public var parameterCount: Int { nodes.reduce(0) { $0 + ($1.sharesParameters ? 0 : $1.operation.parameterCount) } }

    /// Whether f(a x) = a f(x) for every a >= 0 (the noise level scaled along).
    public var isHomogeneous: Bool { nodes.allSatisfy { $0.operation.isHomogeneous } }

    /// Whether a noise level changes the result.
    public var acceptsNoiseLevel: Bool { nodes.contains { $0.operation.readsNoiseLevel } }
}
