public import Tensors

/// Every operation of the kernels as plain loops on tensors `[channels, height, width]`, summed in Double: what the
/// kernels are tested against. Slow on purpose.
public enum Reference {
    /// The convolution of `kind`, with weights in PyTorch's order and `[O]` biases.
    public static func convolution(
        _ kind: PackedConvolution.Kind, _ input: Tensor, weights: Tensor, bias: Tensor? = nil
    ) -> Tensor {
        kind == .transposedTwoByTwo
            ? transposedConvolution(input, weights: weights, bias: bias)
            : plainConvolution(
                input, weights: weights, bias: bias, stride: kind == .stridedTwoByTwo ? 2 : 1,
                padding: kind == .threeByThree ? 1 : 0)
    }

    static func plainConvolution(_ input: Tensor, weights: Tensor, bias: Tensor?, stride: Int, padding: Int) -> Tensor {
        let (outputs, channels, side) = (weights.shape[0], weights.shape[1], weights.shape[2])
        precondition(input.shape[0] == channels)
        let (height, width) = (input.shape[1], input.shape[2])
        let (rows, columns) = ((height + 2 * padding - side) / stride + 1, (width + 2 * padding - side) / stride + 1)
        var result = Tensor(shape: [outputs, height == 0 ? 0 : rows, width == 0 ? 0 : columns])
        for output in 0..<outputs {
            for row in 0..<result.shape[1] {
                for column in 0..<result.shape[2] {
                    var sum = Double(bias?.elements[output] ?? 0)
                    for channel in 0..<channels {
                        for ky in 0..<side {
                            for kx in 0..<side {
                                let y = row * stride + ky - padding
                                let x = column * stride + kx - padding
                                guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
                                let weight = weights.elements[((output * channels + channel) * side + ky) * side + kx]
                                sum += Double(weight) * Double(input.elements[(channel * height + y) * width + x])
                            }
                        }
                    }
                    result.elements[(output * rows + row) * columns + column] = Float(sum)
                }
            }
        }
        return result
    }

    /// Every channel by itself, weights `[C, 1, 3, 3]`.
    public static func depthwiseConvolution(_ input: Tensor, weights: Tensor) -> Tensor {
        let (channels, height, width) = (input.shape[0], input.shape[1], input.shape[2])
        precondition(weights.shape == [channels, 1, 3, 3])
        var result = Tensor(shape: [channels, height, width])
        for channel in 0..<channels {
            let plane = Tensor(
                shape: [1, height, width],
                elements: Array(input.elements[channel * height * width..<(channel + 1) * height * width]))
            let kernel = Tensor(
                shape: [1, 1, 3, 3], elements: Array(weights.elements[channel * 9..<(channel + 1) * 9]))
            let made = plainConvolution(plane, weights: kernel, bias: nil, stride: 1, padding: 1)
            for index in 0..<height * width { result.elements[channel * height * width + index] = made.elements[index] }
        }
        return result
    }

    static func transposedConvolution(_ input: Tensor, weights: Tensor, bias: Tensor?) -> Tensor {
        let (channels, outputs) = (weights.shape[0], weights.shape[1])
        precondition(input.shape[0] == channels && weights.shape[2...] == [2, 2])
        let (height, width) = (input.shape[1], input.shape[2])
        var result = Tensor(shape: [outputs, 2 * height, 2 * width])
        for output in 0..<outputs {
            for row in 0..<2 * height {
                for column in 0..<2 * width {
                    var sum = Double(bias?.elements[output] ?? 0)
                    for channel in 0..<channels {
                        let weight = weights.elements[((channel * outputs + output) * 2 + row % 2) * 2 + column % 2]
                        sum +=
                            Double(weight) * Double(input.elements[(channel * height + row / 2) * width + column / 2])
                    }
                    result.elements[(output * 2 * height + row) * 2 * width + column] = Float(sum)
                }
            }
        }
        return result
    }

    /// max(x, 0) of every element.
    public static func relu(_ input: Tensor) -> Tensor {
        Tensor(shape: input.shape, elements: input.elements.map { $0 < 0 ? 0 : $0 })
    }

    /// x for x >= 0, slope * x else; `slopes` has one a channel.
    public static func prelu(_ input: Tensor, slopes: [Float]) -> Tensor {
        let area = input.shape[1] * input.shape[2]
        var result = input
        for i in 0..<input.elements.count where input.elements[i] < 0 {
            result.elements[i] = input.elements[i] * slopes[i / area]
        }
        return result
    }

    /// The sums of the elements of two tensors of the same shape.
    public static func add(_ a: Tensor, _ b: Tensor) -> Tensor {
        precondition(a.shape == b.shape)
        return Tensor(shape: a.shape, elements: zip(a.elements, b.elements).map { $0 + $1 })
    }
}
