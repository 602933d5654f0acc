public import Tensors

/// A measure, without a reference, of how much a picture's samples jump at the edges of a lattice of 8x8 blocks.
///
/// The measure is the mean absolute difference of neighbours across the lattice's edges divided by that of the others,
/// the mean of rows and columns, on luma: about 1 for a picture without blocks. All 64 positions of the lattice are
/// tried, since a picture may have been cropped; the strongest position of an unblocked one therefore lies a little
/// above 1.
public struct Blockiness: Sendable, Equatable {
    /// The ratio at the strongest position of the lattice.
    public let value: Double
    /// The column, 0...7, in which blocks begin at that position; 0 for a JPEG file that was not cropped.
    public let column: Int
    /// The row, 0...7, in which blocks begin at that position; 0 for a JPEG file that was not cropped.
    public let row: Int

    /// Measures `image`, 1 to 4 channels in 0...1; nil where a side is below 16 pixels, or where all samples are equal
    /// along rows or along columns.
    ///
    /// - Throws: `QualityError` for samples that are no numbers.
    public init?(of image: PlanarImage) throws(QualityError) {
        let samples = try MeasuredSamples(
            image, channels: image.channels <= 2 ? .lumaPlane : .luma, border: 0, rounding: .none, peak: 255)
        guard samples.height >= 16, samples.width >= 16 else { return nil }
        let boundaries = try BlockBoundaries(samples)
        guard let across = Self.strongest(boundaries.horizontal), let down = Self.strongest(boundaries.vertical) else {
            return nil
        }
        value = (across.ratio + down.ratio) / 2
        column = (across.place + 1) % 8
        row = (down.place + 1) % 8
    }

    private static func strongest(_ places: BlockBoundaries.Places) -> (place: Int, ratio: Double)? {
        let (sum, count) = (places.absolute.reduce(0, +), places.counts.reduce(0, +))
        var best: (place: Int, ratio: Double)?
        for place in 0..<8 {
            let others = (sum - places.absolute[place]) / Double(count - places.counts[place])
            guard others > 0 else { continue }
            let ratio = places.absolute[place] / Double(places.counts[place]) / others
            if ratio > best?.ratio ?? 0 { best = (place, ratio) }
        }
        return best
    }
}
