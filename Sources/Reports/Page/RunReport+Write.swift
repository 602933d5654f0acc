import Files
import Foundation
public import SystemPackage

extension RunReport {
    /// Writes `report.csv`, `report.json`, `report.md`, `report.html` and pictures for the page in `previews/` into
    /// `folder`, which is made where it is missing. Each file is written whole or not at all.
    ///
    /// The pictures shown are those that need review, the worst, the median and the best of each kind of figure, and
    /// others at even distances; all methods that restored the same corrupted picture are shown together. A picture
    /// that cannot be read is left out: it never costs the report.
    ///
    /// - Parameters:
    ///   - previewLimit: the largest number of restored pictures that are shown.
    ///   - previews: a function that returns the source of a record's pictures, called for the chosen records only; nil
    ///     for none.
    /// - Returns: the path of the page.
    /// - Throws: `FileError` where a file cannot be written.
    @discardableResult
    public func write(
        to folder: FilePath, previewLimit: Int = 24, previews: (PictureRecord) -> PreviewSource? = { _ in nil }
    ) throws -> FilePath {
        try createFolders(at: folder)
        let summary = summary
        let concerns = concerns(summary)
        try AtomicFile.write(csv().utf8, to: folder.appending("report.csv"))
        try AtomicFile.write(json(), to: folder.appending("report.json"))
        try AtomicFile.write(markdown(summary, concerns).utf8, to: folder.appending("report.md"))
        let chosen = PreviewChoice(of: self, summary: summary, concerns: concerns).groups(limit: previewLimit)
        let shown = try PreviewFolder(report: folder).write(chosen.map { $0.map { ($0, records[$0]) } }, previews)
        let page = folder.appending("report.html")
        try AtomicFile.write(html(summary, concerns: concerns, previews: shown).utf8, to: page)
        return page
    }
}
