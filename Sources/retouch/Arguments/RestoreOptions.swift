import ArgumentParser
import Batches
import Files
import Filters
import Imaging
import Restoration

/// The pictures that are worked on, and the place of the results.
struct PlaceOptions: ParsableArguments {
    @Argument(
        help: .init(
            "Pictures and folders, then where to.",
            discussion:
                "OUT is a folder; for one picture it may be a file named .png, .jpg, .tif or .webp. - is standard input, and as OUT standard output; @LIST is a file that lists inputs, one a line.",
            valueName: "in> ... <out"))
    var paths: [PathArgument] = []

    @Option(
        name: [.short, .long],
        help: .init("A picture or folder, or - for standard input; may be repeated.", valueName: "path"))
    var input: [PathArgument] = []

    @Option(
        help: .init(
            "Take inputs from this list too, one a line; - is standard input. They keep the folders that they are listed "
                + "with; those of @LIST in place of an input do not. May be repeated.", valueName: "list"))
    var filesFrom: [PathArgument] = []

    @Flag(
        name: [.customShort("0"), .customLong("null"), .customLong("from0")],
        help: "In lists a zero byte is behind each name, as find -print0 writes them.")
    var null = false

    @Option(name: [.short, .long], help: .init("Where the results go; - is standard output.", valueName: "path"))
    var output: PathArgument?

    @Option(help: .init("Put between an output's name and its extension.", valueName: "text"))
    var suffix = ""

    @Option(
        help: """
            Outputs that exist: auto skips what was done with the same input, settings and model, does again what \
            was done with others, and leaves alone what Retouch did not make.
            """)
    var exists: BatchRequest.ExistsPolicy = .auto

    @Option(help: "Tell whether files have changed by their stamps (size and time), or always by hashes.")
    var check: BatchRequest.Check = .stamps

    @Option(
        help: .init(
            "What outputs take over from their originals' files: mtime (the time of last change), mode (the permissions), both, or none.",
            valueName: "mtime,mode|none"))
    var preserve = PreservedArgument(properties: [.mode])

    @Flag(help: "Allow the output folder to lie inside an input folder; it is no input itself.")
    var nested = false
}

/// The model or filter, and the settings of restoring.
struct ModelOptions: ParsableArguments {
    @Option(
        help: .init(
            "The model: a name that `retouch models` lists, or a folder; or auto, for each picture the one for what it shows: "
                + "\(AutomaticModels.denoiser) or \(AutomaticModels.greyDenoiser) for white noise, \(AutomaticModels.jpeg) for JPEG, "
                + "\(AutomaticModels.camera) for noise that neighbours share, none where there is nothing to do; with -s 2 and -s 4 "
                + "2x- and 4x-Photo-M for all of these, 2x- and 4x-Upscale-M for clean pictures. By default auto, or \(AutomaticModels.denoiser) with --sigma.",
            valueName: "name|folder|auto"), completion: .models(or: "auto"))
    var model: String?

    @Option(
        help: .init(
            "A classical method instead of a model: "
                + FilterKind.allCases.map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ")
                + ". It works on whole pictures in memory and is told the noise, by default the estimated one.",
            valueName: "name"))
    var method: FilterKind?

    @Option(name: [.short, .long], help: .init("Upscale by this factor, 1, 2 or 4.", valueName: "factor"))
    var scale: Int?

    @Option(
        help: .init(
            "Share of the restored picture in the output, 0 to 1, the rest being the original; up to 2, more is taken away "
                + "than the model found.", valueName: "0...2"))
    var strength: Float = 1

    @Option(
        help: .init(
            "Put this share of what was taken off the brightness back: film keeps its grain, colour noise goes. What was "
                + "mended has grain like its surroundings.", valueName: "0...1"))
    var keepGrain: Float?

    @Option(
        help: .init(
            "Take softness off what is restored: about the square of the blur in pixels, 0.3 for the softness of most "
                + "cameras, 1 for a blur of one pixel. Noise that is left is not raised, edges get no rims.",
            valueName: "0...4"))
    var sharpen: Float?

    @Option(
        help: .init(
            "The noise level to tell the model, 0 to 255, or auto to estimate it; by default the model judges for itself.",
            valueName: "auto|N"))
    var sigma: NoiseLevelArgument?

    @Flag(
        name: [.customShort("x"), .customLong("self-ensemble"), .customLong("tta")],
        help: "Average over eight flips and turns: a little better, eight times slower.")
    var selfEnsemble = false

    @Option(
        help: "What is multiplied: float32, or with fast BF16 where the model's card tells what that costs.")
    var precision: Precision = .float32
}

/// The formats of the files, their metadata, and limits on them.
struct PictureOptions: ParsableArguments {
    @Option(name: [.short, .long], help: "The outputs' format.")
    var format: RunSettings.OutputFormat = .same

    @Option(name: [.short, .long], help: .init("Of JPEG outputs, 1 to 100; 4:4:4 from 90 up.", valueName: "1...100"))
    var quality = 95

    @Option(help: "Of TIFF outputs: deflate, lzw or none; none of them loses anything.")
    var tiffCompression: TIFFCompression = .deflate

    @Option(help: "What travels along: all; color only (profile and gamma); or none.")
    var metadata: MetadataPolicy = .all

    @Option(help: "JPEGs and TIFFs with damaged data: reject them, or accept what can be decoded and say so.")
    var damaged: DamagePolicy = .reject

    @Option(help: .init("Refuse pictures of more pixels.", valueName: "N"))
    var maxPixels = PictureLimits().maximumPixels
}

/// The share of the machine that the run uses.
struct MachineOptions: ParsableArguments {
    @Option(name: [.short, .long], help: .init("Workers; by default one for each processor.", valueName: "N"))
    var jobs: JobCount?

    @Option(
        name: [.short, .long],
        help: .init("Side of a tile in pixels, 0 for the best; never changes a pixel.", valueName: "pixels"))
    var tile = 0

    @Option(
        help: .init("Memory to stay within, as 2G; by default half of what there is.", valueName: "bytes"))
    var maxMemory: ByteCount?
}

/// The output for people and programs: report, log and progress.
struct ReportingOptions: ParsableArguments {
    @Flag(help: "Only tell what would be done, with pixels, time and memory.")
    var dryRun = false

    @Option(help: .init("Write report.html, report.csv and report.json into this folder.", valueName: "folder"))
    var report: PathArgument?

    @Option(
        help: .init(
            "Clean pictures of the same names: PSNR and SSIM before and after are measured.", valueName: "folder"))
    var reference: PathArgument?

    @Flag(
        help: """
            Judge each result without a reference, for the report: is as much gone as there was noise, does it look like \
            noise, did colours move, does the middle come out the same when turned; what gain is to be expected. Noise like \
            that of the pictures is put on the cleanest results and taken away again. Pictures that need review come \
            first, with the reason.
            """)
    var review = false

    @Option(help: .init("Append one line of JSON for each picture to this file.", valueName: "file.jsonl"))
    var log: PathArgument?

    @Option(help: "Progress on standard error; by default a bar on a terminal, else plain lines.")
    var progress: ProgressMode?

    @Flag(help: "Tell nothing but failures and the closing line.")
    var quiet = false

    @Flag(name: [.short, .long], help: "Also list what was ignored, and notes on pictures.")
    var verbose = false
}
