import ArgumentParser
import Batches
import Files
import Foundation
import Latents
import Reports
import SystemPackage
import Workers

/// `retouch neighbours`.
struct NeighboursCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neighbours",
        abstract: "Find what is most like a picture.",
        usage: "retouch neighbours <z.npy> --of <picture|row> [options]",
        discussion: """
            Lists the rows that are nearest to one, which is named by its picture, the end of its name, or its number from \
            0; --of may be repeated. The search is exact. --page writes a page with the pictures.

            EXAMPLES
              retouch neighbours latents/z.npy --of a.png --pictures photos/ --page near/
              retouch neighbours latents/z.npy --of 1 --count 20 --metric cosine
            """)

    @OptionGroup var input: TableOptions

    @Option(help: .init("The picture, or the row's number; may be repeated.", valueName: "picture|row"))
    var of: [String] = []

    @Option(help: .init("How many, 1 or more.", valueName: "N"))
    var count = 10

    @Option(help: "The distance.")
    var metric = NearestNeighbours.Metric.euclidean

    @Option(help: .init("A page to write into this folder.", valueName: "folder"))
    var page: PathArgument?

    @Option(help: .init("The rows' pictures, for the page: a folder, or an array.", valueName: "data"))
    var pictures: PathArgument?

    func validate() throws {
        guard !of.isEmpty else { throw ValidationError("--of says whose neighbours are looked for") }
        guard page != nil || pictures == nil else { throw ValidationError("--pictures goes with --page") }
        guard count >= 1 else { throw ValidationError("--count \(count): expected 1 or more") }
    }

    func run() throws {
        let table = try input.table()
        let source = try pictures.map { try RowPictures($0.path) }
        let rows = try of.map { try table.index(of: $0) }
        let search = NearestNeighbours(table.elements, dimension: table.dimension, metric: metric)
        // One more than asked for: the row itself may be among them, behind others that are equal to it.
        let found = search.neighbours(
            of: table.rows(rows).elements, count: count + 1, loop: try input.loop)
        var queries: [[NeighbourReport.Row]] = []
        for (row, neighbours) in zip(rows, found) {
            let near = neighbours.filter { $0.row != row }.prefix(count)
            if rows.count > 1 { Console.standardOutput.write("\(name(of: row, in: table)):\n") }
            let text = TextTable(
                [["DISTANCE", "ROW", "LABEL", "PICTURE"]]
                    + near.map { neighbour in
                        let entry = table.entries[neighbour.row]
                        return [
                            String(format: "%.4g", neighbour.distance), "\(neighbour.row)", entry.label, entry.path,
                        ]
                    }, rightColumns: 0..<2)
            Console.standardOutput.write(text.text)
            guard page != nil else { continue }
            let shown = [(row: row, distance: Double?.none)] + near.map { ($0.row, $0.distance) }
            let pictures = try source?.pictures(
                of: shown.map { (table.entries[$0.row], $0.row) }, on: WorkerTeam(workers: input.jobs.checked())
            ) { $0 }
            queries.append(
                shown.enumerated().map { place, shown in
                    .init(
                        name: name(of: shown.row, in: table), label: table.entries[shown.row].label,
                        distance: shown.distance, picture: pictures?[place])
                })
        }
        guard let page else { return }
        try NeighbourReport(
            name: input.vectors.path.printed, program: "retouch \(Version.current)", date: Date(),
            metric: metric.rawValue.capitalized, queries: queries
        ).write(to: page.path)
        Console.standardOutput.write("\(page.path.appending("neighbours.html").printed)\n")
    }

    private func name(of row: Int, in table: LatentTable) -> String {
        table.entries[row].path.isEmpty ? "row \(row)" : table.entries[row].path
    }
}
