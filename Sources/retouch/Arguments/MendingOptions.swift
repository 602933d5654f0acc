import ArgumentParser
import Batches
import Files
import SystemPackage

/// The mending of damage and of fading before restoring.
struct MendingOptions: ParsableArguments {
    @Option(
        help: .init(
            "Fill dust, hairs, scratches and cracks: off, auto to find them, or a folder of masks named like the pictures "
                + "(white where something is to be filled). Pixels beside them stay as they are. By default off.",
            valueName: "off|auto|folder"))
    var mend: MendArgument?

    @Option(
        help: .init(
            "Settings for a kind of picture: scan, for scanned prints and film, is --mend auto.", valueName: "scan"))
    var preset: Preset?

    @Option(
        help: .init(
            "How readily something is taken for damage, 0 to 1: 0 for what is quite certain, 1 for what is as likely damage as not.",
            valueName: "0...1"))
    var mendSensitivity: Double?

    @Option(
        help: .init(
            "Write the mask of each picture into this folder, as PNG; edited, they are masks for --mend.",
            valueName: "folder"))
    var masks: PathArgument?

    @Option(
        help: .init(
            "Correct faded prints: off, auto, or 0 to 1 for a share of that; neutral also takes the tint off prints without colours. By default off.",
            valueName: "off|auto|neutral|0...1"))
    var tone = ToneArgument(settings: nil)

    /// The kinds of picture that have settings of their own.
    enum Preset: String, ExpressibleByArgument, CaseIterable {
        case scan

        var mend: MendArgument.Choice { .auto }
    }

    /// Returns the request; nil where nothing is mended.
    ///
    /// - Parameter reportFolder: the report's; what was found is shown there, so its masks lie in it unless they are
    ///   asked for elsewhere.
    /// - Throws: `ValidationError`.
    func request(reportFolder: FilePath?) throws -> MendingRequest? {
        if let mendSensitivity, !(0...1).contains(mendSensitivity) {
            throw ValidationError("--mend-sensitivity \(mendSensitivity): expected 0 to 1")
        }
        switch mend?.choice ?? preset?.mend ?? .off {
        case .off:
            if masks != nil { throw ValidationError("--masks goes with --mend auto or a folder of masks") }
            if mendSensitivity != nil { throw ValidationError("--mend-sensitivity goes with --mend auto") }
            return nil
        case .auto:
            return MendingRequest(
                .found(sensitivity: mendSensitivity ?? MendingRequest.standardSensitivity),
                maskOutput: masks?.path ?? reportFolder?.appending("masks"))
        case .folder(let folder):
            if mendSensitivity != nil { throw ValidationError("--mend-sensitivity goes with --mend auto") }
            if let masks, masks.path.resolved() == folder.resolved() {
                throw ValidationError("--masks would replace the masks of --mend; name another folder")
            }
            return MendingRequest(.folder(folder), maskOutput: masks?.path)
        }
    }
}

/// The value of `--mend`.
struct MendArgument: ExpressibleByArgument {
    /// The choices.
    enum Choice: Equatable {
        case off, auto
        case folder(FilePath)
    }

    var choice: Choice

    init?(argument: String) {
        switch argument {
        case "off": choice = .off
        case "auto": choice = .auto
        default:
            guard let path = PathArgument(argument: argument)?.path else { return nil }
            choice = .folder(path)
        }
    }

    static var allValueStrings: [String] { ["off", "auto"] }
    static var defaultCompletionKind: CompletionKind { .directory }
}

/// The value of `--tone`.
struct ToneArgument: ExpressibleByArgument {
    var settings: ToneSettings?

    init(settings: ToneSettings?) { self.settings = settings }

    init?(argument: String) {
        switch argument {
        case "off": settings = nil
        case "auto": settings = ToneSettings()
        case "neutral": settings = ToneSettings(isNeutral: true)
        default:
            guard let amount = Double(argument), (0...1).contains(amount) else { return nil }
            settings = amount > 0 ? ToneSettings(amount: amount) : nil
        }
    }

    var defaultValueDescription: String { "off" }
    static var allValueStrings: [String] { ["off", "auto", "neutral"] }
}
