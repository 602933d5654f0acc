import Batches
import Files
import Imaging
import Reports
import SystemPackage

/// Writes the report of `--report`: the record of a run as a page, a table and JSON.
struct ReportWriter {
    let plan: BatchPlan
    let folder: FilePath
    let resources: RunResources

    /// Writes the report.
    ///
    /// - Returns: the page's path.
    /// - Throws: `FileError`.
    func write(_ report: RunReport) throws -> FilePath {
        let limits = PictureLimits(maximumPixels: resources.maximumPixels, maximumBytes: resources.pictureBytes)
        let pictures = Dictionary(plan.pictures.map { ($0.name, $0) }) { first, _ in first }
        return try report.write(
            to: folder,
            previews: { record in
                pictures[record.input].map { picture in
                    PreviewSource(
                        before: picture.path, after: plan.outputPath(of: picture), reference: picture.reference,
                        limits: limits)
                }
            })
    }
}
