public import Imaging
public import Tensors
public import Workers

/// Filling that carries isophotes, the lines of equal brightness, on into the damage.
///
/// Bertalmio, Bertozzi and Sapiro (Navier-Stokes, Fluid Dynamics, and Image and Video Inpainting, CVPR 2001) take
/// brightness for a fluid's stream function, so that it flows along isophotes. They solve the equation step by step in
/// time; here, as in OpenCV's function of this name, one pass in the order of fast marching stands for it: a pixel
/// becomes the mean of what is known within `radius` pixels, each weighted by how near it is and how well its isophote
/// points at the pixel.
public struct NavierStokesInpainting: Inpainting {
    /// The distance in pixels within which pixels count, 1 or more.
    public var radius: Int

    /// Creates the method.
    public init(radius: Int = 3) {
        precondition(radius > 0)
        self.radius = radius
    }

    public var name: String { InpaintingKind.navierStokes.rawValue }

    public func fill(
        _ mask: PixelMask, of image: PlanarView, in result: PlanarView, sharing loop: ParallelLoop
    ) {
        var front = FastMarching(mask, reach: radius)
        front.march { front, place in
            let (y, x) = (place / image.width, place % image.width)
            for channel in 0..<image.channels {
                var (sum, weights) = (Float(0), Float(0))
                front.forEachKnown(within: radius, of: y, x) { v, u, dy, dx in
                    let change = Self.change(result, channel, v, u, front)
                    let length = Float(dy * dy + dx * dx)
                    // The isophote is the gradient turned by a right angle.
                    let along = abs(Float(dy) * change.x - Float(dx) * change.y)
                    let steepness = change.y * change.y + change.x * change.x
                    let points = along > Self.least ? along / (length * steepness).squareRoot() : 1e-6
                    let weight = points / (length * length + 1)
                    weights += weight
                    sum += weight * result.row(channel, v)[u]
                }
                result.row(channel, y)[x] = sum / weights
            }
        }
    }

    /// Below a hundredth of an 8-bit step a change has no direction.
    private static let least: Float = 0.01 / 255

    /// The change of one channel at a pixel with a value, downwards and to the right: the sum of the sizes of both
    /// differences, which fine texture does not cancel, or twice the one that is known.
    private static func change(
        _ image: PlanarView, _ channel: Int, _ y: Int, _ x: Int, _ front: FastMarching
    ) -> (y: Float, x: Float) {
        let here = image.row(channel, y)[x]
        func difference(_ v: Int, _ u: Int) -> Float? {
            guard v >= 0, v < image.height, u >= 0, u < image.width, !front.isInside[v * image.width + u] else {
                return nil
            }
            return abs(image.row(channel, v)[u] - here)
        }
        func sum(_ a: Float?, _ b: Float?) -> Float { (a ?? b ?? 0) + (b ?? a ?? 0) }
        return (
            sum(difference(y - 1, x), difference(y + 1, x)), sum(difference(y, x - 1), difference(y, x + 1))
        )
    }

    public func byteCount(height: Int, width: Int, channels: Int, workers: Int) -> Int {
        TeleaInpainting(radius: radius).byteCount(height: height, width: width, channels: channels, workers: workers)
    }
}
