import Tensors

/// The estimate of Immerkaer (Fast Noise Variance Estimation, 1996): the mean absolute response to the difference of
/// two Laplacians, which is sigma times 6 sqrt(2/pi) for white noise, over all pixels but the outermost.
enum ImmerkaerEstimate {
    /// Returns the root mean square of the channels' estimates, on the scale of the samples; 0 where a side is below 3.
    static func sigma(of image: PlanarImage) -> Double {
        guard image.width >= 3, image.height >= 3, image.channels > 0 else { return 0 }
        var squares = 0.0
        for channel in 0..<image.channels {
            var sum = 0.0
            for y in 1..<image.height - 1 {
                let (a, b, c) = (
                    image.view.row(channel, y - 1), image.view.row(channel, y), image.view.row(channel, y + 1)
                )
                var lanes = SIMD8<Float>()
                var x = 0
                func eight(_ row: UnsafeMutablePointer<Float>, _ x: Int) -> SIMD8<Float> {
                    UnsafeRawPointer(row + x).loadUnaligned(as: SIMD8<Float>.self)
                }
                while x + 10 <= image.width {
                    let corners = eight(a, x) + eight(a, x + 2) + eight(c, x) + eight(c, x + 2)
                    let sides = eight(a, x + 1) + eight(b, x) + eight(b, x + 2) + eight(c, x + 1)
                    let response = corners - 2 * sides + 4 * eight(b, x + 1)
                    lanes += response.replacing(with: -response, where: response .< 0)
                    x += 8
                }
                sum += Double(lanes.sum())
                while x + 2 < image.width {
                    let corners = a[x] + a[x + 2] + c[x] + c[x + 2]
                    let sides = a[x + 1] + b[x] + b[x + 2] + c[x + 1]
                    sum += Double(abs(corners - 2 * sides + 4 * b[x + 1]))
                    x += 1
                }
            }
            let sigma = (Double.pi / 2).squareRoot() / 6 * sum / Double((image.width - 2) * (image.height - 2))
            squares += sigma * sigma
        }
        return (squares / Double(image.channels)).squareRoot()
    }
}
