import Files
import Imaging
import SystemPackage

extension InputScan {
    /// The extensions of raw files that are TIFFs, whose first picture is a small one and whose own is a sensor's.
    private static let tiffRawExtensions: Set<String> = [
        "nef", "nrw", "arw", "sr2", "srf", "pef", "srw", "3fr", "fff", "iiq", "dcr", "kdc", "erf", "mef", "mos", "rwl",
    ]

    /// The extensions of files that other programs decode, beside those of pictures.
    static let foreignExtensions: Set<String> = tiffRawExtensions.union([
        "dng", "cr2", "cr3", "crw", "rw2", "orf", "raf", "x3f", "mrw", "pdf", "psd", "j2k", "j2c", "jpc", "jpx", "jpf",
        "jxr", "xcf", "exr", "mng", "jng", "hif",
    ])

    /// Returns true for a TIFF that is a camera's raw file. What scanners write as DNG is read as the TIFF that it is.
    static func isRaw(_ name: FilePath, at path: FilePath) -> Bool {
        let ending = (name.extension ?? "").lowercased()
        if tiffRawExtensions.contains(ending) { return true }
        return ending == "dng" && (try? PictureReader(path: path)) == nil
    }

    /// The fate of a file of a format that is not read.
    enum ForeignFile {
        /// The program decodes it, pages of a document one by one.
        case found(ExternalDecoder, pageCount: Int)
        case ignored(String)
        case failed(String)
    }

    /// Returns what becomes of the file at `path`; without `decoders` nothing is decoded.
    static func foreignFile(_ format: ForeignFormat, at path: FilePath, _ decoders: ExternalDecoders?) -> ForeignFile {
        guard let decoders, let kind = ExternalDecoder.Kind(of: format) else {
            return .failed("\(PictureError.notReadableYet(format: format.rawValue))")
        }
        switch decoders.answer(for: kind) {
        case .none: return .ignored("\(format.rawValue), left out by --decoder \(kind.rawValue)=none")
        case .missing: return .failed("\(ExternalDecoderError.noProgram(format: format.rawValue, kind: kind))")
        case .program(let decoder):
            guard decoder.isByPage else { return .found(decoder, pageCount: 1) }
            do { return .found(decoder, pageCount: try DocumentPages.count(of: path)) } catch {
                return .failed("\(error)")
            }
        }
    }
}
