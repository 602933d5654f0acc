import Files
package import Imaging
package import SystemPackage

/// A picture's file that is read more than once: as it is, or what a program made of it, which stays as long as the
/// object.
package final class ReadableFile {
    private let path: FilePath
    private let page: Int
    private let decoded: DecodedFile?

    /// Takes the file at `path` as it is, or has `decoder` decode it; of a TIFF or a document the page, from 0. What is decoded
    /// lies in the folder for temporary files.
    ///
    /// - Parameters:
    ///   - seconds: the seconds that the program may take.
    ///   - memory: the bytes that it may take beside a gigabyte for itself.
    /// - Throws: `ExternalDecoderError`, `FileError`.
    package init(
        _ path: FilePath, page: Int? = nil, decoder: ExternalDecoder?, seconds: Int, memory: Int, maximumPixels: Int,
        isCancelled: () -> Bool = { false }
    ) throws {
        self.path = path
        self.page = page ?? 0
        decoded = try decoder.map { decoder in
            try DecodedFile(
                path, page: page, by: decoder, in: temporaryFolder,
                limits: .init(memory: memory, maximumPixels: maximumPixels, seconds: seconds),
                isCancelled: isCancelled)
        }
    }

    /// Opens the picture at its first row. A reader that was opened reads on when the object is gone.
    ///
    /// - Throws: `PictureError`, `ExternalDecoderError`.
    package func reader(limits: PictureLimits, damaged: DamagePolicy) throws -> PictureReader {
        try decoded?.reader(limits: limits, damaged: damaged)
            ?? PictureReader(path: path, limits: limits, damaged: damaged, page: page)
    }
}
