import Foundation

extension Loss {
    /// The loss of a sample in plain words and Float64, which the tests differentiate.
    package func reference(output: [Double], target: [Double]) -> Double {
        let differences = zip(output, target).map { $0 - $1 }
        func mean(_ term: (Double) -> Double) -> Double {
            differences.reduce(0) { $0 + term($1) } / Double(differences.count)
        }
        return switch self {
        case .meanSquaredError: mean { $0 * $0 }
        case .absoluteError: mean { abs($0) }
        case .charbonnier(let eps): mean { ($0 * $0 + eps * eps).squareRoot() }
        case .peakSignalToNoise: 10 * log10(mean { $0 * $0 } + Self.peakFloor)
        }
    }
}
