public import Tensors

/// The luma of BT.601 in studio range, as MATLAB's `rgb2ycbcr` makes it of 8-bit RGB.
public enum Luma {
    /// The weights of 65.481 R + 128.553 G + 24.966 B, for R, G, B in 0...1, to which 16 are added: Y on 0...255.
    static let weights = SIMD3<Double>(65.481, 128.553, 24.966)

    /// Returns Y of `image` (RGB samples in 0...1, rounded to 8 bits first) on 0...1, so that black is 16/255; a grey
    /// picture is taken as luma already, as benchmarks do with grey files.
    ///
    /// - Parameter rounded: true to round Y to 8 bits, as MATLAB does for pictures of integers.
    /// - Throws: `QualityError` for channels that are neither grey nor RGB and for samples that are no numbers.
    public static func plane(of image: PlanarImage, rounded: Bool) throws(QualityError) -> PlanarImage {
        let samples = try MeasuredSamples(image, channels: .stored, border: 0, rounding: .bits(8), peak: 255)
        let plane = PlanarImage(channels: 1, height: image.height, width: image.width)
        let colours = PlanarImage(channels: samples.planes, height: 1, width: image.width)
        for y in 0..<image.height {
            for c in 0..<samples.planes {
                try samples.fill(colours.view.row(c, 0), plane: c, y: y, columns: 0..<image.width)
            }
            let row = plane.view.row(0, y)
            guard samples.planes == 3 else {
                for x in 0..<image.width { row[x] = colours.view.row(0, 0)[x] / 255 }
                continue
            }
            let (red, green, blue) = (colours.view.row(0, 0), colours.view.row(1, 0), colours.view.row(2, 0))
            for x in 0..<image.width {
                let sum = weights.x * Double(red[x]) + weights.y * Double(green[x]) + weights.z * Double(blue[x])
                let luma = sum / 255 + 16
                // Y is positive: truncation is floor. In Float64, so that no half is rounded the wrong way.
                row[x] = Float((rounded ? Double(Int(luma + 0.5)) : luma) / 255)
            }
        }
        return plane
    }

    /// Returns Y as JPEG stores it, full range on 0...255 and not rounded, for the 8 pixels from `column` on; a grey
    /// picture is taken as luma already.
    static func levels(of image: PlanarImage, row: Int, column: Int) -> SIMD8<Double> {
        var levels = SIMD8<Double>()
        let view = image.view
        if image.channels < 3 {
            let row = view.row(0, row) + column
            for x in 0..<8 { levels[x] = 255 * Double(row[x]) }
        } else {
            let (red, green, blue) = (view.row(0, row), view.row(1, row), view.row(2, row))
            for x in 0..<8 {
                levels[x] =
                    fullRange.x * Double(red[column + x]) + fullRange.y * Double(green[column + x])
                    + fullRange.z * Double(blue[column + x])
            }
        }
        withExtendedLifetime(image) {}
        return levels
    }

    private static let fullRange = weights * (255.0 / 219)
}
