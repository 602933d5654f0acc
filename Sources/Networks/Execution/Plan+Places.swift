extension Plan {
    /// Puts every value that a step makes into the result or a buffer.
    ///
    /// - Parameter result: the value that is written to the caller's memory, with all that it overwrites.
    mutating func assignPlaces(result: Int) {
        let lastReadings = lastReadings()

        // Values that follow each other in place have one representative: the first of them.
        var representative = Array(values.indices)
        for (index, step) in steps.enumerated() {
            if let overwritten = overwritable(by: step, at: index, lastReadings) {
                representative[step.output] = representative[overwritten]
            }
        }
        let readWithBorder = Set(steps.filter(\.lowered.work.readsBorder).map { representative[$0.input] })

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
    }

    /// The last step that reads each value, -1 where none does.
    private func lastReadings() -> [Int] {
        var last = Array(repeating: -1, count: values.count)
        for (index, step) in steps.enumerated() {
            for input in step.lowered.inputs { last[input] = index }
        }
        for value in kept { last[value] = steps.count }
        return last
    }

    /// A value that `step` may write its output over: of the same shape and layout, read by this step for the last
    /// time, and only at the element that is being written.
    private func overwritable(by step: Step, at index: Int, _ lastReadings: [Int]) -> Int? {
        let inputs = step.lowered.inputs
        let places = step.lowered.work.overwritableInputs
        return places.map { inputs[$0] }.first { value in
            inputs.indices.allSatisfy { inputs[$0] != value || places.contains($0) }
                && lastReadings[value] == index && value >= inputCount
                && values[value].layout == values[step.output].layout
                && values[value].shape == values[step.output].shape
        }
    }
}
