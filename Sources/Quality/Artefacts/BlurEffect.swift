public import Tensors

/// A measure, without a reference, of how blurred a picture looks: 0 is sharp, 1 blurred.
///
/// The effect of Crete, Dolmiere, Ladret and Nicolas (The blur effect, 2007) is the share of its gradients that a
/// picture keeps when it is blurred by a box of 11; a sharp one loses much. The implementation follows scikit-image's
/// `blur_effect`, with Sobel's gradients and the worse of the two directions, on luma. Noise counts as sharpness, so
/// the effect does not compare pictures of different noise.
public enum BlurEffect {
    /// The distance in pixels to the farthest sample of a blurred gradient: half of the box, and one for the gradient.
    private static let reach = 6

    /// The effect on `image` (1 to 4 channels in 0...1); nil for pictures of one level, and where a side is below 13.
    ///
    /// - Throws: `QualityError` for samples that are no numbers.
    public static func value(of image: PlanarImage) throws(QualityError) -> Double? {
        let samples = try MeasuredSamples(
            image, channels: image.channels <= 2 ? .lumaPlane : .luma, border: 0, rounding: .none, peak: 255)
        guard samples.height > 2 * reach, samples.width > 2 * reach else { return nil }
        let values = [try alongRows(samples), try alongColumns(samples)].compactMap(\.self)
        return values.max()
    }

    /// The sums of the gradients and of the parts that blurring takes from them.
    private struct Loss {
        var whole = 0.0
        var lost = 0.0

        var effect: Double? { whole > 0 ? abs(whole - lost) / whole : nil }

        /// Adds a row, from the five rows or shifts of one that gradient and blurred gradient are differences of.
        mutating func add(
            _ before: UnsafePointer<Float>, _ after: UnsafePointer<Float>,
            far: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>), count: Int
        ) {
            let (first, second, third, fourth) = far
            var (gradients, losses) = (SIMD8<Float>(), SIMD8<Float>())
            func lanes(_ row: UnsafePointer<Float>, _ x: Int) -> SIMD8<Float> {
                UnsafeRawPointer(row + x).loadUnaligned(as: SIMD8<Float>.self)
            }
            func size(_ value: SIMD8<Float>) -> SIMD8<Float> { value.replacing(with: -value, where: value .< 0) }
            var x = 0
            while x + 8 <= count {
                let sharp = size(lanes(after, x) - lanes(before, x))
                let soft = size(lanes(third, x) + lanes(fourth, x) - lanes(first, x) - lanes(second, x)) * (1 / 11)
                gradients += sharp
                losses += (sharp - soft).replacing(with: 0, where: sharp .< soft)
                x += 8
            }
            whole += Double(gradients.sum())
            lost += Double(losses.sum())
            while x < count {
                let sharp = abs(after[x] - before[x])
                whole += Double(sharp)
                lost += Double(max(0, sharp - abs(third[x] + fourth[x] - first[x] - second[x]) / 11))
                x += 1
            }
        }
    }

    /// The gradient along rows, from columns weighted 1, 2, 1.
    private static func alongRows(_ samples: MeasuredSamples) throws(QualityError) -> Double? {
        let (height, width) = (samples.height, samples.width)
        let rows = PlanarImage(channels: 1, height: 4, width: width + 2 * reach)
        var loss = Loss()
        for y in 0..<height {
            try samples.fill(rows.view.row(0, y % 3), plane: 0, y: y, columns: 0..<width)
            // The middle row is y - 1; scikit-image leaves out two rows at the top and one at the bottom.
            guard y >= 3 else { continue }
            let (a, b, c) = (rows.view.row(0, (y - 2) % 3), rows.view.row(0, (y - 1) % 3), rows.view.row(0, y % 3))
            let sum = rows.view.row(0, 3) + reach
            for x in 0..<width { sum[x] = a[x] + 2 * b[x] + c[x] }
            for x in 0..<reach {
                sum[-1 - x] = sum[x]
                sum[width + x] = sum[width - 1 - x]
            }
            let row = UnsafePointer(sum)
            loss.add(row + 1, row + 3, far: (row - 4, row - 3, row + 7, row + 8), count: width - 3)
        }
        return loss.effect
    }

    /// The gradient along columns, from rows weighted 1, 2, 1.
    private static func alongColumns(_ samples: MeasuredSamples) throws(QualityError) -> Double? {
        let (height, width) = (samples.height, samples.width)
        let count = 2 * reach + 1
        let rows = PlanarImage(channels: 1, height: count + 1, width: width)
        var loss = Loss()
        /// The summed row of a row of the picture, mirrored at its edges.
        func row(_ y: Int) -> UnsafePointer<Float> {
            let inside = y < 0 ? -1 - y : y >= height ? 2 * height - 1 - y : y
            return UnsafePointer(rows.view.row(0, inside % count) + 2)
        }
        for last in 0..<height + reach {
            if last < height {
                let (source, sum) = (rows.view.row(0, count), rows.view.row(0, last % count))
                try samples.fill(source, plane: 0, y: last, columns: 0..<width)
                for x in 1..<width - 1 { sum[x] = source[x - 1] + 2 * source[x] + source[x + 1] }
            }
            let y = last - reach
            guard y >= 2, y < height - 1 else { continue }
            loss.add(
                row(y - 1), row(y + 1), far: (row(y - 6), row(y - 5), row(y + 5), row(y + 6)), count: width - 3)
        }
        return loss.effect
    }
}
