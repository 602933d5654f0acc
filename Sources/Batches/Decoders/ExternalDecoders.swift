import Files

/// The programs that decode what Retouch does not read itself: those that were chosen, and for other kinds the first
/// known one that is on the path.
public struct ExternalDecoders: Sendable {
    /// The answer to who asks for a kind's program.
    enum Answer {
        case program(ExternalDecoder)
        /// Files of the kind are left out.
        case none
        /// None of the known programs is there.
        case missing
    }

    private var chosen: [ExternalDecoder.Kind: DecoderChoice]
    /// The seconds that a program may take for a picture.
    public var seconds: Int

    /// The range of `seconds`.
    public static let secondsRange = 1...86_400

    /// Creates the programs of choices, of which the last one for a kind holds.
    public init(_ choices: [DecoderChoice] = [], seconds: Int = 300) {
        chosen = Dictionary(choices.map { ($0.kind, $0) }) { _, last in last }
        self.seconds = seconds
    }

    /// Returns the program for a kind.
    func answer(for kind: ExternalDecoder.Kind) -> Answer {
        if let choice = chosen[kind] { return choice.decoder.map { .program($0) } ?? .none }
        let preset = Self.presets(for: kind).lazy.map { ExternalDecoder(kind, preset: $0) }
            .first { ChildProcess.find($0.program) != nil }
        return preset.map { .program($0) } ?? .missing
    }

    /// Returns the names of the programs that are known for a kind, in the order in which they are looked for.
    public static func programs(for kind: ExternalDecoder.Kind) -> [String] {
        presets(for: kind).compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    /// Returns the calls of programs that are known to decode a kind, the best first.
    ///
    /// Tried with those of Debian 12. `heif-convert` and `vips` turn AVIF pictures, and carry their metadata; `avifdec`
    /// 0.11 does neither. Programs that take part of the machine as they like are kept to one thread, since as many of
    /// them run at a time as there are workers.
    private static func presets(for kind: ExternalDecoder.Kind) -> [String] {
        let vips = "vips copy {in} {out}.png"
        let magick = ["magick {in}[0] {out}.png", "convert {in}[0] {out}.png"]
        let heif = ["heif-dec {in} {out}.png", "heif-convert {in} {out}.png"]
        return switch kind {
        case .heic: heif + [vips] + magick
        case .avif: heif + [vips, "avifdec -j 1 {in} {out}.png"] + magick
        case .jxl: ["djxl {in} {out}.png --num_threads=0", vips] + magick
        case .jp2: ["opj_decompress -i {in} -o {out}.png", vips] + magick
        // 16 bits, the camera's white balance, and the curve of sRGB, which is what no profile means.
        case .raw: ["dcraw_emu -w -6 -g 2.4 12.92 -T -Z {out}.tiff {in}"]
        // 300 pixels an inch.
        case .pdf: ["pdftoppm -r 300 -png -singlefile -f {page} -l {page} {in} {out}"]
        case .psd, .other: magick + [vips]
        }
    }

    /// Variables that keep programs to one thread and little memory.
    static let variables = [
        "OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1", "VIPS_CONCURRENCY": "1", "MAGICK_THREAD_LIMIT": "1",
        "MALLOC_ARENA_MAX": "2",
    ]
}
