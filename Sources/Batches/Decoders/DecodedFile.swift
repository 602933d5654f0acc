import Files
import Imaging
import SystemPackage

/// The picture that a program made of a file, in a folder that goes with the object.
final class DecodedFile {
    /// The path of the picture, a PNG or TIFF.
    let path: FilePath
    /// The remarks on what was decoded.
    let notes: [PictureNote]
    /// True where the picture is upright, whatever orientation it states.
    let isUpright: Bool
    private let program: String
    private let call: DecoderCall

    /// Decodes the file at `path`; of a document the page, from 0.
    ///
    /// - Parameter parent: the folder in which the picture lies for a while.
    /// - Throws: `ExternalDecoderError`, `FileError`.
    init(
        _ path: FilePath, page: Int?, by decoder: ExternalDecoder, in parent: FilePath, limits: DecoderCall.Limits,
        isCancelled: () -> Bool
    ) throws {
        call = try DecoderCall(
            decoder.program, decoder.arguments, places: ["{out}": Self.stem, "{page}": String((page ?? 0) + 1)],
            on: path, ending: Self.ending(of: path, kind: decoder.kind), in: parent, limits: limits,
            isCancelled: isCancelled)
        let folder = call.folder.path
        let made = try contents(ofFolder: folder).filter { name in
            let stat = try? Stat(folder.appending(name), followTargetSymlink: false)
            return stat?.type == .regular && name.string.hasPrefix(Self.stem) && stat?.size ?? 0 > 0
        }.sorted { Self.place(of: $0.string) < Self.place(of: $1.string) }
        guard let first = made.first else { throw ExternalDecoderError.noPicture(program: decoder.program) }
        self.path = folder.appending(first)
        isUpright = decoder.makesUprightPictures
        program = decoder.program
        var notes: [PictureNote] = []
        if made.count > 1 {
            notes.append(.dropped("\(made.count - 1) more of its pictures", reason: "only the first is read"))
        }
        self.notes = notes
        try checkFormat()
    }

    /// Opens the picture.
    ///
    /// - Throws: `ExternalDecoderError.unreadable`.
    func reader(limits: PictureLimits, damaged: DamagePolicy) throws(ExternalDecoderError) -> PictureReader {
        do throws(PictureError) {
            return try PictureReader(path: path, limits: limits, damaged: damaged, isUpright: isUpright)
        } catch {
            throw .unreadable(program: program, reason: "\(error)")
        }
    }

    private static let stem = "decoded"

    /// Only these are read: no codec of ours is for a program to choose.
    private func checkFormat() throws {
        let descriptor: FileDescriptor
        do { descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec) } catch {
            throw ExternalDecoderError.noPicture(program: program)
        }
        let bytes = try descriptor.closeAfter {
            try [UInt8](unsafeUninitializedCapacity: RecognisedFormat.byteCount) { buffer, count in
                count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
        switch recognise(bytes) {
        case .picture(.png), .picture(.tiff): return
        default: throw ExternalDecoderError.wrongFormat(program: program, firstBytes: Array(bytes.prefix(8)))
        }
    }

    /// Returns the ending that programs know a kind by; that of the file where a kind has several.
    private static func ending(of path: FilePath, kind: ExternalDecoder.Kind) -> String {
        switch kind {
        case .heic, .avif, .jxl, .pdf, .psd: kind.rawValue
        // Programs tell a bare codestream by its name.
        case .jp2: isCodestream(path) ? "j2k" : "jp2"
        case .raw, .other:
            String((path.extension ?? "").lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(8))
        }
    }

    private static func isCodestream(_ path: FilePath) -> Bool {
        (try? InputScan.firstBytes(of: path))?.first == 0xFF
    }

    /// Returns what a name is sorted by: `decoded.png`, then `decoded-1.png` and so on by number, then others, such as
    /// the depth maps beside a picture.
    private static func place(of name: String) -> (Int, Int, String) {
        let rest = name.dropFirst(stem.count).prefix { $0 != "." }
        if rest.isEmpty { return (0, 0, name) }
        guard rest.hasPrefix("-"), let number = Int(rest.dropFirst()) else { return (2, 0, name) }
        return (1, number, name)
    }
}

extension BatchPlan.Picture {
    /// Returns what the picture's decoder makes of it, in a folder of its own in `parent`; nil where it has none.
    ///
    /// - Throws: `ExternalDecoderError`, `FileError`.
    func decoded(in parent: FilePath, limits: DecoderCall.Limits, isCancelled: () -> Bool) throws -> DecodedFile? {
        try decoder.map { decoder in
            try DecodedFile(path, page: page, by: decoder, in: parent, limits: limits, isCancelled: isCancelled)
        }
    }
}
