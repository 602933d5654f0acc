import Tensors

/// Seeded noise, uniform on `range`.
func noise(_ shape: [Int], seed: UInt64, in range: ClosedRange<Float> = 0...1) -> Tensor {
    var random = RandomStream(seed: seed, 0)
    return Tensor(shape: shape, elements: (0..<shape.reduce(1, *)).map { _ in .random(in: range, using: &random) })
}

extension Tensor {
    /// The tensor `[channels, height, width]` as an image.
    var image: PlanarImage { PlanarImage(channels: shape[0], height: shape[1], width: shape[2], samples: elements) }
}
