extension Graph {
    /// The smallest step of the picture's rows on which every value has whole rows, and on which every convolution's
    /// blocks of `blockRows` rows of its result begin anew.
    ///
    /// - Parameter blockRows: rows that a convolution's algorithm computes together, for the node at an index: 1 for
    ///   direct sums, m for Winograd F(m x m).
    package func grid(blockRows: (Int) -> Int = { _ in 1 }) -> Int {
        var grid = 1
        for index in 0..<valueCount {
            let value = Value(index: index)
            let resolution = shape(of: value).resolution
            // Rows that the value's operation makes together, by its kernel or by its own rule.
            let rows = node(making: value).map { blockRows($0) * nodes[$0].operation.side } ?? 1
            // `rows` rows of this value are rows * denominator / numerator rows of the picture.
            let step = Resolution(rows * resolution.denominator, over: resolution.numerator).numerator
            grid = grid / Resolution.greatestCommonDivisor(grid, step) * step
        }
        return grid
    }

    /// The picture's rows that rows `output` of the result are computed from, and those where other inputs are read,
    /// found by walking backwards through the graph; a value with several readers gives the hull of what they read.
    package func inputInterval(for output: Interval, blockRows: (Int) -> Int = { _ in 1 }) -> Interval {
        var needed: [Interval?] = Array(repeating: nil, count: valueCount)
        needed[result.index] = output
        for index in nodes.indices.reversed() {
            guard let wanted = needed[value(ofNode: index).index] else { continue }
            // Of a Winograd tile, the first row alone depends on the row before the tile, and the last one on that
            // behind it; all depend on the rows of the tile itself.
            var input = nodes[index].operation.inputInterval(for: wanted)
            if blockRows(index) > 1 { input = input.hull(wanted.aligned(to: blockRows(index))) }
            for value in nodes[index].inputs {
                needed[value.index] = needed[value.index].map { $0.hull(input) } ?? input
            }
        }
        return inputs.indices.reduce(needed[0] ?? Interval(0, 0)) { whole, index in
            guard let own = needed[index] else { return whole }
            let (numerator, denominator) = (
                inputs[index].shape.resolution.numerator, inputs[index].shape.resolution.denominator
            )
            return whole.hull(
                Interval(
                    (own.lower * denominator).flooredQuotient(numerator),
                    (own.upper * denominator).ceiledQuotient(numerator)))
        }
    }

    /// Returns the number of the picture's pixels that are read beyond a core on `grid`; the larger of both sides.
    ///
    /// Every rule repeats itself on the grid, and each end of an interval depends on one end of the result's alone: so
    /// the reach is the same for all cores, and one of a single grid step gives it.
    package func radius(grid: Int, blockRows: (Int) -> Int = { _ in 1 }) -> Int {
        let scale = shape(of: result).resolution
        let reach = inputInterval(for: Interval(0, scale.side(forPicture: grid)), blockRows: blockRows)
        return max(0, -reach.lower, reach.upper - grid)
    }
}
