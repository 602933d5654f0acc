import Files
import Foundation
import Imaging
public import Networks
public import Reports
public import Restoration
public import SystemPackage
import Tensors

/// The contents of an autoencoder's latent as rows of the training page: pictures sampled from it, the interpolation
/// from one validation picture to another, and the features of its units.
public struct LatentSheet {
    private let folder: FilePath
    /// The use of the channels of a sampled latent at the last validation; nil where the latent is not sampled.
    public private(set) var use: LatentUse?

    /// A row of the page.
    private enum Kind: String, CaseIterable {
        case samples, interpolation, features

        var title: String {
            switch self {
            case .samples: "Drawn pictures"
            case .interpolation: "From one picture to another"
            case .features: "Features of the latent's units"
            }
        }
    }

    private static let drawn = 36
    private static let longestLatent = 256

    /// Creates the sheet of the run in `folder`.
    public init(folder: FilePath) { self.folder = folder }

    /// Writes the sheets of `network` after `step` steps; none where it has no latent.
    ///
    /// - Throws: `FileError`, and the errors of the latent's pictures.
    public mutating func add(_ network: Network, subjects: [Validator.Subject], step: Int) throws {
        guard let model = try? LatentModel(network) else { return }
        try createFolders(at: folder.appending(ValidationSheet.name))
        if model.isVariational {
            use = try model.use(of: subjects.map(\.corrupted))
            try write(model.samples(count: Self.drawn, seed: 0), columns: 6, .samples, step)
        }
        if subjects.count > 1 {
            let ends = Self.middles(of: subjects.prefix(2).map(\.corrupted), side: max(32, model.side))
            try write(model.interpolation(from: ends[0], to: ends[1], count: 9), columns: 9, .interpolation, step)
        }
        // The features of single units are meaningful where the decoder is nearly linear: patches, and not many units.
        if network.graph.nodes.contains(where: { $0.name == "patches" }), model.channels <= Self.longestLatent {
            let features = ContactSheet.contrasted(try model.features())
            try write(features, columns: Int(Double(features.count).squareRoot().rounded(.up)), .features, step)
        }
    }

    /// Returns the middle `side` x `side` pixels of the images, or as many as all of them have.
    private static func middles(of images: [PlanarImage], side: Int) -> [PlanarImage] {
        let height = images.reduce(side) { min($0, $1.height) }
        let width = images.reduce(side) { min($0, $1.width) }
        return images.map { image in
            image.cropped(
                top: (image.height - height) / 2, left: (image.width - width) / 2, height: height, width: width)
        }
    }

    private static func file(_ kind: Kind, _ step: Int) -> String {
        "\(ValidationSheet.name)/\(kind.rawValue)-\(step).png"
    }

    private func write(_ images: [PlanarImage], columns: Int, _ kind: Kind, _ step: Int) throws {
        let path = folder.pushing(FilePath(Self.file(kind, step)))
        try Picture(ContactSheet.image(of: images, columns: columns)).write(to: path, as: .png)
    }

    /// Returns the rows of the page, the newest step last; removes the files of validations that are no longer shown.
    public func rows(of rows: [TrainingRow]) -> [TrainingReport.SheetRow] {
        let shown = ValidationSheet.shownSteps(of: rows)
        return Kind.allCases.compactMap { kind in
            var cells: [TrainingReport.SheetRow.Cell] = []
            var size: (width: Int, height: Int) = (0, 0)
            for row in rows {
                let path = folder.pushing(FilePath(Self.file(kind, row.step)))
                guard shown.contains(row.step) else {
                    try? FileManager.default.removeItem(atPath: path.string)
                    continue
                }
                guard let info = try? PictureReader(path: path, limits: PictureLimits()).info else { continue }
                size = (info.width, info.height)
                cells.append(.init(caption: "after \(row.step) steps", link: Self.file(kind, row.step)))
            }
            guard !cells.isEmpty else { return nil }
            // Small patches are shown larger, pixel by pixel.
            let factor = max(1, min(4, 400 / size.width))
            return TrainingReport.SheetRow(
                name: kind.title, corruption: "", cells: cells, width: factor * size.width,
                height: factor * size.height)
        }
    }
}
