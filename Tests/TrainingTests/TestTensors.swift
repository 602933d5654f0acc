import Tensors

/// Seeded noise, uniform on `range`: the numbers that the bounds of this target's tests were measured with.
func noise(_ shape: [Int], seed: UInt64, in range: ClosedRange<Float> = 0...1) -> Tensor {
    var random = RandomStream(seed: seed, 0)
    return Tensor(shape: shape, elements: (0..<shape.reduce(1, *)).map { _ in .random(in: range, using: &random) })
}
