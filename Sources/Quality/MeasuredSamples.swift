import Tensors

/// A picture as a protocol sees it: the rows of its measured planes as Float64 on 0...255, rounded, converted to
/// luma and without border, made one at a time so that memory does not grow with the picture.
struct MeasuredSamples {
    let image: PlanarImage
    let channels: MeasurementProtocol.Channels
    let border: Int
    let rounding: MeasurementProtocol.Rounding
    /// Channels without alpha: 1 or 3.
    let colourChannels: Int
    let planes: Int
    let height: Int
    let width: Int

    init(
        _ image: PlanarImage, channels: MeasurementProtocol.Channels, border: Int,
        rounding: MeasurementProtocol.Rounding
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
        planes = channels == .stored ? colourChannels : 1
        height = image.height - 2 * border
        width = image.width - 2 * border
    }

    /// Writes row `y` of `plane` (both without border) to `row`, `width` elements.
    func fill(_ row: UnsafeMutablePointer<Double>, plane: Int, y: Int) throws(QualityError) {
        switch channels {
        case .stored, .lumaPlane:
            try convert(plane, y, to: row)
        case .luma where colourChannels == 1:
            try convert(0, y, to: row)
            for x in 0..<width { row[x] = 16 + 219 * row[x] / 255 }
        case .luma:
            // 16 + (65.481 R + 128.553 G + 24.966 B) / 255, the weights of MATLAB's rgb2ycbcr.
            try convert(0, y, to: row)
            for x in 0..<width { row[x] = 65.481 * row[x] }
            try withUnsafeTemporaryRow(width) { (colour) throws(QualityError) in
                try convert(1, y, to: colour)
                for x in 0..<width { row[x] += 128.553 * colour[x] }
                try convert(2, y, to: colour)
                for x in 0..<width { row[x] += 24.966 * colour[x] }
            }
            for x in 0..<width { row[x] = row[x] / 255 + 16 }
        }
    }

    private func convert(_ channel: Int, _ y: Int, to row: UnsafeMutablePointer<Double>) throws(QualityError) {
        let source = image.view.row(channel, y + border) + border
        // A finite number times zero is zero; anything else is not a number, and stays so in the sum.
        var doubt: Float = 0
        for x in 0..<width { doubt += source[x] * 0 }
        if doubt != 0 {
            for x in 0..<width where !source[x].isFinite {
                throw .notFinite(channel: channel, row: y + border, column: x + border)
            }
        }
        switch rounding {
        case .none:
            for x in 0..<width { row[x] = Double(source[x]) * 255 }
        case .bits(let bits):
            let maximum = Float((1 << bits) - 1)
            let scale = 255 / Double(maximum)
            // floor(v * maximum + 0.5) by adding and taking away 2^23, where Float32 has no fraction left: there
            // is no vector instruction for floor on the x86-64 baseline. Holds up to 22 bits.
            let shift: Float = 8_388_608
            for x in 0..<width {
                let value = max(0, min(1, source[x])) * maximum + 0.5
                let nearest = (value + shift) - shift
                row[x] = Double(nearest > value ? nearest - 1 : nearest) * scale
            }
        }
        withExtendedLifetime(image) {}
    }
}

/// Calls `body` with uninitialised room for `count` numbers, freed afterwards.
func withUnsafeTemporaryRow(
    _ count: Int, _ body: (UnsafeMutablePointer<Double>) throws(QualityError) -> Void
) throws(QualityError) {
    let row = AlignedBuffer<Double>(repeating: 0, count: count)
    try body(row.base)
    withExtendedLifetime(row) {}
}
