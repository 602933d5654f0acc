import Tensors

/// A change of a patch's colours, so that a network sees colours that are rare in its pictures: channels exchanged, the
/// hue turned, or both. Grey, black and white do not change, and no sample leaves 0...1.
struct HueTurn {
    /// The indices of the channels that red, green and blue are taken from.
    private let order: (Int, Int, Int)
    /// The angle of the turn in sixths of the hue circle, 0..<6.
    private let sixths: Float

    private static let orders = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]

    /// Samples one of the six orders of channels; half of the exchanges, and all of those that exchange nothing, turn
    /// the hue too.
    init(random: inout RandomStream) {
        let index = random.integer(below: 6)
        order = Self.orders[index]
        sixths = index == 0 || random.uniform() < 0.5 ? Float(6 * random.uniform()) : 0
    }

    func apply(to patch: PlanarView) {
        guard patch.channels == 3 else { return }
        for y in 0..<patch.height {
            let rows = (patch.row(0, y), patch.row(1, y), patch.row(2, y))
            for x in 0..<patch.width {
                let old = SIMD3(rows.0[x], rows.1[x], rows.2[x])
                (rows.0[x], rows.1[x], rows.2[x]) = (old[order.0], old[order.1], old[order.2])
            }
            if sixths > 0 { turn(rows, count: patch.width) }
        }
    }

    /// Turns the hue along the hexagon of hues: the largest and the smallest of a pixel's samples keep their values.
    private func turn(
        _ rows: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>), count: Int
    ) {
        for x in 0..<count {
            let (red, green, blue) = (rows.0[x], rows.1[x], rows.2[x])
            let (high, low) = (max(red, green, blue), min(red, green, blue))
            let chroma = high - low
            guard chroma > 0 else { continue }
            var hue =
                high == red
                ? (green - blue) / chroma : high == green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma
            hue += sixths
            // The distance of the channel's own hue around the circle of six decides its sample.
            func sample(_ middle: Float) -> Float {
                var distance = abs(hue - middle)
                while distance > 3 { distance = abs(distance - 6) }
                return low + chroma * max(0, min(1, 2 - distance))
            }
            (rows.0[x], rows.1[x], rows.2[x]) = (sample(0), sample(2), sample(4))
        }
    }
}

extension PlanarView {
    /// Multiplies the distance of the colours of a patch from grey by `factor`, clamped to 0...1; grey does not change.
    func saturate(by factor: Float) {
        guard channels == 3 else { return }
        for y in 0..<height {
            let (red, green, blue) = (row(0, y), row(1, y), row(2, y))
            for x in 0..<width {
                let luma = 0.299 * red[x] + 0.587 * green[x] + 0.114 * blue[x]
                guard red[x] != green[x] || green[x] != blue[x] else { continue }
                red[x] = max(0, min(1, luma + factor * (red[x] - luma)))
                green[x] = max(0, min(1, luma + factor * (green[x] - luma)))
                blue[x] = max(0, min(1, luma + factor * (blue[x] - luma)))
            }
        }
    }
}
