public import Tensors

/// The luma of BT.601 in studio range, as MATLAB's `rgb2ycbcr` makes it of 8-bit RGB.
public enum Luma {
    /// Y of `image` (RGB samples in 0...1, rounded to 8 bits first) on 0...1, so that black is 16/255; a grey picture
    /// is taken as luma already, as benchmarks do with grey files.
    ///
    /// - Parameter rounded: whether Y is rounded to 8 bits, as MATLAB does for pictures of integers.
    /// - Throws: `QualityError` for channels that are neither grey nor RGB and for samples that are no numbers.
    public static func plane(of image: PlanarImage, rounded: Bool) throws(QualityError) -> PlanarImage {
        let channels: MeasurementProtocol.Channels = image.channels <= 2 ? .lumaPlane : .luma
        let samples = try MeasuredSamples(image, channels: channels, border: 0, rounding: .bits(8))
        let plane = PlanarImage(channels: 1, height: image.height, width: image.width)
        try withUnsafeTemporaryRow(image.width) { (row) throws(QualityError) in
            for y in 0..<image.height {
                try samples.fill(row, plane: 0, y: y)
                let output = plane.view.row(0, y)
                for x in 0..<image.width {
                    // Y is positive: truncation is floor.
                    output[x] = Float((rounded ? Double(Int(row[x] + 0.5)) : row[x]) / 255)
                }
            }
        }
        return plane
    }
}
