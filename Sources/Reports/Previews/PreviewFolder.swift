import Files
import Foundation
import Imaging
import SystemPackage
import Tensors

/// The folder `previews/` beside a page.
struct PreviewFolder {
    /// The size of the folder in bytes at which no more pictures are made.
    static let byteLimit: Int64 = 40 << 20

    private let folder: FilePath

    /// - Parameter report: the report's folder.
    init(report: FilePath) { folder = report.appending("previews") }

    /// Writes the pictures of each group of records, until there are enough.
    ///
    /// - Throws: `FileError` where the folder cannot be made or read.
    func write(
        _ groups: [[(index: Int, record: PictureRecord)]], _ previews: (PictureRecord) -> PreviewSource?
    ) throws -> [ShownSet] {
        if FileStamp.isFolder(folder) { try removePreviews() }
        var shown: [ShownSet] = []
        var byteCount: Int64 = 0
        for group in groups where byteCount < Self.byteLimit {
            let sources = group.compactMap { member in previews(member.record).map { (member.index, $0) } }
            guard let made = try? PreviewSet(sources.map(\.1)) else { continue }
            try createFolders(at: folder)
            // What fails here is this picture's: its samples or its profile.
            guard let links = try? links(to: made, records: sources.map(\.0)) else { continue }
            byteCount += links.byteCount
            shown.append(links)
        }
        return shown
    }

    private func links(to set: PreviewSet, records: [Int]) throws -> ShownSet {
        let number = String(format: "%04d", (records.first ?? 0) + 1)
        var byteCount: Int64 = 0
        func write(
            _ image: PlanarImage, _ name: String, _ container: PictureContainer, _ metadata: Metadata
        ) throws -> String {
            var picture = Picture(image)
            picture.metadata = metadata
            let file = "\(number)-\(name).\(container.pathExtension)"
            try picture.write(to: folder.appending(file), as: container, quality: 92, policy: .color)
            byteCount += (try? FileStamp(of: folder.appending(file)))?.byteCount ?? 0
            return "previews/\(file)"
        }
        func version(_ version: PreviewSet.Version, _ name: String) throws -> ShownSet.Version {
            ShownSet.Version(
                overview: try write(version.overview, name, .jpeg, version.metadata),
                detail: try version.detail.map { try write($0, "\(name)-detail", .jpeg, version.metadata) },
                crops: try version.crops.enumerated().map {
                    try write($1, "\(name)-crop\($0 + 1)", .png, version.metadata)
                })
        }
        let before = try version(set.before, "before")
        let marked = try set.marked.map { try version($0, "damage") }
        let restored = try set.restored.enumerated().map {
            try version($1, set.restored.count == 1 ? "after" : "after\($0 + 1)")
        }
        let reference = try set.reference.map { try version($0, "reference") }
        return ShownSet(
            records: records, before: before, beforeName: set.beforeName, marked: marked, restored: restored,
            reference: reference,
            scale: set.scale,
            width: set.width, height: set.height, overviewWidth: set.restored[0].overview.width,
            overviewHeight: set.restored[0].overview.height, detail: set.detail, regions: set.regions,
            byteCount: byteCount)
    }

    /// Removes the previews of an earlier report, and nothing else.
    private func removePreviews() throws {
        for name in try contents(ofFolder: folder) {
            let text = String(decoding: name.bytes, as: UTF8.self)
            if text.wholeMatch(of: /[0-9]{4,}-(before|damage|after[0-9]*|reference)(-detail|-crop[0-9]?)?\.(jpg|png)/)
                != nil
            {
                // One that cannot be removed is only left over.
                _ = folder.appending(name).withPlatformString { unlink($0) }
            }
        }
    }
}

/// The links to the preview files of one picture, relative to the page.
struct ShownSet {
    struct Version {
        var overview: String
        var detail: String?
        var crops: [String]
    }

    /// The index into the report's records of each of `restored`.
    var records: [Int]
    var before: Version
    /// The name of the picture before, on the page.
    var beforeName: String
    /// The picture before with what was mended painted over; nil where there was nothing.
    var marked: Version?
    var restored: [Version]
    var reference: Version?
    var scale: Int
    /// The size of the restored pictures.
    var width: Int
    var height: Int
    /// The size of their whole views.
    var overviewWidth: Int
    var overviewHeight: Int
    var detail: PixelRectangle?
    var regions: [PixelRectangle]
    /// The size of all files in bytes.
    var byteCount: Int64
}
