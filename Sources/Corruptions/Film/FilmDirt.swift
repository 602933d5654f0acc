import Foundation
import Tensors

/// A piece of dirt on a frame, black or white: on the film itself it is dark, on the negative it was copied from,
/// light.
struct FilmDirt {
    private enum Shape {
        case blot(FilmBlot)
        case hair(FilmHair)
        case ragged(RaggedBlot)
    }

    private var shapes: [Shape]
    private let grey: Float
    private let opacity: Float

    /// Near black or near white.
    static func grey(_ random: inout some RandomNumbers) -> Float {
        Float(random.uniform() < 0.5 ? random.uniform(in: 0...0.15) : random.uniform(in: 0.8...1))
    }

    /// Dirt that came onto the frame together: one piece, or several of one grey.
    ///
    /// Half of it is specks; the rest blots, hairs, small scratches in any direction, sprinkles of dust, and now and
    /// then a large faint smear.
    ///
    /// - Parameter scale: what lengths are multiplied by.
    static func draw(height: Int, width: Int, scale: Double = 1, random: inout some RandomNumbers) -> [FilmDirt] {
        let (y, x) = (random.uniform() * Double(height), random.uniform() * Double(width))
        let (kind, grey, opacity) = (random.uniform(), grey(&random), random.uniform(in: 0.25...1))
        func piece(_ shapes: [Shape]) -> FilmDirt { FilmDirt(shapes: shapes, grey: grey, opacity: Float(opacity)) }
        switch kind {
        case ..<0.5:
            // Within reach of one another; over an edge they come in at the other side, so that no part gets fewer.
            var specks: [FilmDirt] = []
            for _ in 0...random.index(below: 5) {
                let (down, right) = (scale * random.uniform(in: -44...44), scale * random.uniform(in: -44...44))
                // Small ones come oftener.
                let root = random.uniform()
                let axis = scale * (0.5 + 3 * root * root)
                let blot = FilmBlot(
                    y: wrapped(y + down, height), x: wrapped(x + right, width),
                    axes: (axis, axis * random.uniform(in: 0.4...1)), random: &random)
                specks.append(piece([.blot(blot)]))
            }
            return specks
        case ..<0.75:
            let (root, ratio) = (random.uniform(), random.uniform(in: 0.45...1))
            let axis = scale * (1.5 + 9 * root * root)
            let softness = random.uniform(in: 1...2.5)
            return [
                piece([
                    .blot(
                        FilmBlot(
                            y: y, x: x, axes: (axis, axis * ratio), softness: softness, roughness: 0.6,
                            random: &random))
                ])
            ]
        case ..<0.85:
            let hair = FilmHair(
                y: y, x: x, length: scale * random.uniform(in: 12...60), bend: 0.5,
                halfWidth: scale * random.uniform(in: 0.25...0.8), random: &random)
            return [piece([.hair(hair)])]
        case ..<0.91:
            let scratch = FilmHair(
                y: y, x: x, length: scale * random.uniform(in: 5...40), bend: 0.05,
                halfWidth: scale * random.uniform(in: 0.25...0.7), random: &random)
            return [piece([.hair(scratch)])]
        case ..<0.97:
            let reach = scale * random.uniform(in: 6...28)
            return [
                piece(
                    (0..<8 + random.index(below: 20)).map { _ in
                        // Denser in the middle.
                        let (away, turn) = (reach * random.uniform(), random.uniform() * 2 * .pi)
                        let (one, other) = (
                            scale * random.uniform(in: 0.4...1.3), scale * random.uniform(in: 0.4...1.3)
                        )
                        return .blot(
                            FilmBlot(
                                y: y + away * sin(turn), x: x + away * cos(turn), axes: (one, other), random: &random))
                    })
            ]
        default:
            let smear = FilmBlot(
                y: y, x: x, axes: (scale * random.uniform(in: 8...30), scale * random.uniform(in: 8...30)),
                softness: random.uniform(in: 6...12), roughness: 0.4, random: &random)
            return [FilmDirt(shapes: [.blot(smear)], grey: grey, opacity: Float(opacity * 0.4))]
        }
    }

    /// A ragged piece, which film does not have: half of them cover all below them.
    static func drawRagged(
        height: Int, width: Int, scale: Double, random: inout some RandomNumbers
    ) -> FilmDirt {
        let (y, x) = (random.uniform() * Double(height), random.uniform() * Double(width))
        let grey = random.uniform() < 0.5 ? 1 - 0.2 * random.uniform() : 0.2 * random.uniform()
        let opacity = random.uniform() < 0.5 ? 1 : random.uniform(in: 0.3...1)
        let blot = RaggedBlot(y: y, x: x, reach: scale * random.uniform(in: 6...14), random: &random)
        return FilmDirt(shapes: [.ragged(blot)], grey: Float(grey), opacity: Float(opacity))
    }

    private static func wrapped(_ place: Double, _ side: Int) -> Double {
        place - (place / Double(side)).rounded(.down) * Double(side)
    }

    /// Lays the piece on all channels of `frame` alike; what lies outside is cut off.
    func paint(on frame: PlanarView) {
        var mask = OpacityMask(
            frame,
            around: shapes.map { shape in
                switch shape {
                case .blot(let blot): blot.bounds
                case .hair(let hair): hair.bounds
                case .ragged(let blot): blot.bounds
                }
            })
        for shape in shapes {
            switch shape {
            case .blot(let blot): blot.add(to: &mask)
            case .hair(let hair): hair.add(to: &mask)
            case .ragged(let blot): blot.add(to: &mask)
            }
        }
        mask.lay(grey: grey, opacity: opacity, on: frame)
    }
}

/// A rectangle of a frame, whole pixels.
struct FilmBounds {
    var rows: Range<Int>
    var columns: Range<Int>

    init(top: Float, left: Float, bottom: Float, right: Float) {
        // Far outside any frame is as good as further.
        func whole(_ value: Float) -> Int { Int(max(-1e6, min(1e8, value))) }
        let (first, column) = (whole(top.rounded(.down)), whole(left.rounded(.down)))
        rows = first..<max(first, whole(bottom.rounded(.up))) + 1
        columns = column..<max(column, whole(right.rounded(.up))) + 1
    }

    func union(_ other: FilmBounds) -> FilmBounds {
        var result = self
        result.rows = min(rows.lowerBound, other.rows.lowerBound)..<max(rows.upperBound, other.rows.upperBound)
        result.columns =
            min(columns.lowerBound, other.columns.lowerBound)..<max(columns.upperBound, other.columns.upperBound)
        return result
    }
}

/// The opacities of one piece over a part of a frame: where shapes overlap, the largest counts.
struct OpacityMask {
    let rows: Range<Int>
    let columns: Range<Int>
    private let storage: AlignedBuffer<Float>

    init(_ frame: PlanarView, around bounds: [FilmBounds]) {
        let whole = bounds.dropFirst().reduce(bounds.first) { $0?.union($1) }
        rows = whole?.rows.clamped(to: 0..<frame.height) ?? 0..<0
        columns = whole?.columns.clamped(to: 0..<frame.width) ?? 0..<0
        storage = AlignedBuffer(repeating: 0, count: rows.count * columns.count)
    }

    /// Raises the opacities within `bounds` to `opacity(y, x)`, at most 1.
    mutating func raise(in bounds: FilmBounds, to opacity: (Float, Float) -> Float) {
        let (rows, columns) = (bounds.rows.clamped(to: rows), bounds.columns.clamped(to: columns))
        for y in rows {
            let row = storage.base + (y - self.rows.lowerBound) * self.columns.count
            for x in columns {
                let at = x - self.columns.lowerBound
                row[at] = max(row[at], min(1, opacity(Float(y), Float(x))))
            }
        }
    }

    func lay(grey: Float, opacity: Float, on frame: PlanarView) {
        for channel in 0..<frame.channels {
            for y in rows {
                let from = storage.base + (y - rows.lowerBound) * columns.count
                let to = frame.row(channel, y) + columns.lowerBound
                for x in 0..<columns.count { to[x] += (grey - to[x]) * from[x] * opacity }
            }
        }
        withExtendedLifetime(storage) {}
    }
}
