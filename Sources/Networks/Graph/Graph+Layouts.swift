/// How a value lies in memory while it is computed with.
package enum ValueLayout: Sendable, Equatable {
    /// Channel after channel, as pictures are.
    case planar
    /// In blocks of 16 channels, as convolutions want it.
    case blocked
}

extension Graph {
    /// For each value, the layout in which its operation makes it: blocked by convolutions and what follows them,
    /// planar by shuffles and by what works on planar values.
    package func layouts() -> [ValueLayout] {
        var layouts: [ValueLayout] = inputs.map { _ in .planar }
        for node in nodes {
            layouts.append(node.operation.computation.lowering.resultLayout(for: node.inputs.map { layouts[$0.index] }))
        }
        return layouts
    }

    package func shape(ofValueAt index: Int) -> ValueShape { shape(of: Value(index: index)) }
}
