extension PlanBuilder {
    /// The plan with every value put into the picture, the result or a buffer.
    ///
    /// - Parameter result: the value that is written to the caller's memory, with all that it overwrites.
    func assigningBuffers(result: Int) -> Plan {
        var values = values
        var steps = steps
        let lastReadings = lastReadings()

        // Values that follow each other in place have one representative: the first of them.
        var representative = Array(values.indices)
        for (index, step) in steps.enumerated() {
            if let overwritten = overwritable(by: step, at: index, lastReadings) {
                representative[step.output] = representative[overwritten]
            }
        }
        let readWithBorder = Set(steps.filter(\.readsBorder).map { representative[$0.input] })

        var buffers: [Plan.Buffer] = []
        var bufferOf: [Int: Int] = [:]
        for (index, step) in steps.enumerated() {
            let value = values[step.output]
            let first = representative[step.output]
            let end = max(index, lastReadings[step.output])
            if first == representative[result] {
                values[step.output].place = .result
            } else if let buffer = bufferOf[first] {
                values[step.output].place = .buffer(buffer)
                let life = buffers[buffer].life
                buffers[buffer].life = life.lowerBound...max(life.upperBound, end)
            } else {
                values[step.output].place = .buffer(buffers.count)
                bufferOf[first] = buffers.count
                buffers.append(Plan.Buffer(shape: value.shape, layout: value.layout, life: index...end))
                // Kernels write the interior only, so the border stays zero while the buffer lives.
                steps[index].clearsBorder = readWithBorder.contains(first)
            }
        }
        return Plan(values: values, buffers: buffers, steps: steps)
    }

    /// For each value the last step that reads it, -1 where none does.
    private func lastReadings() -> [Int] {
        var last = Array(repeating: -1, count: values.count)
        for (index, step) in steps.enumerated() {
            last[step.input] = index
            if let other = step.other { last[other] = index }
        }
        return last
    }

    /// A value that `step` may write its output over: of the same shape and layout, read by this step for the last
    /// time, and only at the element that is being written.
    private func overwritable(by step: Plan.Step, at index: Int, _ lastReadings: [Int]) -> Int? {
        let candidates: [Int?] =
            switch step.work {
            case .convolution, .shuffle: step.other == step.input ? [] : [step.other]
            case .sum: [step.input, step.other]
            case .activation, .sigmoid: [step.input]
            case .load, .depthwise, .unshuffle, .nearest, .bicubic, .firstChannels: []
            }
        return candidates.compactMap { $0 }.first { value in
            lastReadings[value] == index && values[value].place != .picture
                && values[value].layout == values[step.output].layout
                && values[value].shape == values[step.output].shape
        }
    }
}
