import ArgumentParser
import Foundation
import Latents
import Reports

/// `retouch neighbours`.
struct NeighboursCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neighbours",
        abstract: "Find what is most like a picture.",
        usage: "retouch neighbours <z.npy> --of <picture|row> [options]",
        discussion: """
            Lists the rows that are nearest to one, which is named by its picture, the end of its name, or its number from \
            0. The search is exact.

            EXAMPLES
              retouch neighbours latents/z.npy --of picture-0.png
              retouch neighbours latents/z.npy --of 1 --count 20 --metric cosine
            """)

    @OptionGroup var input: TableOptions

    @Option(help: .init("The picture, or the row's number.", valueName: "picture|row"))
    var of: String

    @Option(help: .init("How many, 1 or more.", valueName: "N"))
    var count = 10

    @Option(help: "The distance.")
    var metric = NearestNeighbours.Metric.euclidean

    func validate() throws {
        guard count >= 1 else { throw ValidationError("--count \(count): expected 1 or more") }
    }

    func run() throws {
        let table = try input.table()
        let row = try table.index(of: of)
        // One more than asked for: the row itself may be among them, behind others that are equal to it.
        let found = NearestNeighbours(table.elements, dimension: table.dimension, metric: metric)
            .neighbours(of: Array(table.row(row)), count: count + 1, loop: try input.loop)[0]
            .filter { $0.row != row }.prefix(count)
        let text = TextTable(
            [["DISTANCE", "ROW", "LABEL", "PICTURE"]]
                + found.map { neighbour in
                    let entry = table.entries[neighbour.row]
                    return [String(format: "%.4g", neighbour.distance), "\(neighbour.row)", entry.label, entry.path]
                }, rightColumns: 0..<2)
        Console.standardOutput.write(text.text)
    }
}
