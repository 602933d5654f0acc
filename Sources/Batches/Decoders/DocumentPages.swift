import Files
import Imaging
import SystemPackage

/// The number of a document's pages, as Poppler's `pdfinfo` says.
enum DocumentPages {
    static let program = "pdfinfo"
    /// The most pages that a document may have.
    private static let limit = 10_000
    /// The seconds and the bytes that counting may take.
    private static let limits = DecoderCall.Limits(memory: 256 << 20, maximumPixels: 0, seconds: 30)

    /// Counts the pages of the document at `path`; a number that the document claims, which may be a lie.
    ///
    /// - Throws: `ExternalDecoderError`, `FileError`.
    static func count(of path: FilePath) throws -> Int {
        let call = try DecoderCall(
            program, ["{in}"], places: [:], on: path, ending: "pdf", in: temporaryFolder, limits: limits,
            isCancelled: { false })
        let line = call.printedLines.last { $0.hasPrefix("Pages:") }
        guard let count = line.flatMap({ Int($0.dropFirst(6).filter { $0 != " " }) }), count > 0 else {
            throw ExternalDecoderError.noPageCount(program: program)
        }
        guard count <= limit else { throw ExternalDecoderError.tooManyPages(count, limit: limit) }
        return count
    }
}
