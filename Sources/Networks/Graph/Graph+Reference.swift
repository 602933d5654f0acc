public import Tensors

extension Graph {
    /// Computes every value of the graph, the inputs first, by the operations' plain loops one after the other: the
    /// reference implementation that executors are tested against. Slow.
    ///
    /// - Parameters:
    ///   - picture: `[channels, height, width]`, the sides multiples of the network's grid.
    ///   - others: the other inputs, `[channels, height, width]`, in order.
    ///   - noiseLevel: the standard deviation of the noise, 0...1, or 0 for unknown.
    public func referenceValues(of picture: Tensor, others: [Tensor] = [], noiseLevel: Float = 0) -> [Tensor] {
        precondition(others.count == inputs.count - 1, "\(others.count) other inputs, expected \(inputs.count - 1)")
        var values = [picture] + others
        for node in nodes {
            values.append(
                node.operation.reference(node.inputs.map { values[$0.index] }, noiseLevel: noiseLevel))
        }
        return values
    }
}
