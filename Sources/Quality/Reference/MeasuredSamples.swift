import Kernels
import Tensors

/// A picture as a protocol sees it: rows of its measured planes as levels of 0...`peak` in Float32, rounded, converted
/// to luma and without border, made piece by piece so that memory does not grow with the picture.
struct MeasuredSamples: Sendable {
    let image: PlanarImage
    let channels: MeasurementProtocol.Channels
    let border: Int
    let rounding: MeasurementProtocol.Rounding
    /// The level that a sample of 1 becomes, see `Comparison`.
    let peak: Float
    /// The level of white, for constants that are shares of the range.
    let unit: Float
    /// The number of channels without alpha, 1 or 3.
    let colourChannels: Int
    let planes: Int
    let height: Int
    let width: Int
    let measures = RowMeasures()

    init(
        _ image: PlanarImage, channels: MeasurementProtocol.Channels, border: Int,
        rounding: MeasurementProtocol.Rounding, peak: Float
    ) throws(QualityError) {
        // The second or fourth channel is alpha: it is carried, not restored, and not measured.
        switch image.channels {
        case 1, 2: colourChannels = 1
        case 3, 4: colourChannels = 3
        default: throw .channels(found: image.channels)
        }
        guard border >= 0, image.height > 2 * border, image.width > 2 * border else {
            throw .border(width: image.width, height: image.height, border: border)
        }
        self.image = image
        self.channels = channels
        self.border = border
        self.rounding = rounding
        self.peak = peak
        unit = peak
        planes = channels == .stored ? colourChannels : 1
        height = image.height - 2 * border
        width = image.width - 2 * border
    }

    /// Creates planes of levels in 0...`unit` that are measured as they are.
    init(levels plane: PlanarImage, unit: Float) {
        self.unit = unit
        image = plane
        channels = .stored
        border = 0
        rounding = .none
        peak = 1
        colourChannels = plane.channels
        planes = plane.channels
        height = plane.height
        width = plane.width
    }

    /// Writes `columns` of row `y` of `plane` (without border) to `row`.
    func fill(
        _ row: UnsafeMutablePointer<Float>, plane: Int, y: Int, columns: Range<Int>
    ) throws(QualityError) {
        switch channels {
        case .stored, .lumaPlane:
            try convert(plane, y, columns, to: row)
        case .luma where colourChannels == 1:
            try convert(0, y, columns, to: row)
            let (scale, offset) = (Float(219.0 / 255), peak * (16 / 255))
            for x in 0..<columns.count { row[x] = scale * row[x] + offset }
        case .luma:
            let count = columns.count
            let colours = AlignedBuffer<Float>(repeating: 0, count: 3 * count)
            for channel in 0..<3 { try convert(channel, y, columns, to: colours.base + channel * count) }
            measures.weigh(
                colours.base, colours.base + count, colours.base + 2 * count, by: SIMD3(Luma.weights / 255),
                offset: peak * (16 / 255), to: row, count: count)
            withExtendedLifetime(colours) {}
        }
    }

    private func convert(
        _ channel: Int, _ y: Int, _ columns: Range<Int>, to row: UnsafeMutablePointer<Float>
    ) throws(QualityError) {
        let first = columns.lowerBound + border
        let source = image.view.row(channel, y + border) + first
        let isFinite: Bool
        switch rounding {
        case .none:
            isFinite = measures.levels(
                of: source, to: row, count: columns.count, maximum: peak, rounds: false, ahead: image.view.rowStride)
        case .bits(let bits):
            let maximum = Float((1 << bits) - 1)
            isFinite = measures.levels(
                of: source, to: row, count: columns.count, maximum: maximum, rounds: true, ahead: image.view.rowStride)
            if maximum != peak {
                for x in 0..<columns.count { row[x] *= peak / maximum }
            }
        }
        if !isFinite {
            for x in 0..<columns.count where !source[x].isFinite {
                throw .notFinite(channel: channel, row: y + border, column: first + x)
            }
        }
        withExtendedLifetime(image) {}
    }
}
