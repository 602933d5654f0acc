import Files
import Foundation
import Imaging
public import Reports
public import SystemPackage
import Tensors

/// The pictures of the validation sheet, as files below the run's folder.
///
/// Of the restored pictures those of the first, second, fourth, eighth ... validation are kept, and the newest: the
/// sheet grows slowly with the run.
public struct ValidationSheet {
    private let folder: FilePath
    /// The name of the folder beside the page.
    public static let name = "training-pictures"
    private static let limit = 6

    /// Creates the sheet of the run in `folder`.
    public init(folder: FilePath) { self.folder = folder }

    /// Writes the missing ones of the first pictures, and their restored versions after `step` steps.
    ///
    /// - Throws: `FileError`.
    public func add(_ result: Validator.Result, of subjects: [Validator.Subject], step: Int) throws {
        try createFolders(at: folder.appending(Self.name))
        for (index, subject) in subjects.prefix(Self.limit).enumerated() {
            try write(subject.clean, Self.file(index, "clean"))
            try write(subject.corrupted, Self.file(index, "corrupted"))
            try write(result.pictures[index], Self.file(index, "\(step)"))
        }
    }

    private static func file(_ index: Int, _ kind: String) -> String { "\(name)/\(index)-\(kind).png" }

    private func write(_ image: PlanarImage, _ file: String) throws {
        let path = folder.pushing(FilePath(file))
        if !FileStamp.exists(path) { try Picture(image).write(to: path, as: .png) }
    }

    /// Returns the steps whose pictures are kept.
    static func shownSteps(of rows: [TrainingRow]) -> [Int] {
        rows.enumerated().filter { index, _ in (index + 1) & index == 0 || index == rows.count - 1 }.map { $1.step }
    }

    /// Returns the rows of the page; removes the files of validations that are no longer shown.
    public func rows(of subjects: [Validator.Subject], rows: [TrainingRow]) -> [TrainingReport.SheetRow] {
        let shown = Self.shownSteps(of: rows)
        return subjects.prefix(Self.limit).enumerated().map { index, subject in
            var cells = [TrainingReport.SheetRow.Cell(caption: "clean", link: Self.file(index, "clean"))]
            if subject.before < TrainingReport.untouched {
                let caption = String(format: "corrupted, %.2f dB", subject.before)
                cells.append(.init(caption: caption, link: Self.file(index, "corrupted")))
            }
            for row in rows {
                let file = Self.file(index, "\(row.step)")
                let path = folder.pushing(FilePath(file))
                if shown.contains(row.step) {
                    if FileStamp.exists(path) { cells.append(.init(caption: "after \(row.step) steps", link: file)) }
                } else {
                    try? FileManager.default.removeItem(atPath: path.string)
                }
            }
            return TrainingReport.SheetRow(
                name: subject.name.printed, corruption: subject.corruption, cells: cells, width: subject.clean.width,
                height: subject.clean.height)
        }
    }
}
