public import Autoencoders
import Foundation
public import Tensors

extension Loss {
    /// Returns one sample's loss; sums are in Float64.
    ///
    /// - Parameters:
    ///   - output, target: `[C, H, W]`, of one shape.
    /// - Complexity: one pass a term; some nanoseconds an element.
    public func value(output: PlanarView, target: PlanarView) -> Double {
        terms.reduce(0) { $0 + $1.weight * $1.kind.value(output: output, target: target) }
    }

    /// Writes d(batch's loss) / d(output) of one sample of a batch of `batch`, and returns the sample's loss.
    ///
    /// - Parameters:
    ///   - output, target: `[C, H, W]`, of one shape.
    ///   - gradient: of the same shape; may be `output` itself.
    /// - Complexity: two passes a term.
    @discardableResult
    public func gradient(output: PlanarView, target: PlanarView, batch: Int, into gradient: PlanarView) -> Double {
        var output = output
        if gradient.base == output.base, terms.count > 1 || terms.contains(where: { $0.kind.readsNeighbours }) {
            let copy = PlanarImage(channels: output.channels, height: output.height, width: output.width)
            copy.view.copySamples(from: output)
            output = copy.view
        }
        return terms.enumerated().reduce(0) { sum, entry in
            let (index, term) = entry
            return sum
                + term.weight
                * term.kind.gradient(
                    output: output, target: target, batch: batch, weight: term.weight, into: gradient, adds: index > 0)
        }
    }
}

extension Loss.Kind {
    /// True where an element's gradient depends on its neighbours.
    fileprivate var readsNeighbours: Bool { if case .edge = self { true } else { false } }

    fileprivate func value(output: PlanarView, target: PlanarView) -> Double {
        precondition(output.hasShape(of: target))
        switch self {
        case .meanSquaredError: return Self.mean(output, target) { ($0 - $1) * ($0 - $1) }
        case .absoluteError: return Self.mean(output, target) { abs($0 - $1) }
        case .charbonnier(let eps):
            return Self.mean(output, target) { (($0 - $1) * ($0 - $1) + eps * eps).squareRoot() }
        case .peakSignalToNoise:
            return 10 * log10(Self.mean(output, target) { ($0 - $1) * ($0 - $1) } + Loss.peakFloor)
        case .crossEntropy:
            return Self.mean(output, target) { output, target in
                let o = min(max(output, 0), 1)
                return -(target * max(log(o), -100) + (1 - target) * max(log1p(-o), -100))
            }
        case .edge(let eps): return Self.edgeValue(output, target, eps)
        }
    }

    /// Writes or adds the gradient of one sample and returns the sample's distance, without the weight. With n elements
    /// a sample the gradient is 2 d / (n batch), sign(d) / (n batch) with sign(0) = 0, d / sqrt(d² + eps²) / (n batch),
    /// 20 / ln 10 · d / (sum of d² + n · 1e-12) / batch, and (o - t) / max(o (1 - o), 1e-12) / (n batch), each times
    /// the weight; for the edge distance see `writeEdge`.
    func gradient(
        output: PlanarView, target: PlanarView, batch: Int, weight: Double, into gradient: PlanarView, adds: Bool
    ) -> Double {
        precondition(output.hasShape(of: target) && output.hasShape(of: gradient) && batch > 0)
        let value = value(output: output, target: target)
        let count = Double(output.channels * output.height * output.width)
        let share = Float(weight / (count * Double(batch)))
        func write(_ term: (_ output: Float, _ target: Float) -> Float) {
            Self.write(output, target, gradient, adds: adds, term)
        }
        switch self {
        case .meanSquaredError: write { ($0 - $1) * (2 * share) }
        case .absoluteError:
            write {
                let d = $0 - $1
                return d > 0 ? share : d < 0 ? -share : 0 * d
            }
        case .charbonnier(let eps):
            let square = Float(eps * eps)
            write {
                let d = $0 - $1
                return d / (d * d + square).squareRoot() * share
            }
        case .peakSignalToNoise:
            let mean = Self.mean(output, target) { ($0 - $1) * ($0 - $1) } + Loss.peakFloor
            let factor = Float(weight * 20 / (log(10) * mean * count * Double(batch)))
            write { ($0 - $1) * factor }
        case .crossEntropy:
            write { output, target in
                let o = min(max(output, 0), 1)
                return (o - target) / max(o * (1 - o), 1e-12) * share
            }
        case .edge(let eps): Self.writeEdge(output, target, gradient, adds: adds, Float(eps), share)
        }
        return value
    }

    /// Returns the mean over all elements; each row is summed by itself, and the rows in order.
    @inline(__always)
    private static func mean(
        _ output: PlanarView, _ target: PlanarView, _ term: (_ output: Double, _ target: Double) -> Double
    ) -> Double {
        var sum = 0.0
        for c in 0..<output.channels {
            for y in 0..<output.height {
                let (a, b) = (output.row(c, y), target.row(c, y))
                var row = 0.0
                for x in 0..<output.width { row += term(Double(a[x]), Double(b[x])) }
                sum += row
            }
        }
        return sum / Double(output.channels * output.height * output.width)
    }

    @inline(__always)
    private static func write(
        _ output: PlanarView, _ target: PlanarView, _ gradient: PlanarView, adds: Bool,
        _ term: (_ output: Float, _ target: Float) -> Float
    ) {
        for c in 0..<output.channels {
            for y in 0..<output.height {
                let (a, b, result) = (output.row(c, y), target.row(c, y), gradient.row(c, y))
                if adds {
                    for x in 0..<output.width { result[x] += term(a[x], b[x]) }
                } else {
                    for x in 0..<output.width { result[x] = term(a[x], b[x]) }
                }
            }
        }
    }

    private static func edgeValue(_ output: PlanarView, _ target: PlanarView, _ eps: Double) -> Double {
        let (height, width) = (output.height, output.width)
        var sum = 0.0
        for c in 0..<output.channels {
            for y in 0..<height {
                let below = min(y + 1, height - 1)
                let (a, b) = (output.row(c, y), target.row(c, y))
                let (lowerA, lowerB) = (output.row(c, below), target.row(c, below))
                var row = 0.0
                for x in 0..<width {
                    let right = min(x + 1, width - 1)
                    let d = Double(a[x]) - Double(b[x])
                    let across = Double(a[right]) - Double(b[right]) - d
                    let down = Double(lowerA[x]) - Double(lowerB[x]) - d
                    row += (across * across + eps * eps).squareRoot() + (down * down + eps * eps).squareRoot()
                }
                sum += row
            }
        }
        return sum / Double(output.channels * height * width)
    }

    /// Writes the adjoint of the differences, applied to their slopes x / sqrt(x² + eps²).
    private static func writeEdge(
        _ output: PlanarView, _ target: PlanarView, _ gradient: PlanarView, adds: Bool, _ eps: Float, _ share: Float
    ) {
        let (height, width) = (output.height, output.width)
        func difference(_ c: Int, _ y: Int, _ x: Int) -> Float { output.row(c, y)[x] - target.row(c, y)[x] }
        func slope(_ difference: Float) -> Float {
            difference / (difference * difference + eps * eps).squareRoot()
        }
        for c in 0..<output.channels {
            for y in 0..<height {
                let result = gradient.row(c, y)
                for x in 0..<width {
                    let d = difference(c, y, x)
                    var sum: Float = 0
                    if x > 0 { sum += slope(d - difference(c, y, x - 1)) }
                    if x + 1 < width { sum -= slope(difference(c, y, x + 1) - d) }
                    if y > 0 { sum += slope(d - difference(c, y - 1, x)) }
                    if y + 1 < height { sum -= slope(difference(c, y + 1, x) - d) }
                    result[x] = adds ? result[x] + sum * share : sum * share
                }
            }
        }
    }
}

extension PlanarView {
    func hasShape(of other: PlanarView) -> Bool {
        channels == other.channels && height == other.height && width == other.width
    }
}
