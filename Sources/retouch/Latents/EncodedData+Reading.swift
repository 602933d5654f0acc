import Batches
import Files
import Latents
import Networks
import SystemPackage
import Workers

extension EncodedData {
    /// Encodes the pictures of a folder or an array, and prints the reasons for those without a latent.
    ///
    /// - Parameters:
    ///   - most: the pictures that are encoded, the first ones.
    ///   - shape: the shape of another picture's latent, which theirs must have; nil for any.
    /// - Throws: `LatentError.setting` where there is no picture, or latents have other shapes.
    init(
        reading path: FilePath, most: Int = .max, shape: [Int]? = nil, model: Model, on team: WorkerTeam
    ) throws {
        let data = try PictureData(
            path, side: model.network.grid, channels: model.network.inputChannels,
            byteLimit: Machine.defaultMemoryLimit)
        try self.init(data, rows: data.count > most ? Array(0..<most) : nil, model: model, on: team)
        for failure in failures { Console.standardError.write("failed: \(failure)\n") }
        if let shape, source.shape != shape {
            throw LatentError.setting(
                name: "a latent of \"\(path.printed)\"", found: "of the shape \(source.shape)",
                expected: "\(shape) as of the picture")
        }
    }
}
