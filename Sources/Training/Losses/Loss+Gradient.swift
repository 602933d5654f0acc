import Foundation
public import Tensors

extension Loss {
    /// One sample's loss; sums are of Float64.
    ///
    /// - Parameters:
    ///   - output, target: `[C, H, W]`, of one shape.
    /// - Complexity: one pass; some nanoseconds an element.
    public func value(output: PlanarView, target: PlanarView) -> Double {
        precondition(output.hasShape(of: target))
        switch self {
        case .meanSquaredError: return Self.mean(output, target) { $0 * $0 }
        case .absoluteError: return Self.mean(output, target) { abs($0) }
        case .charbonnier(let eps): return Self.mean(output, target) { ($0 * $0 + eps * eps).squareRoot() }
        case .peakSignalToNoise: return 10 * log10(Self.mean(output, target) { $0 * $0 } + Self.peakFloor)
        }
    }

    /// Writes d(batch's loss) / d(output) of one sample of a batch of `batch`, and returns the sample's loss.
    ///
    /// With n elements a sample: 2 d / (n batch), sign(d) / (n batch) with sign(0) = 0,
    /// d / sqrt(d² + eps²) / (n batch), and 20 / ln 10 · d / (sum of d² + n · 1e-12) / batch.
    ///
    /// - Parameters:
    ///   - output, target: `[C, H, W]`, of one shape.
    ///   - gradient: of the same shape; may be `output` itself.
    /// - Complexity: two passes.
    @discardableResult
    public func gradient(output: PlanarView, target: PlanarView, batch: Int, into gradient: PlanarView) -> Double {
        precondition(output.hasShape(of: target) && output.hasShape(of: gradient) && batch > 0)
        let value = value(output: output, target: target)
        let count = Double(output.channels * output.height * output.width)
        let share = Float(1 / (count * Double(batch)))
        switch self {
        case .meanSquaredError:
            Self.write(output, target, gradient) { $0 * (2 * share) }
        case .absoluteError:
            Self.write(output, target, gradient) { $0 > 0 ? share : $0 < 0 ? -share : 0 * $0 }
        case .charbonnier(let eps):
            let square = Float(eps * eps)
            Self.write(output, target, gradient) { $0 / ($0 * $0 + square).squareRoot() * share }
        case .peakSignalToNoise:
            let mean = Self.mean(output, target) { $0 * $0 } + Self.peakFloor
            let factor = Float(20 / (log(10) * mean * count * Double(batch)))
            Self.write(output, target, gradient) { $0 * factor }
        }
        return value
    }

    /// The mean over all elements; each row is summed by itself, and the rows in order.
    @inline(__always)
    private static func mean(_ output: PlanarView, _ target: PlanarView, _ term: (Double) -> Double) -> Double {
        var sum = 0.0
        for c in 0..<output.channels {
            for y in 0..<output.height {
                let (a, b) = (output.row(c, y), target.row(c, y))
                var row = 0.0
                for x in 0..<output.width { row += term(Double(a[x]) - Double(b[x])) }
                sum += row
            }
        }
        return sum / Double(output.channels * output.height * output.width)
    }

    @inline(__always)
    private static func write(
        _ output: PlanarView, _ target: PlanarView, _ gradient: PlanarView, _ term: (Float) -> Float
    ) {
        for c in 0..<output.channels {
            for y in 0..<output.height {
                let (a, b, result) = (output.row(c, y), target.row(c, y), gradient.row(c, y))
                for x in 0..<output.width { result[x] = term(a[x] - b[x]) }
            }
        }
    }
}

extension PlanarView {
    fileprivate func hasShape(of other: PlanarView) -> Bool {
        channels == other.channels && height == other.height && width == other.width
    }
}
