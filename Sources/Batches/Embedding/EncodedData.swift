import Files
public import Latents
public import Networks
import Tensors
public import Workers

/// The latents of data, all of one shape: what mixtures, ranges and directions are made of.
public struct EncodedData: Sendable {
    /// The latents, a row each.
    public let table: LatentTable
    /// The model that made them.
    public let source: LatentSource
    /// The reasons for pictures without a latent.
    public let failures: [String]

    /// Encodes pictures.
    ///
    /// - Parameter rows: the places of the pictures; nil for all.
    /// - Throws: `LatentError.setting` where there is no picture, or latents have several shapes.
    public init(_ data: PictureData, rows: [Int]? = nil, model: Model, on team: WorkerTeam) throws {
        let encoder = try LatentEncoder(model.network, extent: .whole)
        struct Finding: Sendable {
            var vectors: LatentEncoder.Vectors
            var height: Int
            var width: Int
        }
        let (found, faults) = try data.findings(
            rows, on: team, bytes: { encoder.byteCount(height: $0, width: $1) },
            looking: { Finding(vectors: try encoder.encode($0), height: $0.height, width: $0.width) })
        let failures = data.failures + faults
        guard let first = found.first?.finding else {
            throw LatentError.setting(
                name: "\"\(data.path.printed)\"",
                found: "without a picture that has a latent"
                    + (failures.first.map { " (\($0))" } ?? ""),
                expected: "one or more")
        }
        for (row, finding) in found where finding.vectors.shape != first.vectors.shape {
            throw LatentError.setting(
                name: "the latent of \"\(data.paths[row])\"", found: "of the shape \(finding.vectors.shape)",
                expected: "\(first.vectors.shape) as of the first picture")
        }
        let isOneSize = found.allSatisfy { ($0.finding.height, $0.finding.width) == (first.height, first.width) }
        source = LatentSource(
            model: model, encoder: encoder, shape: first.vectors.shape,
            pictureSize: isOneSize ? (first.height, first.width) : nil)
        table = try LatentTable(
            dimension: first.vectors.dimension, elements: found.flatMap(\.finding.vectors.means),
            entries: found.map { .init(path: data.paths[$0.row], label: data.labels[$0.row]) })
        self.failures = failures
    }

    /// The mean of the latents.
    public var mean: [Float] { moments.means }

    /// The mean and the standard deviation of each number.
    public var moments: (means: [Float], deviations: [Float]) {
        let (means, variances) = RowStatistics.moments(table.elements, dimension: table.dimension)
        return (means.map { Float($0) }, variances.map { Float($0.squareRoot()) })
    }
}
