import Kernels

/// The order in which the rows of a plan's values are computed while a picture is streamed through in chunks of rows,
/// and the number of rows that are held.
///
/// After each chunk every step makes the rows that can be made: a 3x3 convolution those above the last one of its
/// input, Winograd's in fours. So every value lags behind the picture by a number of rows of its own, nothing is
/// computed twice, and what a later step still needs is held: rows of a few chunks, whatever the picture's height.
/// Values that a plan puts in one place share a buffer here too, unless an earlier reader would still need what is
/// overwritten.
struct RowSchedule: Sendable {
    /// The rows that are read, computed and finished with one chunk.
    struct Chunk: Sendable {
        /// The rows of each input that enter: those of the picture, then those of the others.
        var inputRows: [Range<Int>]
        /// The rows of the picture that enter.
        var pictureRows: Range<Int> { inputRows[0] }
        /// The rows of its output that each step computes.
        var stepRows: [Range<Int>]
        /// The rows of the result that are finished.
        var resultRows: Range<Int>
        /// The row of its values that lies in row 0 of each buffer.
        var firstRows: [Int]
    }

    /// Memory for some rows of one value, or of several values that share a place.
    struct Buffer: Sendable {
        var shape: ValueShape
        var layout: ValueLayout
        /// The number of rows that it holds at once.
        var rows = 0
    }

    private(set) var chunks: [Chunk] = []
    private(set) var buffers: [Buffer] = []
    /// The buffer of each value.
    private(set) var bufferOfValue: [Int]
    /// The plan's value that is the result.
    let result: Int

    /// Creates the schedule of a plan for pictures of one height.
    ///
    /// - Parameters:
    ///   - height: the picture's height in pixels, a multiple of the network's grid.
    ///   - rowsAtATime: the picture's rows in a chunk, a multiple of the network's grid; the last chunk takes up to a
    ///     grid step more, so that it has more than one.
    init(_ plan: Plan, height: Int, rowsAtATime: Int, grid: Int) {
        precondition(height > 0 && rowsAtATime > 0)
        bufferOfValue = Array(repeating: 0, count: plan.values.count)
        result = plan.steps.last { plan.values[$0.output].place == .result }?.output ?? 0
        let heights = plan.values.map { $0.shape.resolution.side(forPicture: height) }
        var counts: [Int] = []
        while counts.reduce(0, +) < height {
            let rest = height - counts.reduce(0, +)
            counts.append(rest <= rowsAtATime + grid ? rest : rowsAtATime)
        }
        var made = Array(repeating: 0, count: plan.values.count)
        for count in counts {
            let before = made
            made[0] += count
            // Rows of other inputs enter with the rows of the picture that they belong to.
            for input in 1..<plan.inputCount {
                made[input] = plan.values[input].shape.resolution.side(forPicture: made[0])
            }
            for step in plan.steps { made[step.output] = step.rowsMade(made, heights) }
            chunks.append(
                Chunk(
                    inputRows: (0..<plan.inputCount).map { before[$0]..<made[$0] },
                    stepRows: plan.steps.map { before[$0.output]..<made[$0.output] },
                    resultRows: before[result]..<made[result], firstRows: []))
        }
        assignBuffers(plan, heights)
        holdRows(plan, heights)
    }

    private mutating func assignBuffers(_ plan: Plan, _ heights: [Int]) {
        // The buffer that stands for a place of the plan at the moment.
        var bufferOfPlace: [(place: Plan.Place, buffer: Int)] = []
        func newBuffer(for value: Int) -> Int {
            buffers.append(Buffer(shape: plan.values[value].shape, layout: plan.values[value].layout))
            return buffers.count - 1
        }
        for input in 0..<plan.inputCount { bufferOfValue[input] = newBuffer(for: input) }
        for (index, step) in plan.steps.enumerated() {
            let place = plan.values[step.output].place
            if let known = bufferOfPlace.firstIndex(where: { $0.place == place }) {
                let buffer = bufferOfPlace[known].buffer
                let isSafe = mayOverwrite(buffer, at: index, plan, heights)
                bufferOfValue[step.output] = isSafe ? buffer : newBuffer(for: step.output)
                bufferOfPlace[known].buffer = bufferOfValue[step.output]
            } else {
                bufferOfValue[step.output] = newBuffer(for: step.output)
                bufferOfPlace.append((place, bufferOfValue[step.output]))
            }
        }
    }

    /// Returns true where no step that reads a value of `buffer` before step `index` will still need rows that this one
    /// has written.
    private func mayOverwrite(_ buffer: Int, at index: Int, _ plan: Plan, _ heights: [Int]) -> Bool {
        let writer = plan.steps[index].output
        for chunk in chunks {
            let written = chunk.stepRows[index].upperBound
            for (reader, step) in plan.steps.enumerated() where reader < index {
                let made = chunk.stepRows[reader].upperBound
                for (value, needed) in step.rowsNeeded(after: made, heights)
                where value != writer && bufferOfValue[value] == buffer && isMade(value, before: index, plan) {
                    if needed < written { return false }
                }
            }
        }
        return true
    }

    private func isMade(_ value: Int, before index: Int, _ plan: Plan) -> Bool {
        value < plan.inputCount || plan.steps[..<index].contains { $0.output == value }
    }

    /// Sets the number of rows that the buffers hold, and the first one with each chunk.
    private mutating func holdRows(_ plan: Plan, _ heights: [Int]) {
        /// The first row of each buffer that is needed after each chunk; `tops` has the end of those that are computed.
        var keeps: [[Int]] = []
        var tops: [[Int]] = []
        for chunk in chunks {
            var top = Array(repeating: 0, count: buffers.count)
            for (input, rows) in chunk.inputRows.enumerated() { top[bufferOfValue[input]] = rows.upperBound }
            for (index, step) in plan.steps.enumerated() {
                let buffer = bufferOfValue[step.output]
                top[buffer] = max(top[buffer], chunk.stepRows[index].upperBound)
            }
            var keep = top
            for (index, step) in plan.steps.enumerated() {
                for (value, needed) in step.rowsNeeded(after: chunk.stepRows[index].upperBound, heights) {
                    let buffer = bufferOfValue[value]
                    keep[buffer] = min(keep[buffer], max(0, needed))
                }
            }
            keeps.append(keep)
            tops.append(top)
        }
        for buffer in buffers.indices {
            buffers[buffer].rows =
                chunks.indices.map {
                    tops[$0][buffer] - ($0 == 0 ? 0 : keeps[$0 - 1][buffer])
                }.max() ?? 0
        }
        var first = Array(repeating: 0, count: buffers.count)
        for index in chunks.indices {
            for buffer in buffers.indices where tops[index][buffer] - first[buffer] > buffers[buffer].rows {
                first[buffer] = keeps[index - 1][buffer]
            }
            chunks[index].firstRows = first
        }
    }
}

extension Plan.Step {
    /// The number of output rows that can have been computed when `made` rows of each value have, of `heights` in all.
    fileprivate func rowsMade(_ made: [Int], _ heights: [Int]) -> Int {
        let together = kernel.rowsTogether
        var rows = made[output]
        if made[input] == heights[input] {
            rows = heights[output]
        } else {
            while rows + together <= heights[output],
                lowered.inputInterval(for: Interval(rows, rows + together)).upper <= made[input]
            {
                rows += together
            }
        }
        guard let other, made[other] < rows else { return rows }
        return max(made[output], made[other] / together * together)
    }

    /// The values that the step reads, and the first row of each that it will still read once `made` rows are made;
    /// nothing when all are.
    fileprivate func rowsNeeded(after made: Int, _ heights: [Int]) -> [(value: Int, row: Int)] {
        guard made < heights[output] else { return [] }
        let rows = Interval(made, made + 1).aligned(to: kernel.rowsTogether)
        let needed = (input, lowered.inputInterval(for: rows).lower)
        return other.map { [needed, ($0, made)] } ?? [needed]
    }
}
