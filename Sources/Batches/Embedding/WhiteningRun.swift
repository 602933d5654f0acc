import Files
import Imaging
public import Latents
public import SystemPackage
import Tensors
public import Workers

/// Writes pictures whitened into a folder, 8-bit grey PNG under the names of the pictures.
public struct WhiteningRun: Sendable {
    /// The filter.
    public let filter: WhiteningFilter
    private let pictures: [(name: FilePath, image: PlanarImage)]
    private let failures: [String]
    private let folder: FilePath
    private let overwrites: Bool
    private let software: String?

    /// The most pictures that a filter is computed of.
    private static let mostPictures = 200

    /// Reads pictures, and computes the filter of them or of others.
    ///
    /// - Parameters:
    ///   - reference: the pictures that the filter is computed of; nil for those that are written.
    ///   - byteLimit: the bytes that all pictures may take.
    /// - Throws: `LatentError.setting` where there is none, or the filter cannot be computed.
    public init(
        _ data: PictureData, reference: PictureData? = nil, side: Int, folder: FilePath, overwrites: Bool = false,
        software: String? = nil, byteLimit: Int, on team: WorkerTeam
    ) throws {
        let found = try data.pictures(channels: 1, byteLimit: byteLimit, on: team)
        var failures = found.failures
        let others = try reference.map { reference in
            let rows = Sampling.rows(of: reference.count, sample: Self.mostPictures, seed: 0)
            let found = try reference.pictures(rows, channels: 1, byteLimit: byteLimit, on: team)
            failures += found.failures
            return found.pictures.map(\.image)
        }
        let images = found.pictures.map(\.image)
        let own = Sampling.rows(of: images.count, sample: Self.mostPictures, seed: 0).map { images[$0] }
        let filter = try WhiteningFilter(others ?? own, side: side)
        var pictures: [(name: FilePath, image: PlanarImage)] = []
        for (row, image) in found.pictures {
            guard image.height >= side, image.width >= side else {
                failures.append(
                    "\"\(data.paths[row])\": \(image.width)x\(image.height) pixels; expected \(side) or more")
                continue
            }
            var name = PathText.path(from: data.paths[row]) ?? FilePath("\(row)")
            name.extension = "png"
            pictures.append((name, image))
        }
        self.filter = filter
        self.pictures = pictures
        self.failures = failures
        self.folder = folder
        self.overwrites = overwrites
        self.software = software
    }

    /// Writes all pictures.
    ///
    /// - Throws: `FileError` where a folder cannot be made.
    public func run(on team: WorkerTeam) throws -> ReconstructionRun.Result {
        let (pictures, filter) = (pictures, filter)
        var result = try NamedPictures(
            names: pictures.map(\.name), folder: folder, overwrites: overwrites, software: software
        ).write("picture", on: team) { filter.applied(to: pictures[$0].image) }
        result.failures = failures + result.failures
        return result
    }
}
