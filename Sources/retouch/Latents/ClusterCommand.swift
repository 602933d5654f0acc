import ArgumentParser
import Foundation
import Latents
import Reports
import Workers

/// `retouch cluster`.
struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Sort vectors into groups.",
        usage: "retouch cluster <z.npy> [options]",
        discussion: """
            Groups rows by k-means. Without --k the number of groups is the one of 2 to --most whose silhouette is largest: \
            how much nearer rows lie to their own group than to the next. Where rows have labels, it says how far the \
            groups agree with them.

            EXAMPLES
              retouch cluster latents/z.npy --out clusters.csv
              retouch cluster latents/z.npy --k 2
            """)

    @OptionGroup var input: TableOptions

    @Option(help: .init("The number of groups.", valueName: "N"))
    var k: Int?

    @Option(help: .init("The most groups that are tried without --k.", valueName: "N"))
    var most = 12

    @Option(help: .init("Starts of k-means, of which the best counts.", valueName: "N"))
    var starts = 10

    @Option(help: .init("Of the starts.", valueName: "N"))
    var seed: UInt64 = 0

    @OptionGroup var output: TableOutputOptions

    func validate() throws {
        if let k, k < 1 { throw ValidationError("--k \(k): expected 1 or more") }
        guard most >= 2 else { throw ValidationError("--most \(most): expected 2 or more") }
        guard 1...1000 ~= starts else { throw ValidationError("--starts \(starts): expected 1 to 1000") }
    }

    func run() throws {
        try output.check()
        let table = try input.table()
        let loop = try input.loop
        let search = try ClusterSearch(
            table.elements, dimension: table.dimension, counts: k.map { [$0] } ?? Array(2...most), starts: starts,
            seed: seed, loop: loop)
        let found = search.best
        if search.tried.count > 1 {
            let rows = search.tried.map { tried in
                [
                    "\(tried.clusters.clusterCount)", String(format: "%.3f", tried.silhouette),
                    String(format: "%.4g", tried.clusters.inertia),
                ]
            }
            Console.standardOutput.write(
                TextTable([["GROUPS", "SILHOUETTE", "INERTIA"]] + rows, rightColumns: 0..<3).text)
        }
        let sizes = found.clusters.sizes
        Console.standardOutput.write(
            "\(sizes.count) groups of \(sizes.map(String.init).joined(separator: ", ")) rows; "
                + "silhouette \(String(format: "%.3f", found.silhouette)), "
                + "inertia \(String(format: "%.6g", found.clusters.inertia))\n")
        if let agreement = search.agreement(with: table.labels) {
            Console.standardOutput.write(
                "of the labels: normalised mutual information \(String(format: "%.3f", agreement.mutualInformation)), "
                    + "purity \(String(format: "%.3f", agreement.purity))\n")
        }
        try output.write(
            table.csv(adding: [("cluster", found.clusters.assignments.map(String.init))]))
    }
}
