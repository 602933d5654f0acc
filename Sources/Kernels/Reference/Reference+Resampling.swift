public import Tensors

extension Reference {
    /// `[C, H * factor, W * factor]` to `[C * factor * factor, H, W]`, channels in the order channel, row, column.
    public static func pixelUnshuffle(_ input: Tensor, factor: Int) -> Tensor {
        let (channels, height, width) = (input.shape[0], input.shape[1] / factor, input.shape[2] / factor)
        var result = Tensor(shape: [channels * factor * factor, height, width])
        for c in 0..<result.shape[0] {
            for y in 0..<height {
                for x in 0..<width {
                    let row = y * factor + c / factor % factor
                    let column = x * factor + c % factor
                    let source = (c / (factor * factor) * input.shape[1] + row) * input.shape[2] + column
                    result.elements[(c * height + y) * width + x] = input.elements[source]
                }
            }
        }
        return result
    }

    /// `[C * factor * factor, H, W]` to `[C, H * factor, W * factor]`.
    public static func pixelShuffle(_ input: Tensor, factor: Int) -> Tensor {
        let (height, width) = (input.shape[1] * factor, input.shape[2] * factor)
        let channels = input.shape[0] / (factor * factor)
        var result = Tensor(shape: [channels, height, width])
        for c in 0..<channels {
            for y in 0..<height {
                for x in 0..<width {
                    let source = (c * factor + y % factor) * factor + x % factor
                    result.elements[(c * height + y) * width + x] =
                        input.elements[(source * input.shape[1] + y / factor) * input.shape[2] + x / factor]
                }
            }
        }
        return result
    }

    /// Repeats every sample in a square: `[C, H, W]` to `[C, H * factor, W * factor]`.
    public static func nearestUpsampling(_ input: Tensor, factor: Int) -> Tensor {
        let (height, width) = (input.shape[1] * factor, input.shape[2] * factor)
        var result = Tensor(shape: [input.shape[0], height, width])
        for c in 0..<input.shape[0] {
            for y in 0..<height {
                for x in 0..<width {
                    result.elements[(c * height + y) * width + x] =
                        input.elements[(c * input.shape[1] + y / factor) * input.shape[2] + x / factor]
                }
            }
        }
        return result
    }

    /// MATLAB's `imresize` by a whole factor, written the way MATLAB's documentation describes it: every output sample
    /// is a weighted mean of the input samples under the kernel, out-of-range ones mirrored.
    public static func bicubicUpsampling(_ input: Tensor, factor: Int) -> Tensor {
        func taps(_ output: Int, _ count: Int) -> [(index: Int, weight: Double)] {
            let centre = (Double(output) + 0.5) / Double(factor) - 0.5
            let left = Int((centre - 2).rounded(.down))
            var taps: [(index: Int, weight: Double)] = []
            for index in left...left + 5 {
                let distance = abs(centre - Double(index))
                let weight =
                    distance <= 1
                    ? 1.5 * distance * distance * distance - 2.5 * distance * distance + 1
                    : distance <= 2
                        ? -0.5 * distance * distance * distance + 2.5 * distance * distance - 4 * distance + 2 : 0
                var mirrored = index
                while mirrored < 0 || mirrored >= count {
                    mirrored = mirrored < 0 ? -1 - mirrored : 2 * count - 1 - mirrored
                }
                taps.append((mirrored, weight))
            }
            let sum = taps.reduce(0) { $0 + $1.weight }
            return taps.map { ($0.index, $0.weight / sum) }
        }
        let (height, width) = (input.shape[1] * factor, input.shape[2] * factor)
        var result = Tensor(shape: [input.shape[0], height, width])
        for c in 0..<input.shape[0] {
            for y in 0..<height {
                for x in 0..<width {
                    var sum = 0.0
                    for (row, vertical) in taps(y, input.shape[1]) {
                        for (column, horizontal) in taps(x, input.shape[2]) {
                            let sample = input.elements[(c * input.shape[1] + row) * input.shape[2] + column]
                            sum += vertical * horizontal * Double(sample)
                        }
                    }
                    result.elements[(c * height + y) * width + x] = Float(sum)
                }
            }
        }
        return result
    }
}
