import Foundation

/// The gap between the two numbers of a latent that say most of a factor, in shares of what there is to be said: 1 where
/// one number alone knows it, 0 where two know as much (Chen et al. 2018). The mutual information is that of the numbers
/// sorted into bins of equal width, as Locatello et al. 2019 measure it.
public struct MutualInformationGap: Sendable, Equatable {
    /// The figures of a factor.
    public struct Factor: Sendable, Equatable {
        /// The name of the factor.
        public let name: String
        /// The entropy of the factor in nats.
        public let entropy: Double
        /// The mutual information of each number of the latent and the factor, in nats.
        public let informations: [Double]

        /// The difference of the two largest of `informations`, over the entropy.
        public var gap: Double {
            let sorted = informations.sorted(by: >)
            return ((sorted.first ?? 0) - (sorted.dropFirst().first ?? 0)) / entropy
        }

        /// The number of the latent that says most of the factor.
        public var best: Int { informations.indices.max { informations[$0] < informations[$1] } ?? 0 }
    }

    /// The factors that vary.
    public let factors: [Factor]

    /// The mean gap over the factors.
    public var mean: Double { factors.reduce(0) { $0 + $1.gap } / Double(max(1, factors.count)) }

    /// Measures vectors of `dimension` numbers, row after row.
    ///
    /// - Parameters:
    ///   - factors: names, and the value of each row, whatever it stands for; one with a single value is left out.
    ///   - bins: the bins of each number, 2 or more.
    /// - Throws: `LatentError.setting` where a factor has more or fewer values than there are rows, or none varies.
    public init(
        _ elements: [Float], dimension: Int, factors: [(name: String, values: [Int])], bins: Int = 20
    ) throws(LatentError) {
        precondition(dimension > 0 && bins > 1 && elements.count % dimension == 0)
        let rows = elements.count / dimension
        for factor in factors where factor.values.count != rows {
            throw .setting(
                name: "factor '\(factor.name)'", found: "of \(factor.values.count) values",
                expected: "one for each of \(rows) rows")
        }
        let binned = (0..<dimension).map { Self.bins(elements, $0, dimension, count: bins) }
        self.factors = factors.compactMap { factor in
            let names = Array(Set(factor.values)).sorted()
            guard names.count > 1 else { return nil }
            let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
            let classes = factor.values.map { places[$0] ?? 0 }
            return Factor(
                name: factor.name, entropy: Self.entropy(classes, names.count),
                informations: binned.map { Self.information($0, bins, classes, names.count) })
        }
        guard !self.factors.isEmpty else {
            throw .setting(name: "the factors", found: "all of one value", expected: "one or more that vary")
        }
    }

    /// Returns the bin of each row's number, between its smallest and its largest.
    private static func bins(_ elements: [Float], _ column: Int, _ dimension: Int, count: Int) -> [Int] {
        let numbers = stride(from: column, to: elements.count, by: dimension).map { Double(elements[$0]) }
        guard let least = numbers.min(), let largest = numbers.max(), largest > least else {
            return Array(repeating: 0, count: numbers.count)
        }
        return numbers.map { min(count - 1, Int(($0 - least) / (largest - least) * Double(count))) }
    }

    private static func entropy(_ values: [Int], _ count: Int) -> Double {
        var counts = [Int](repeating: 0, count: count)
        for value in values { counts[value] += 1 }
        return counts.reduce(0) { sum, count in
            let share = Double(count) / Double(values.count)
            return count > 0 ? sum - share * log(share) : sum
        }
    }

    private static func information(_ bins: [Int], _ binCount: Int, _ classes: [Int], _ classCount: Int) -> Double {
        let joint = zip(bins, classes).map { $0 * classCount + $1 }
        return max(
            0, entropy(bins, binCount) + entropy(classes, classCount) - entropy(joint, binCount * classCount))
    }
}
