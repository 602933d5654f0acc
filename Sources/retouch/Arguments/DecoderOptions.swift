import ArgumentParser
import Batches

/// The programs that decode what Retouch does not read itself.
struct DecoderOptions: ParsableArguments {
    @Option(
        help: .init(
            "The program that decodes files of a kind: \(ExternalDecoder.Kind.allCases.map(\.rawValue).joined(separator: ", ")). "
                + "It is called without a shell, in a folder of its own and a process with limits; {in} is the file, {out}.png or {out}.tif the result, "
                + "{page} a PDF's page. May be repeated; KIND=none leaves files of the kind out. By default the first known program on the path: "
                + "'heic=heif-convert {in} {out}.png', djxl, opj_decompress, dcraw_emu, pdftoppm, vips, magick and others.",
            valueName: "kind=program {in} {out}.png"))
    var decoder: [String] = []

    @Option(help: .init("Stop a program that takes longer for a picture.", valueName: "seconds"))
    var decoderSeconds = 300

    func validate() throws { _ = try decoders }

    /// The programs.
    ///
    /// - Throws: `ValidationError`.
    var decoders: ExternalDecoders {
        get throws {
            guard ExternalDecoders.secondsRange.contains(decoderSeconds) else {
                throw ValidationError("--decoder-seconds \(decoderSeconds): expected 1 to 86400")
            }
            do {
                return ExternalDecoders(try decoder.map { try DecoderChoice(parsing: $0) }, seconds: decoderSeconds)
            } catch {
                throw ValidationError("--decoder \(error)")
            }
        }
    }
}
