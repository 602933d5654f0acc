/// The layout of a value in memory while a graph is computed.
package enum ValueLayout: Sendable, Equatable {
    /// Channel after channel, as pictures are stored.
    case planar
    /// Blocks of 16 channels, as convolutions read them.
    case blocked
}

extension Graph {
    /// The layout in which its operation makes each value: blocked by convolutions and what follows them, planar by
    /// shuffles and by what works on planar values.
    package func layouts() -> [ValueLayout] {
        var layouts: [ValueLayout] = inputs.map { _ in .planar }
        for node in nodes {
            layouts.append(node.operation.computation.lowering.resultLayout(for: node.inputs.map { layouts[$0.index] }))
        }
        return layouts
    }

    /// The shape of the value at `index`.
    package func shape(ofValueAt index: Int) -> ValueShape { shape(of: Value(index: index)) }
}
