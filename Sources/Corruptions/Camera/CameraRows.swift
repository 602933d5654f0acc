import Tensors

/// A picture on its way through the camera, row by row: at any time there are as many rows as the filters read.
///
/// Rows of the field of noise are counted from its own top, `margin` rows above the picture's.
struct CameraRows {
    /// The weights of the channels in the luma.
    static let (red, green, blue) = (0.299, 0.587, 0.114)

    private let source: PlanarView
    private let sensor: CameraSensor
    private let curve: ToneCurve
    private let demosaicing: CameraNoise.Demosaicing
    private let filters: CameraFilters
    private let phaseX: Int
    private let phaseY: Int
    /// The rows and columns around the picture that the filters and the demosaicing need.
    private let margin: Int
    private let isGrey: Bool
    /// Noise on raw values, the last five rows, with the margin.
    private let raw: PlanarImage
    /// Light of the clean picture, the last five rows for each channel, with the margin.
    private let light: PlanarImage
    /// One row of red, green and blue noise without the demosaicing's margin, and one to work in.
    private let colours: PlanarImage
    /// Luma noise, red minus luma and blue minus luma, blurred along rows: as many rows as the widest filter has.
    private let blurred: PlanarImage

    init(
        of source: PlanarView, sensor: CameraSensor, curve: ToneCurve, demosaicing: CameraNoise.Demosaicing,
        filters: CameraFilters, phaseX: Int, phaseY: Int
    ) {
        self.source = source
        self.sensor = sensor
        self.curve = curve
        self.demosaicing = demosaicing
        self.filters = filters
        self.phaseX = phaseX
        self.phaseY = phaseY
        isGrey = source.channels != 3
        margin = filters.radius + CameraNoise.Demosaicing.radius
        let width = source.width + 2 * margin
        raw = PlanarImage(channels: 1, height: 5, width: width)
        light = PlanarImage(channels: isGrey ? 1 : 3, height: 5, width: width)
        colours = PlanarImage(channels: 3, height: 2, width: width)
        blurred = PlanarImage(channels: isGrey ? 1 : 3, height: 2 * filters.radius + 1, width: source.width)
    }

    /// Writes the picture with noise to `target`, which may be the source: a row is written after the last time that it
    /// is read.
    func addNoise(to target: PlanarView, random: inout some RandomNumbers) {
        let radius = filters.radius
        for row in 0..<source.height + 2 * margin {
            random.fillNormal(raw.view.cropped(rows: row % 5..<row % 5 + 1, columns: 0..<raw.width))
            expose(row)
            guard row >= 4 else { continue }
            develop(row - 2)
            let done = row - 4 - 2 * radius
            if done >= 0 { add(done, to: target) }
        }
    }

    /// Makes noise on raw values of the normal numbers in a row of the field.
    private func expose(_ row: Int) {
        let y = max(0, min(source.height - 1, row - margin))
        let width = raw.width
        for c in 0..<light.channels {
            let lights = light.view.row(c, row % 5)
            curve.writeLights(of: source.row(c, y), to: lights + margin, count: source.width)
            let (first, last) = (lights[margin], lights[margin + source.width - 1])
            for x in 0..<margin {
                lights[x] = first
                lights[margin + source.width + x] = last
            }
        }
        let noise = raw.view.row(0, row % 5)
        let (shot, read) = (Float(filters.shot), Float(filters.read))
        let (red, green, blue) = channels { light.view.row($0, row % 5) }
        for column in 0..<2 {
            let seen = (column + phaseX) & 1 + (row + phaseY) & 1
            let m = (0..<3).map { Float(sensor.exposing[3 * seen + $0]) }
            let (m0, m1, m2) = (m[0], m[1], m[2])
            for x in stride(from: column, to: width, by: 2) {
                let value = max(0, m0 * red[x] + m1 * green[x] + m2 * blue[x])
                noise[x] *= (shot * value + read).squareRoot()
            }
        }
    }

    /// Takes the noise of a row of the field through demosaicing, colours, tone curve and the blur along rows.
    private func develop(_ row: Int) {
        let count = source.width + 2 * filters.radius
        let rows = (-2...2).map { raw.view.row(0, (row + $0) % 5) }
        let (red, green, blue) = (colours.view.row(0, 0), colours.view.row(1, 0), colours.view.row(2, 0))
        demosaicing.write(
            rows, phaseY: (row + phaseY) & 1, phaseX: phaseX & 1, red: red, green: green, blue: blue, count: count)
        let m = sensor.developing.map(Float.init)
        let (m0, m1, m2, m3, m4, m5, m6, m7, m8) = (m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8])
        for x in 0..<count {
            let (r, g, b) = (red[x], green[x], blue[x])
            red[x] = m0 * r + m1 * g + m2 * b
            green[x] = m3 * r + m4 * g + m5 * b
            blue[x] = m6 * r + m7 * g + m8 * b
        }
        let lights = channels { light.view.row($0, row % 5) + CameraNoise.Demosaicing.radius }
        curve.bend(red, at: lights.0, count: count)
        curve.bend(green, at: lights.1, count: count)
        curve.bend(blue, at: lights.2, count: count)
        let luma = colours.view.row(0, 1)
        let (red1, green1, blue1) = (Float(Self.red), Float(Self.green), Float(Self.blue))
        for x in 0..<count {
            luma[x] = red1 * red[x] + green1 * green[x] + blue1 * blue[x]
            red[x] -= luma[x]
            blue[x] -= luma[x]
        }
        let place = (row - CameraNoise.Demosaicing.radius) % blurred.height
        blur(luma, with: filters.luma, to: blurred.view.row(0, place))
        if !isGrey {
            blur(red, with: filters.chroma, to: blurred.view.row(1, place))
            blur(blue, with: filters.chroma, to: blurred.view.row(2, place))
        }
    }

    private func blur(
        _ values: UnsafeMutablePointer<Float>, with weights: [Float], to sums: UnsafeMutablePointer<Float>
    ) {
        let first = values + filters.radius - weights.count / 2
        let width = source.width
        for x in 0..<width { sums[x] = weights[0] * first[x] }
        for k in 1..<max(1, weights.count) {
            let weight = weights[k]
            for x in 0..<width { sums[x] += weight * first[x + k] }
        }
    }

    /// Blurs along columns and adds the noise to row `y` of the picture.
    private func add(_ y: Int, to target: PlanarView) {
        let luma = colours.view.row(0, 1)
        sum(0, at: y, weights: filters.luma, gain: filters.lumaGain, to: luma)
        let width = source.width
        if isGrey {
            for c in 0..<source.channels {
                let (from, to) = (source.row(c, y), target.row(c, y))
                for x in 0..<width { to[x] = from[x] + luma[x] }
            }
            return
        }
        let (red, blue) = (colours.view.row(1, 1), colours.view.row(2, 1))
        sum(1, at: y, weights: filters.chroma, gain: filters.chromaGain, to: red)
        sum(2, at: y, weights: filters.chroma, gain: filters.chromaGain, to: blue)
        // The luma of the colour noise is 0, so green follows from the others.
        let (ofRed, ofBlue) = (Float(-Self.red / Self.green), Float(-Self.blue / Self.green))
        let (from0, from1, from2) = (source.row(0, y), source.row(1, y), source.row(2, y))
        let (to0, to1, to2) = (target.row(0, y), target.row(1, y), target.row(2, y))
        for x in 0..<width {
            to0[x] = from0[x] + (luma[x] + red[x])
            to1[x] = from1[x] + (luma[x] + (ofRed * red[x] + ofBlue * blue[x]))
            to2[x] = from2[x] + (luma[x] + blue[x])
        }
    }

    /// The sums along columns of a field that was blurred along rows, around row `y` of the picture.
    private func sum(
        _ field: Int, at y: Int, weights: [Float], gain: Float, to sums: UnsafeMutablePointer<Float>
    ) {
        let first = y + filters.radius - weights.count / 2
        let width = source.width
        for x in 0..<width { sums[x] = 0 }
        for k in weights.indices {
            let weight = gain * weights[k]
            let row = blurred.view.row(field, (first + k) % blurred.height)
            for x in 0..<width { sums[x] += weight * row[x] }
        }
    }

    /// Something of each of the three channels; of grey pictures three times of the only one.
    private func channels<T>(_ value: (Int) -> T) -> (T, T, T) {
        let last = light.channels - 1
        return (value(0), value(min(1, last)), value(min(2, last)))
    }
}
