import Reports
public import Workers

/// The places of a table's rows on a map, with how far it can be trusted.
public struct LatentMap: Sendable {
    /// The ways to make a map.
    public enum Way: Sendable, Equatable {
        /// Coordinates along the directions of largest variance.
        case principalComponents
        /// The method of ``NeighbourEmbedding``; a perplexity of nil is 30, or less where there are few rows.
        case neighbourEmbedding(perplexity: Double?, steps: Int)
        /// The method of ``ManifoldProjection``; neighbours of nil are 15, or less where there are few rows.
        case manifoldProjection(neighbours: Int?)
    }

    /// The rows that are mapped: all, or a sample.
    public let rows: [Int]
    /// The dimensions of the map, 2 or 3.
    public let dimension: Int
    /// The places, row after row.
    public let coordinates: [Float]
    /// The trustworthiness with 5 neighbours; nil for fewer than 12 rows or more than 5000.
    public let trustworthiness: Double?
    /// The table of the rows that are mapped.
    public let table: LatentTable

    /// Makes a map of a table.
    ///
    /// - Parameters:
    ///   - dimension: of the map, 2 or 3.
    ///   - sample: the most rows that are mapped; nil for all.
    /// - Throws: `LatentError.setting` where there are too few rows or too many.
    public init(
        _ table: LatentTable, by way: Way, dimension: Int = 2, sample: Int? = nil, seed: UInt64 = 0,
        loop: ParallelLoop = .serial
    ) throws(LatentError) {
        let rows = Sampling.rows(of: table.count, sample: sample ?? .max, seed: seed)
        let mapped = table.rows(rows)
        switch way {
        case .principalComponents:
            guard rows.count >= 2 else {
                throw .setting(name: "the number of rows", found: "\(rows.count)", expected: "2 or more for a map")
            }
            guard dimension <= table.dimension else {
                throw .setting(
                    name: "the map's dimension", found: "\(dimension)",
                    expected: "at most \(table.dimension), as rows have")
            }
            coordinates = PrincipalComponents(
                mapped.elements, dimension: table.dimension, count: dimension, seed: seed
            ).coordinates(of: mapped.elements, components: dimension)
        case .neighbourEmbedding(let perplexity, let steps):
            var settings = NeighbourEmbedding.Settings()
            settings.perplexity = perplexity ?? min(30, max(1, Double((rows.count - 1) / 3)))
            (settings.iterations, settings.dimension, settings.seed) = (steps, dimension, seed)
            coordinates = try NeighbourEmbedding(
                mapped.elements, dimension: table.dimension, settings: settings, loop: loop
            ).coordinates
        case .manifoldProjection(let neighbours):
            var settings = ManifoldProjection.Settings()
            settings.neighbours = neighbours ?? min(15, max(2, rows.count - 1))
            (settings.dimension, settings.seed) = (dimension, seed)
            coordinates = try ManifoldProjection(
                mapped.elements, dimension: table.dimension, settings: settings, loop: loop
            ).coordinates
        }
        trustworthiness =
            (12...5000).contains(rows.count)
            ? Trustworthiness.of(
                coordinates, mapDimension: dimension, original: mapped.elements, dimension: table.dimension, loop: loop)
            : nil
        self.rows = rows
        self.dimension = dimension
        self.table = mapped
    }

    /// The map as a table after RFC 4180 (lines end with `\n`): the columns `row`, `path` and `label` of the mapped rows,
    /// then `x`, `y` and for three dimensions `z`.
    public var csv: String {
        var text = CSV.line(["row", "path", "label"] + ["x", "y", "z"].prefix(dimension))
        for (place, row) in rows.enumerated() {
            let entry = table.entries[place]
            text += CSV.line(
                ["\(row)", CSV.path(entry.path), CSV.prose(entry.label)]
                    + coordinates[place * dimension..<(place + 1) * dimension].map { "\($0)" })
        }
        return text
    }
}
