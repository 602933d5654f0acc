import Foundation
public import Tensors

/// Pictures with structure of several sizes, as photographs have it.
public enum CopyPictures {
    /// Returns a scene of soft blots of many sizes, different for each seed.
    public static func scene(seed: UInt64, height: Int, width: Int) -> PlanarImage {
        var random = RandomStream(seed: seed)
        let blots = (0..<60).map { _ in
            (
                y: random.uniform() * Double(height), x: random.uniform() * Double(width),
                radius: exp(log(3) + random.uniform() * log(12)), level: 0.5 * random.normal()
            )
        }
        let image = PlanarImage(channels: 3, height: height, width: width)
        for y in 0..<height {
            for x in 0..<width {
                let sum = blots.reduce(0.0) { sum, blot in
                    let square =
                        (Double(y) - blot.y) * (Double(y) - blot.y) + (Double(x) - blot.x) * (Double(x) - blot.x)
                    // Edges that are a few pixels wide.
                    return sum + blot.level / (1 + exp((square.squareRoot() - blot.radius) / 1.5))
                }
                let level = 0.45 + 0.35 * tanh(sum)
                for c in 0..<3 { image.view.row(c, y)[x] = Float(level * (1 - 0.1 * Double(c))) }
            }
        }
        return image
    }
}
