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
        // Pages share their input's name.
        let pictures = Dictionary(plan.pictures.map { ($0.output, $0) }) { first, _ in first }
        return try report.write(
            to: folder,
            previews: { record in
                record.outcome.result.flatMap(\.output).flatMap { pictures[$0] }.map { picture in
                    var source = PreviewSource(
                        before: picture.path, after: plan.outputPath(of: picture), reference: picture.reference,
                        limits: limits)
                    if picture.decoder != nil {
                        source.before = {
                            try ReadableFile(
                                picture.path, page: picture.page, decoder: picture.decoder,
                                seconds: plan.request.decoders?.seconds ?? 0, memory: resources.byteLimit,
                                maximumPixels: resources.maximumPixels
                            ).reader(limits: limits, damaged: .accept)
                        }
                    }
                    if let mask = plan.mask(of: picture) {
                        source.damage = { try PixelMask(reading: mask, width: $0, height: $1, limits: limits) }
                    }
                    return source
                }
            })
    }
}
