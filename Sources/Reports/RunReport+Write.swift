import Files
import Foundation
import Imaging
public import SystemPackage
import Tensors

extension RunReport {
    /// Writes `report.csv`, `report.json`, `report.html` and, for at most `previewLimit` pictures, their before/after
    /// pictures in `previews/`, into `folder`, which is made where it is missing. Each file is written whole or not
    /// at all.
    ///
    /// The pairs shown are the worst five of the first kind of figure and others at even distances. A preview that
    /// cannot be made is left out: it never costs the report.
    ///
    /// - Parameter previews: where the pictures of a record come from, asked for the chosen records only; nil for none.
    /// - Returns: the path of the page.
    /// - Throws: `FileError` where a file cannot be written.
    @discardableResult
    public func write(
        to folder: FilePath, previewLimit: Int = 24, previews: (PictureRecord) -> PreviewSource? = { _ in nil }
    ) throws -> FilePath {
        try createFolders(at: folder)
        try AtomicFile.write(csv().utf8, to: folder.appending("report.csv"))
        try AtomicFile.write(json(), to: folder.appending("report.json"))
        let shown = try writePreviews(to: folder, limit: previewLimit, previews: previews)
        let page = folder.appending("report.html")
        try AtomicFile.write(html(previews: shown).utf8, to: page)
        return page
    }

    /// Indices of the records to show: the worst ones, then restored ones at even distances.
    func chosenForPreview(limit: Int) -> [Int] {
        var chosen = Set(summary.first?.worst.prefix(limit) ?? [])
        let candidates = records.indices.filter {
            !chosen.contains($0) && (records[$0].outcome == .restored || records[$0].outcome == .skipped)
        }
        let room = max(0, limit - chosen.count)
        let count = min(room, candidates.count)
        for i in 0..<count { chosen.insert(candidates[i * candidates.count / count]) }
        return chosen.sorted()
    }

    private func writePreviews(
        to folder: FilePath, limit: Int, previews: (PictureRecord) -> PreviewSource?
    ) throws -> [Int: ShownPreview] {
        let target = folder.appending("previews")
        if FileStamp.isFolder(target) { try Self.removePreviews(in: target) }
        var shown: [Int: ShownPreview] = [:]
        for index in chosenForPreview(limit: limit) {
            guard let source = previews(records[index]), let made = try? PreviewPair(source) else { continue }
            try createFolders(at: target)
            let number = String(format: "%04d", index + 1)
            func write(
                _ image: PlanarImage, _ name: String, _ container: PictureContainer, _ metadata: Metadata
            ) throws -> String {
                var picture = Picture(image)
                picture.metadata = metadata
                let file = "\(number)-\(name).\(container.pathExtension)"
                try picture.write(to: target.appending(file), as: container, quality: 90, policy: .color)
                return "previews/\(file)"
            }
            do {
                shown[index] = ShownPreview(
                    pair: made,
                    before: try write(made.before, "before", .jpeg, made.beforeMetadata),
                    after: try write(made.after, "after", .jpeg, made.afterMetadata),
                    beforeCrop: try write(made.beforeCrop, "before-crop", .png, made.beforeMetadata),
                    afterCrop: try write(made.afterCrop, "after-crop", .png, made.afterMetadata),
                    referenceCrop: try made.referenceCrop.map {
                        try write($0, "reference-crop", .png, made.referenceMetadata)
                    })
            } catch is PictureError {
                continue
            }
        }
        return shown
    }

    /// Removes the previews of an earlier report, and nothing else.
    private static func removePreviews(in folder: FilePath) throws {
        for name in try contents(ofFolder: folder) {
            let bytes = name.bytes
            let digits = bytes.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            let rest = String(decoding: bytes.dropFirst(digits.count), as: UTF8.self)
            let known = [
                "-before.jpg", "-after.jpg", "-before-crop.png", "-after-crop.png", "-reference-crop.png",
            ]
            if digits.count >= 4, known.contains(rest) {
                // One that cannot be removed is only left over.
                _ = folder.appending(name).withPlatformString { unlink($0) }
            }
        }
    }
}

/// The links to one record's preview files, relative to the page.
struct ShownPreview {
    var pair: PreviewPair
    var before: String
    var after: String
    var beforeCrop: String
    var afterCrop: String
    var referenceCrop: String?
}
