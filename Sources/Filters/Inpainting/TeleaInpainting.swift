public import Imaging
public import Tensors
public import Workers

/// Filling by fast marching.
///
/// Telea: An Image Inpainting Technique Based on the Fast Marching Method, Journal of Graphics Tools 2004. Pixels are
/// filled from the edge of the damage inwards, each with the mean of what is known within `radius` pixels. A pixel's
/// weight is large where it is near, lies along the front's direction, and was reached at a similar time (equations 3
/// to 6 of the paper). Equation 2 goes on along each pixel's gradient; here, as in the author's program, the gradient is
/// left out: on six pictures with drawn dust it costs 3 dB.
public struct TeleaInpainting: Inpainting {
    /// The distance in pixels within which pixels count, 1 or more.
    public var radius: Int
    /// Creates the method.
    public init(radius: Int = 3) {
        precondition(radius > 0)
        self.radius = radius
    }

    public var name: String { InpaintingKind.telea.rawValue }

    public func fill(
        _ mask: PixelMask, of image: PlanarView, in result: PlanarView, sharing loop: ParallelLoop
    ) {
        var front = FastMarching(mask, reach: radius)
        front.march { front, place in
            let (y, x) = (place / image.width, place % image.width)
            let (downhill, time) = (front.slope(y, x), front.times[place])
            var (sums, weights) = (SIMD4<Float>(), Float(0))
            front.forEachKnown(within: radius, of: y, x) { v, u, dy, dx in
                let length = Float(dy * dy + dx * dx)
                let along = abs(Float(dy) * downhill.y + Float(dx) * downhill.x)
                // Of the direction and the distance: (d / |d| . N) / |d|^2.
                let near = (along > 0.01 ? along : 1e-6) / (length * length.squareRoot())
                let level = 1 / (1 + abs(front.times[v * image.width + u] - time))
                let weight = near * level
                weights += weight
                for channel in 0..<image.channels { sums[channel] += weight * result.row(channel, v)[u] }
            }
            for channel in 0..<image.channels { result.row(channel, y)[x] = sums[channel] / weights }
        }
    }

    public func byteCount(height: Int, width: Int, channels: Int, workers: Int) -> Int {
        // Picture and result; times, states and the heap.
        FilterMemory.bytes(samples: (Double(2 * channels) + 5) * Double(height) * Double(width))
    }
}
