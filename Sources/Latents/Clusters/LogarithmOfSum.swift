import Foundation

extension Collection<Double> {
    /// Returns the logarithm of the sum of numbers whose logarithms these are, divided by `divisor`; the largest of them
    /// where that is not finite, 0 without any.
    func logarithmOfSum(dividedBy divisor: Double = 1) -> Double {
        let largest = self.max() ?? 0
        guard largest.isFinite, !isEmpty else { return largest }
        return largest + log(reduce(0) { $0 + exp($1 - largest) } / divisor)
    }
}
