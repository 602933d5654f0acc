public import Workers

/// A map of vectors in two or three dimensions by exact t-SNE (van der Maaten and Hinton 2008): vectors that are near
/// each other lie near each other on the map; distances between groups mean little.
///
/// Begins with the principal components. Adaptive steps (gains), early exaggeration 12 over the first quarter of the
/// steps, and a rate of rows / 48 (Belkina et al. 2019), at least 50. The same for any number of workers.
public struct NeighbourEmbedding: Sendable {
    /// The numbers of a place on the map.
    public let dimension: Int
    /// The places, row after row.
    public let coordinates: [Float]
    /// The Kullback-Leibler divergence that is left, in nats.
    public let divergence: Double

    /// The most vectors: what takes their number squared stays below 1 GB.
    public static let largestCount = 12_000

    /// The settings of a map.
    public struct Settings: Sendable, Equatable {
        /// The dimensions of the map, 2 or 3.
        public var dimension = 2
        /// About how many neighbours each vector has, 1 to a third of the rows.
        public var perplexity = 30.0
        /// The number of steps.
        public var iterations = 1000
        /// The seed of the principal components.
        public var seed: UInt64 = 0

        /// Creates the usual settings.
        public init() {}
    }

    /// Maps vectors of `dimension` numbers, row after row.
    ///
    /// - Throws: `LatentError.setting` for fewer than four vectors or too many, or a perplexity that does not go with
    ///   their number.
    /// - Complexity: rows squared for each step.
    public init(
        _ elements: [Float], dimension: Int, settings: Settings = .init(), loop: ParallelLoop = .serial
    ) throws(LatentError) {
        let count = elements.count / dimension
        guard (4...Self.largestCount).contains(count) else {
            throw .setting(
                name: "the number of rows", found: "\(count)", expected: "4 to \(Self.largestCount) for t-SNE")
        }
        guard settings.perplexity >= 1, settings.perplexity <= Double(count - 1) / 3 else {
            throw .setting(
                name: "the perplexity", found: "\(settings.perplexity)",
                expected: "1 to \((count - 1) / 3), a third of the rows")
        }
        guard (2...3).contains(settings.dimension) else {
            throw .setting(name: "the map's dimension", found: "\(settings.dimension)", expected: "2 or 3")
        }
        let affinities = Affinities(elements, dimension: dimension, perplexity: settings.perplexity, loop)
        // The principal components, the first of deviation 1e-4.
        let first = MapBeginning.places(
            elements, dimension: dimension, of: settings.dimension, seed: settings.seed)
        let scale = Float(1e-4 / max(1e-12, MapBeginning.deviation(of: first, dimension: settings.dimension)))
        var layout = MapLayout(first.map { $0 * scale }, count: count, dimension: settings.dimension)
        let early = settings.iterations / 4
        for step in 0..<settings.iterations {
            layout.step(
                affinities, exaggeration: step < early ? 12 : 1, momentum: step < early ? 0.5 : 0.8, loop)
        }
        self.dimension = settings.dimension
        coordinates = layout.coordinates
        divergence = layout.divergence(affinities, loop)
    }
}
