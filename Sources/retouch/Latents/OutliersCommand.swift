import ArgumentParser
import Foundation
import Latents
import Reports

/// `retouch outliers`.
struct OutliersCommand: ParsableCommand {
    /// The ways to tell that a row is unlike the others.
    enum Way: String, ExpressibleByArgument, CaseIterable {
        case mahalanobis, neighbours
    }

    static let configuration = CommandConfiguration(
        commandName: "outliers",
        abstract: "Find what is unlike the rest.",
        usage: "retouch outliers <z.npy> [options]",
        discussion: """
            Lists the rows that lie farthest out: by mahalanobis, in standard deviations from the mean along all directions \
            (for one cloud of rows), or by neighbours, the distance to the fifth nearest row (for rows in groups).

            EXAMPLES
              retouch outliers latents/z.npy --top 5
              retouch outliers latents/z.npy --by neighbours --out outliers.csv
            """)

    @OptionGroup var input: TableOptions

    @Option(help: "How rows are judged.")
    var by = Way.mahalanobis

    @Option(help: .init("Rows that are listed.", valueName: "N"))
    var top = 20

    @Option(help: .init("Which nearest row counts.", valueName: "N"))
    var neighbours = 5

    @OptionGroup var output: TableOutputOptions

    func validate() throws {
        guard top >= 1 else { throw ValidationError("--top \(top): expected 1 or more") }
        guard neighbours >= 1 else { throw ValidationError("--neighbours \(neighbours): expected 1 or more") }
    }

    func run() throws {
        try output.check()
        let table = try input.table()
        let distances =
            switch by {
            case .mahalanobis:
                try MahalanobisDistances(table.elements, dimension: table.dimension).distances(of: table.elements)
            case .neighbours:
                try NeighbourDistances(
                    table.elements, dimension: table.dimension, neighbours: neighbours, loop: input.loop
                ).values
            }
        let order = distances.indices.sorted { (distances[$1], $0) < (distances[$0], $1) }
        let rows = order.prefix(top).map { row in
            [String(format: "%.4g", distances[row]), "\(row)", table.entries[row].label, table.entries[row].path]
        }
        Console.standardOutput.write(
            TextTable([["DISTANCE", "ROW", "LABEL", "PICTURE"]] + rows, rightColumns: 0..<2).text)
        try output.write(table.csv(adding: [("distance", distances.map { "\($0)" })]))
    }
}
