import Autoencoders
import Foundation

extension Loss {
    /// Returns the loss of a sample `[channels, height, width]` by a plain reference implementation in Float64, which
    /// the tests differentiate.
    package func reference(output: [Double], target: [Double], height: Int, width: Int) -> Double {
        terms.reduce(0) { $0 + $1.weight * $1.kind.reference(output, target, height, width) }
    }
}

extension Loss.Kind {
    fileprivate func reference(_ output: [Double], _ target: [Double], _ height: Int, _ width: Int) -> Double {
        let differences = zip(output, target).map { $0 - $1 }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        switch self {
        case .meanSquaredError: return mean(differences.map { $0 * $0 })
        case .absoluteError: return mean(differences.map { abs($0) })
        case .charbonnier(let eps): return mean(differences.map { ($0 * $0 + eps * eps).squareRoot() })
        case .peakSignalToNoise: return 10 * log10(mean(differences.map { $0 * $0 }) + Loss.peakFloor)
        case .crossEntropy:
            return mean(
                zip(output, target).map { output, target in
                    let o = min(max(output, 0), 1)
                    return -target * max(log(o), -100) - (1 - target) * max(log(1 - o), -100)
                })
        case .edge(let eps):
            return mean(
                differences.indices.map { index in
                    let (x, y) = (index % width, index / width % height)
                    let across = x + 1 < width ? differences[index + 1] - differences[index] : 0
                    let down = y + 1 < height ? differences[index + width] - differences[index] : 0
                    return (across * across + eps * eps).squareRoot() + (down * down + eps * eps).squareRoot()
                })
        }
    }
}
