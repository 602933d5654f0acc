import Tensors

/// A scratch along the run of the film: nearly straight, nearly vertical, broken here and there.
struct FilmScratch {
    private let position: Double
    /// Columns a row.
    private let slope: Double
    private let halfWidth: Float
    private let grey: Float
    /// At rows `spacing` apart; under 0 the scratch is interrupted.
    private let opacities: [Float]
    private let spacing: Double

    /// A scratch within 30 columns of `middle`, on a frame of `height` x `width`.
    init(near middle: Double, height: Int, width: Int, random: inout some RandomNumbers) {
        // What would lie beside the frame comes in at its other side, so that every column has the same share.
        let wished = middle + random.uniform(in: -30...30)
        position = wished - (wished / Double(width)).rounded(.down) * Double(width)
        slope = random.uniform(in: -0.03...0.03)
        halfWidth = Float(random.uniform(in: 0.25...1))
        grey = FilmDirt.grey(&random)
        let opacity = random.uniform(in: 0.1...0.7)
        // From scratches of a few rows to those that run through the frame.
        let root = random.uniform()
        spacing = 10 + 90 * root * root
        var opacities: [Float] = []
        for _ in 0..<Int(Double(height) / spacing) + 2 {
            opacities.append(Float(random.uniform(in: -0.3...1) * opacity))
        }
        self.opacities = opacities
    }

    func paint(on frame: PlanarView) {
        for y in 0..<frame.height {
            let at = Double(y) / spacing
            let knot = min(Int(at), opacities.count - 2)
            let part = Float(at - Double(knot))
            let opacity = opacities[knot] + (opacities[knot + 1] - opacities[knot]) * part
            guard opacity > 0 else { continue }
            let centre = Float(position + slope * Double(y))
            let (first, last) = (Int((centre - halfWidth - 0.5).rounded(.up)), Int(centre + halfWidth + 0.5))
            guard first < frame.width, last >= 0 else { continue }
            let row = frame.row(0, y)
            for x in max(0, first)..<min(frame.width, last + 1) {
                let share = max(0, min(1, halfWidth + 0.5 - abs(Float(x) - centre))) * opacity
                row[x] += (grey - row[x]) * share
            }
        }
    }
}

/// Fine streaks of brightness along the run of the film, each column's own, that change slowly from row to row.
enum FilmStreaks {
    /// Rows between two independent values of a column.
    private static let spacing = 16

    static func add(to frame: PlanarView, deviation: Float, random: inout some RandomNumbers) {
        let knots = PlanarImage(channels: 1, height: max(2, frame.height / spacing + 1), width: frame.width)
        random.fillNormal(knots.view)
        for y in 0..<frame.height {
            let at = min(Float(y) / Float(spacing), Float(knots.height - 1))
            let knot = min(Int(at), knots.height - 2)
            let (upper, lower, row) = (knots.view.row(0, knot), knots.view.row(0, knot + 1), frame.row(0, y))
            let lowerShare = (at - Float(knot)) * deviation
            let upperShare = deviation - lowerShare
            for x in 0..<frame.width { row[x] += upper[x] * upperShare + lower[x] * lowerShare }
        }
        withExtendedLifetime(knots) {}
    }
}
