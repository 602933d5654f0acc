import Tensors

/// Judges what goes out beside what came in, in parts of 16x16 pixels that begin at the picture's first pixel; in those
/// at the right and bottom edges, what is there of them.
///
/// Bounds of a part, C being the deviation of its noise as ``ResidualBounds`` have it (JPEG's rounding counted as
/// noise):
///
/// | what | bound |
/// |---|---|
/// | mean of a channel | 2.5 levels, the slack of local means, and 0.9 C; in flat parts 2 levels at most |
/// | difference of two channels' means | 1.25 times that |
/// | contrast | residual of 2 levels and 3 C, of which less than a quarter of the variance is left |
/// | neutral parts | 2.5 levels between channels where 1.5 were |
///
/// A part is flat where it varies by less than one level: there is nothing to restore, and rounding a JPEG's steps moves
/// the mean of such a part by 0.8 levels at quality 85. Measured: white noise moves a mean by C / 4 at most once in 30,000 parts, camera noise and grain by C / 2; noise
/// taken off whole is C; JPEG stores grey within 1 level.
///
/// Cost: about 12 operations a sample; memory for the sums of one row of parts.
final class PartJudge {
    static let side = 16

    /// The sums over one part.
    private struct Sums {
        var count: Float = 0
        var before: SIMD4<Float> = .zero
        var after: SIMD4<Float> = .zero
        var squareBefore: Float = 0
        var squareAfter: Float = 0
        var squareResidual: Float = 0
        var spreadBefore: Float = 0
        var spreadAfter: Float = 0
    }

    private struct Finding {
        var parts = 0
        var x = 0
        var y = 0
        var levels: Float = 0
        /// The worst value in units of its bound.
        var excess: Float = 0
    }

    private let width: Int
    private let height: Int
    private let colours: Int
    private let bounds: ResidualBounds
    private var sums: [Sums]
    private var row = 0
    private var findings: [Harm.Kind: Finding] = [:]

    init(width: Int, height: Int, colours: Int, bounds: ResidualBounds) {
        self.width = width
        self.height = height
        self.colours = colours
        self.bounds = bounds
        sums = Array(repeating: Sums(), count: (width + Self.side - 1) / Self.side)
    }

    /// Takes the next row of the picture, and of what goes out.
    func add(original: PlanarView, result: PlanarView) {
        for part in sums.indices {
            let columns = part * Self.side..<min(width, (part + 1) * Self.side)
            add(columns, original, result, to: &sums[part])
        }
        row += 1
        if row % Self.side == 0 || row == height { judgeRow() }
    }

    private func add(_ columns: Range<Int>, _ original: PlanarView, _ result: PlanarView, to sums: inout Sums) {
        sums.count += Float(columns.count)
        for c in 0..<colours {
            let (before, after) = (original.row(c, 0), result.row(c, 0))
            var (sumBefore, sumAfter, square, squareAfter, residual): (Float, Float, Float, Float, Float) = (
                0, 0, 0, 0, 0
            )
            for x in columns {
                let a = before[x]
                let written = after[x] > 0 ? (after[x] < 1 ? after[x] : 1) : 0
                sumBefore += a
                sumAfter += written
                square += a * a
                squareAfter += written * written
                residual += (written - a) * (written - a)
            }
            sums.before[c] += sumBefore
            sums.after[c] += sumAfter
            sums.squareBefore += square
            sums.squareAfter += squareAfter
            sums.squareResidual += residual
        }
        if colours == 3 {
            sums.spreadBefore = max(sums.spreadBefore, Self.spread(original, columns))
            sums.spreadAfter = max(sums.spreadAfter, Self.spread(result, columns))
        }
    }

    private static func spread(_ row: PlanarView, _ columns: Range<Int>) -> Float {
        let (r, g, b) = (row.row(0, 0), row.row(1, 0), row.row(2, 0))
        var greatest: Float = 0
        for x in columns {
            let spread = max(r[x], g[x], b[x]) - min(r[x], g[x], b[x])
            greatest = spread > greatest ? spread : greatest
        }
        return greatest
    }

    private func judgeRow() {
        let top = (row - 1) / Self.side * Self.side
        for part in sums.indices {
            judge(sums[part], x: part * Self.side, y: top)
            sums[part] = Sums()
        }
    }

    private func judge(_ sums: Sums, x: Int, y: Int) {
        let samples = sums.count * Float(colours)
        let before = sums.before / sums.count
        let after = sums.after / sums.count
        let level: Float = 1 / 255

        func variance(_ squares: Float, _ means: SIMD4<Float>) -> Float {
            max(0, squares - sums.count * (means * means).sum()) / samples
        }

        // Each channel has the noise of its own brightness.
        let moved = after - before
        var (least, greatest, shift, shiftBound): (Float, Float, Float, Float) = (moved[0], moved[0], 0, 1)
        var noise: Float = 0
        let isFlat = variance(sums.squareBefore, before) < level * level
        for c in 0..<colours {
            let own = max(bounds.noise(at: after[c]), bounds.noise(at: before[c]))
            let full = 2.5 * level + bounds.meanSlack + 0.9 * own
            let bound = isFlat ? min(full, max(2 * level, bounds.meanSlack)) : full
            if abs(moved[c]) / bound >= shift / shiftBound { (shift, shiftBound) = (abs(moved[c]), bound) }
            noise = max(noise, own)
            (least, greatest) = (min(least, moved[c]), max(greatest, moved[c]))
        }
        note(.shift, shift, bound: shiftBound, x, y)
        note(.cast, greatest - least, bound: 1.25 * (2.5 * level + bounds.meanSlack + 0.9 * noise), x, y)

        let residual = variance(sums.squareResidual, moved).squareRoot()
        if variance(sums.squareAfter, after) < variance(sums.squareBefore, before) / 4 {
            note(.collapse, residual, bound: 2 * level + 3 * noise, x, y)
        }
        if bounds.keepsNeutral, sums.spreadBefore <= 1.5 * level {
            note(.tint, sums.spreadAfter, bound: 2.5 * level, x, y)
        }
    }

    private func note(_ kind: Harm.Kind, _ value: Float, bound: Float, _ x: Int, _ y: Int) {
        guard value > bound else { return }
        var finding = findings[kind] ?? Finding()
        finding.parts += 1
        if value / bound > finding.excess {
            (finding.excess, finding.levels, finding.x, finding.y) = (value / bound, value * 255, x, y)
        }
        findings[kind] = finding
    }

    /// The worst harm found; a bound passed by less than half, in at most one part of three hundred, is chance.
    var harm: Harm? {
        let side = Self.side
        let partCount = (width + side - 1) / side * ((height + side - 1) / side)
        let serious = findings.filter { $0.value.excess >= 1.5 || 300 * $0.value.parts > partCount }
        guard let (kind, finding) = serious.max(by: { $0.value.excess < $1.value.excess }) else { return nil }
        return Harm(
            kind: kind, parts: finding.parts, partCount: partCount,
            x: finding.x, y: finding.y, levels: Double(finding.levels))
    }
}
