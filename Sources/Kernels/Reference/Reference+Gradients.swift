public import Tensors

/// The gradients of <operation(input), outputGradient>, summed in Double.
extension Reference {
    /// Gradients of a convolution's input `[C, H, W]`, weights (PyTorch's order) and bias `[O]`.
    public static func convolutionGradients(
        _ kind: PackedConvolution.Kind, input: Tensor, weights: Tensor, outputGradient: Tensor
    ) -> (input: Tensor, weights: Tensor, bias: Tensor) {
        let isTransposed = kind == .transposedTwoByTwo
        let (inputs, outputs) = (input.shape[0], outputGradient.shape[0])
        let (side, area) = (weights.shape[2], weights.shape[2] * weights.shape[2])
        precondition(weights.shape[..<2] == (isTransposed ? [inputs, outputs] : [outputs, inputs]))
        let (height, width) = (input.shape[1], input.shape[2])
        let (rows, columns) = (outputGradient.shape[1], outputGradient.shape[2])
        var inputGradient = Array(repeating: 0.0, count: input.elements.count)
        var weightGradient = weights
        for output in 0..<outputs {
            for channel in 0..<inputs {
                for tap in 0..<area {
                    let pair = isTransposed ? channel * outputs + output : output * inputs + channel
                    let weight = Double(weights.elements[pair * area + tap])
                    var sum = 0.0
                    for row in 0..<rows {
                        for column in 0..<columns {
                            let y: Int
                            let x: Int
                            switch kind {
                            case .threeByThree: (y, x) = (row + tap / side - 1, column + tap % side - 1)
                            case .oneByOne: (y, x) = (row, column)
                            case .stridedTwoByTwo: (y, x) = (2 * row + tap / side, 2 * column + tap % side)
                            case .transposedTwoByTwo:
                                guard row % 2 == tap / side, column % 2 == tap % side else { continue }
                                (y, x) = (row / 2, column / 2)
                            }
                            guard y >= 0, y < height, x >= 0, x < width else { continue }
                            let source = (channel * height + y) * width + x
                            let gradient = Double(outputGradient.elements[(output * rows + row) * columns + column])
                            sum += Double(input.elements[source]) * gradient
                            inputGradient[source] += weight * gradient
                        }
                    }
                    weightGradient.elements[pair * area + tap] = Float(sum)
                }
            }
        }
        return (
            Tensor(shape: input.shape, elements: inputGradient.map { Float($0) }), weightGradient,
            channelSums(outputGradient)
        )
    }

    /// `[C, H, W]` to `[C]`.
    public static func channelSums(_ tensor: Tensor) -> Tensor {
        let area = tensor.shape[1] * tensor.shape[2]
        let sums = (0..<tensor.shape[0]).map { channel in
            tensor.elements[channel * area..<(channel + 1) * area].reduce(0.0) { $0 + Double($1) }
        }
        return Tensor(shape: [tensor.shape[0]], elements: sums.map { Float($0) })
    }

    /// The gradient of a ReLU's input; 0 where the input is 0, as PyTorch has it.
    public static func reluGradient(input: Tensor, outputGradient: Tensor) -> Tensor {
        Tensor(
            shape: input.shape,
            elements: zip(input.elements, outputGradient.elements).map { $0 > 0 ? $1 : 0 })
    }

    /// The gradients of a PReLU's input and of its slopes `[C]`; the slope counts where the input is 0, as in PyTorch.
    public static func preluGradients(
        input: Tensor, slopes: [Float], outputGradient: Tensor
    ) -> (input: Tensor, slopes: Tensor) {
        let area = input.shape[1] * input.shape[2]
        var inputGradient = outputGradient
        var products = Tensor(shape: input.shape)
        for i in 0..<input.elements.count where !(input.elements[i] > 0) {
            inputGradient.elements[i] *= slopes[i / area]
            products.elements[i] = input.elements[i] * outputGradient.elements[i]
        }
        return (inputGradient, channelSums(products))
    }

    /// The gradient of nearest upsampling's input: sums of factor x factor samples.
    public static func nearestGradient(_ outputGradient: Tensor, factor: Int) -> Tensor {
        let (height, width) = (outputGradient.shape[1] / factor, outputGradient.shape[2] / factor)
        var sums = Array(repeating: 0.0, count: outputGradient.shape[0] * height * width)
        for c in 0..<outputGradient.shape[0] {
            for y in 0..<height * factor {
                for x in 0..<width * factor {
                    sums[(c * height + y / factor) * width + x / factor] += Double(
                        outputGradient.elements[(c * height * factor + y) * width * factor + x])
                }
            }
        }
        return Tensor(shape: [outputGradient.shape[0], height, width], elements: sums.map { Float($0) })
    }

    /// The gradient of bicubic upsampling's input, one input sample after the other: the inner product of the output's
    /// gradient with what an impulse there becomes.
    public static func bicubicGradient(_ outputGradient: Tensor, factor: Int) -> Tensor {
        let (height, width) = (outputGradient.shape[1] / factor, outputGradient.shape[2] / factor)
        let area = height * width * factor * factor
        var result = Tensor(shape: [outputGradient.shape[0], height, width])
        for i in 0..<height * width {
            var impulse = Tensor(shape: [1, height, width])
            impulse.elements[i] = 1
            let response = bicubicUpsampling(impulse, factor: factor).elements
            for c in 0..<result.shape[0] {
                let sum = (0..<area).reduce(0.0) {
                    $0 + Double(response[$1]) * Double(outputGradient.elements[c * area + $1])
                }
                result.elements[c * height * width + i] = Float(sum)
            }
        }
        return result
    }
}
