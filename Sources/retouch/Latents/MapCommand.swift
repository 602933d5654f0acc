import ArgumentParser
import Batches
import Files
import Foundation
import Latents
import Reports
import SystemPackage
import Workers

/// `retouch map`.
struct MapCommand: ParsableCommand {
    /// The ways to make a map.
    enum Way: String, ExpressibleByArgument, CaseIterable {
        case tsne, umap, pca
    }

    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Lay vectors out on a map of two or three dimensions.",
        usage: "retouch map <z.npy> --page <folder> [options]",
        discussion: """
            Lays rows out so that those near each other lie near each other, by tsne (up to 12,000 rows) or umap (more); by \
            pca, along the directions of largest variance. --page writes a page that zooms and pans, with the rows' pictures \
            where --pictures says where they are; --out a table. It says how far neighbours on the map are neighbours in \
            truth (trustworthiness, 1 at most).

            EXAMPLES
              retouch map latents/z.npy --page map/ --pictures photos/
              retouch map latents/z.npy --by umap --columns clusters.csv --page map/
              retouch map latents/z.npy --by pca --out map.csv
            """)

    @OptionGroup var input: TableOptions

    @Option(help: "How the map is made.")
    var by = Way.tsne

    @Option(help: .init("Dimensions of the map, 2 or 3.", valueName: "N"))
    var dimensions = 2

    @Option(help: .init("About how many neighbours each row has, for tsne.", valueName: "N"))
    var perplexity: Double?

    @Option(help: .init("Neighbours of each row, for umap.", valueName: "N"))
    var neighbours: Int?

    @Option(help: .init("Steps of tsne.", valueName: "N"))
    var steps = 1000

    @Option(help: .init("Rows that are mapped, chosen by the seed where there are more.", valueName: "N"))
    var sample: Int?

    @Option(help: .init("Of the choice of rows.", valueName: "N"))
    var seed: UInt64 = 0

    @Option(help: .init("A page to write into this folder.", valueName: "folder"))
    var page: PathArgument?

    @Option(help: .init("The rows' pictures, for the page: a folder, or an array.", valueName: "data"))
    var pictures: PathArgument?

    @Option(help: .init("More columns to colour by, a line a row, for the page.", valueName: "file.csv"))
    var columns: PathArgument?

    @OptionGroup var output: TableOutputOptions

    func validate() throws {
        guard 2...3 ~= dimensions else { throw ValidationError("--dimensions \(dimensions): expected 2 or 3") }
        guard 1...100_000 ~= steps else { throw ValidationError("--steps \(steps): expected 1 to 100000") }
        if let sample, sample < 4 { throw ValidationError("--sample \(sample): expected 4 or more") }
        guard output.out != nil || page != nil else {
            throw ValidationError("--page or --out says where the map is written")
        }
        guard page != nil || (pictures == nil && columns == nil) else {
            throw ValidationError("--pictures and --columns go with --page")
        }
    }

    func run() throws {
        try output.check()
        let table = try input.table()
        let pictures = try pictures.map { try RowPictures($0.path) }
        let more = try columns.map { try LatentColumns(reading: $0.path, rows: table.count) }
        let map = try LatentMap(table, by: way, dimension: dimensions, sample: sample, seed: seed, loop: input.loop)
        try output.write(map.csv)
        if let page { try write(map, to: page.path, pictures: pictures, columns: more) }
        if let trust = map.trustworthiness {
            Console.standardOutput.write("trustworthiness \(String(format: "%.4f", trust)) of \(map.rows.count) rows\n")
        }
    }

    private var way: LatentMap.Way {
        switch by {
        case .tsne: .neighbourEmbedding(perplexity: perplexity, steps: steps)
        case .umap: .manifoldProjection(neighbours: neighbours)
        case .pca: .principalComponents
        }
    }

    private func write(
        _ map: LatentMap, to folder: FilePath, pictures: RowPictures?, columns: LatentColumns?
    ) throws {
        var report = MapReport(
            name: input.vectors.path.printed, program: "retouch \(Version.current)", date: Date(),
            method: by == .tsne ? "t-SNE" : by.rawValue.uppercased(), rows: map.rows,
            names: map.table.entries.map(\.path),
            axes: (0..<dimensions).map { axis in map.rows.indices.map { map.coordinates[$0 * dimensions + axis] } },
            columns: map.columns(adding: columns).map { .init(name: $0.name, values: $0.values) })
        if let pictures {
            report.pictures = pictures.pictures(
                of: zip(map.table.entries, map.rows).map { ($0, $1) }, on: WorkerTeam(workers: try input.jobs.checked())
            ) { MapReport.thumbnail(of: $0) }
        }
        try report.write(to: folder)
        Console.standardOutput.write("\(folder.appending("map.html").printed)\n")
    }
}
