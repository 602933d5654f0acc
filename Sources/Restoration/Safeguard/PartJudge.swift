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
/// Cost: about 12 operations a sample, sixteen samples at a time; memory for the sums of one row of parts.
final class PartJudge {
    static let side = 16

    /// Sixteen columns of a row, or their sums over rows.
    private typealias Columns = SIMD16<Float>

    /// The sums over one part, column by column.
    private struct Sums {
        var rows: Float = 0
        var before = (Columns.zero, Columns.zero, Columns.zero)
        var after = (Columns.zero, Columns.zero, Columns.zero)
        var squaresBefore = Columns.zero
        var squaresAfter = Columns.zero
        var squaresResidual = Columns.zero
        var spreadBefore = Columns.zero
        var spreadAfter = Columns.zero

        /// Adds the squares of one channel's columns of a row.
        @inline(__always)
        mutating func addSquares(_ original: Columns, _ result: Columns) {
            let residual = result - original
            squaresBefore += original * original
            squaresAfter += result * result
            squaresResidual += residual * residual
        }
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
            add(original, result, x: part * Self.side, to: &sums[part])
        }
        row += 1
        if row % Self.side == 0 || row == height { judgeRow() }
    }

    /// Adds the columns of one part of a row. What is written is what went out, within 0...1.
    private func add(_ original: PlanarView, _ result: PlanarView, x: Int, to sums: inout Sums) {
        @inline(__always) func read(_ view: PlanarView, _ c: Int) -> Columns {
            Columns(UnsafePointer(view.row(c, 0)), from: x, width: width)
        }
        @inline(__always) func written(_ columns: Columns) -> Columns {
            columns.greater(.zero).lesser(Columns(repeating: 1))
        }
        sums.rows += 1
        let (before, after) = (read(original, 0), read(result, 0))
        sums.before.0 += before
        sums.after.0 += written(after)
        sums.addSquares(before, written(after))
        guard colours == 3 else { return }
        let (green, greenAfter) = (read(original, 1), read(result, 1))
        sums.before.1 += green
        sums.after.1 += written(greenAfter)
        sums.addSquares(green, written(greenAfter))
        let (blue, blueAfter) = (read(original, 2), read(result, 2))
        sums.before.2 += blue
        sums.after.2 += written(blueAfter)
        sums.addSquares(blue, written(blueAfter))
        sums.spreadBefore = sums.spreadBefore.greater(Self.spread(before, green, blue))
        sums.spreadAfter = sums.spreadAfter.greater(Self.spread(after, greenAfter, blueAfter))
    }

    @inline(__always)
    private static func spread(_ r: Columns, _ g: Columns, _ b: Columns) -> Columns {
        r.greater(g).greater(b) - r.lesser(g).lesser(b)
    }

    private func judgeRow() {
        let top = (row - 1) / Self.side * Self.side
        for part in sums.indices {
            judge(sums[part], x: part * Self.side, y: top)
            sums[part] = Sums()
        }
    }

    private func judge(_ sums: Sums, x: Int, y: Int) {
        let count = sums.rows * Float(min(Self.side, width - x))
        let samples = count * Float(colours)
        let before = SIMD3(sums.before.0.sum(), sums.before.1.sum(), sums.before.2.sum()) / count
        let after = SIMD3(sums.after.0.sum(), sums.after.1.sum(), sums.after.2.sum()) / count
        let level: Float = 1 / 255

        func variance(_ squares: Columns, _ means: SIMD3<Float>) -> Float {
            max(0, squares.sum() - count * (means * means).sum()) / samples
        }

        // Each channel has the noise of its own brightness.
        let moved = after - before
        var (least, greatest, shift, shiftBound): (Float, Float, Float, Float) = (moved[0], moved[0], 0, 1)
        var noise: Float = 0
        let isFlat = variance(sums.squaresBefore, before) < level * level
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

        let residual = variance(sums.squaresResidual, moved).squareRoot()
        if variance(sums.squaresAfter, after) < variance(sums.squaresBefore, before) / 4 {
            note(.collapse, residual, bound: 2 * level + 3 * noise, x, y)
        }
        if bounds.keepsNeutral, sums.spreadBefore.max() <= 1.5 * level {
            note(.tint, sums.spreadAfter.max(), bound: 2.5 * level, x, y)
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
