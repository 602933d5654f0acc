package import Tensors

/// Seeded noise, uniform on `range`.
package func noise(_ shape: [Int], seed: UInt64, in range: ClosedRange<Float> = 0...1) -> Tensor {
    var numbers = SeededNumbers(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    let span = range.upperBound - range.lowerBound
    return Tensor(
        shape: shape,
        elements: (0..<shape.reduce(1, *)).map { _ in range.lowerBound + span * numbers.fraction() })
}

/// A picture of seeded noise, uniform on 0...1.
package func noise(channels: Int, height: Int, width: Int, seed: UInt64) -> PlanarImage {
    noise([channels, height, width], seed: seed).image
}

/// A picture of seeded noise over a gradient from corner to corner.
package func noisyGradient(
    channels: Int, height: Int, width: Int, seed: UInt64, noise amplitude: Float = 0.2
) -> PlanarImage {
    var numbers = SeededNumbers(seed: seed)
    var samples: [Float] = []
    for _ in 0..<channels {
        for y in 0..<height {
            for x in 0..<width {
                let noise = numbers.fraction() - 0.5
                samples.append(0.5 + 0.3 * Float(x - y) / Float(width + height) + amplitude * noise)
            }
        }
    }
    return PlanarImage(channels: channels, height: height, width: width, samples: samples)
}

extension Tensor {
    /// The tensor `[channels, height, width]` as an image.
    package var image: PlanarImage {
        PlanarImage(channels: shape[0], height: shape[1], width: shape[2], samples: elements)
    }
}
