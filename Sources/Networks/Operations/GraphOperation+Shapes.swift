import Tensors

extension GraphOperation {
    /// Returns the one input's shape.
    func single(_ inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        guard inputs.count == 1 else { throw .inputCount(operation: kind, found: inputs.count, expected: 1) }
        return inputs[0]
    }

    /// Returns the shapes of two inputs of one resolution.
    func pair(_ inputs: [ValueShape]) throws(GraphError) -> (ValueShape, ValueShape) {
        guard inputs.count == 2 else { throw .inputCount(operation: kind, found: inputs.count, expected: 2) }
        guard inputs[0].resolution == inputs[1].resolution else {
            throw .resolution(operation: kind, found: inputs[1].resolution, expected: inputs[0].resolution)
        }
        return (inputs[0], inputs[1])
    }

    /// Returns the shape of two inputs that have the same one.
    func sameShapes(_ inputs: [ValueShape]) throws(GraphError) -> ValueShape {
        let (first, second) = try pair(inputs)
        guard first.channels == second.channels else {
            throw .channels(operation: kind, found: second.channels, expected: first.channels)
        }
        return first
    }

    /// Returns the one input of a convolution and the channels of its result, once all that must fit does: weights are
    /// `[a, b, size, size]`, a bias, where there is one, has an element for each output, the input as many channels as
    /// the weights take.
    ///
    /// - Parameters:
    ///   - axes: the axes of the weights along which outputs and inputs are counted.
    ///   - layout: the beginning of the weights' shape, for errors.
    func convolved(
        _ inputs: [ValueShape], weights: Tensor, size: Int, bias: Tensor?, axes: (outputs: Int, inputs: Int),
        layout: String
    ) throws(GraphError) -> (input: ValueShape, channels: Int) {
        let input = try single(inputs)
        let shape = weights.shape
        guard shape.count == 4, shape[2] == size, shape[3] == size, shape.allSatisfy({ $0 > 0 }) else {
            throw .weightShape(operation: kind, found: shape, expected: "\(layout), \(size), \(size)]")
        }
        let (outputs, channels) = (shape[axes.outputs], shape[axes.inputs])
        if let bias, bias.shape != [outputs] {
            throw .weightShape(operation: kind, found: bias.shape, expected: "[\(outputs)]")
        }
        guard input.channels == channels else {
            throw .channels(operation: kind, found: input.channels, expected: channels)
        }
        return (input, outputs)
    }
}
