import ArgumentParser
import Autoencoders
import Files
import Foundation
import Latents
import Networks
import SystemPackage
import Training

/// The settings of a training run; what is given here overrules the file of `--config`.
struct TrainingOptions: ParsableArguments {
    /// The weights that help names.
    private static let standard = TrainingConfiguration.Objective()

    @Option(help: .init("All settings as one JSON object.", valueName: "file.json"))
    var config: PathArgument?

    @Option(
        help: .init(
            "\(Architectures.all.map { $0.name }.joined(separator: ", ")); by default unet, or that of --from.",
            valueName: "name"))
    var architecture: String?

    @Option(
        help: .init(
            "Channels of each level, the finest first, or units of hidden layers (dense).", valueName: "N,N,..."))
    var widths: WholeNumbers?

    @Option(help: .init("Blocks on each side of each level (unet).", valueName: "N"))
    var blocks: Int?

    @Option(
        help: .init(
            "Another value of the architecture, as latentChannels=32; may be repeated.", valueName: "key=value"))
    var network: [String] = []

    @Option(help: .init("Clean pictures: a folder; may be repeated.", valueName: "folder"))
    var images: [PathArgument] = []

    @Option(
        help: .init(
            "Classes of the pictures of --images: CSV, IDX or NPY; by default the folders they lie in.",
            valueName: "file"))
    var labels: PathArgument?

    @Option(help: .init("Labels of each class that are known, drawn by --seed; by default all.", valueName: "N"))
    var labelsPerClass: Int?

    @Option(
        help: .init("In place of --images: corrupted pictures, paired by name with --targets.", valueName: "folder"))
    var inputs: PathArgument?

    @Option(help: .init("What the pictures of --inputs are to become.", valueName: "folder"))
    var targets: PathArgument?

    @Option(
        help: .init(
            "In place of --images: noisy pictures that nobody has clean (Neighbor2Neighbor); may be repeated.",
            valueName: "folder"))
    var noisyImages: [PathArgument] = []

    @Option(help: .init("Clean pictures to measure on; may be repeated.", valueName: "folder"))
    var validation: [PathArgument] = []

    @Option(
        help: .init("The pictures of --validation corrupted, paired by name, to measure on.", valueName: "folder"))
    var validationInputs: PathArgument?

    @Option(
        help: .init(
            "What validation pictures go through, gaussian:25; each repetition is told.", valueName: "kind:level"))
    var validationCorrupt: [String] = []

    @Option(
        help: .init(
            "restoration, or damageMask: where the picture is damaged; --targets then holds the masks.",
            valueName: "name"))
    var goal: String?

    @Option(help: .init("The share of patches without colour, 0 to 1.", valueName: "share"))
    var greyShare: Double?

    @Option(
        help: .init(
            "What is done to the pictures, gaussian:0-75; repeated: each as likely, or by weights, 3*none.",
            valueName: "kind:level"))
    var corrupt: [String] = []

    @Option(
        help: .init(
            "Pictures of two levels: threshold, static (drawn once, grey levels as chances) or dynamic (drawn anew).",
            valueName: "way"))
    var binarise: Binarisation?

    @Flag(
        inversion: .prefixedNo,
        help: "Patches are flipped and turned in the eight ways; by default unless all pictures come from arrays.")
    var flips: Bool?

    @Option(help: .init("mse, l1, charbonnier:eps=1e-3, psnr, bce, edge, or a sum as l1+0.1*edge.", valueName: "name"))
    var loss: String?

    @Option(help: .init("sgd, adam or adamw.", valueName: "name"))
    var optimiser: String?

    @Option(help: .init("The full learning rate.", valueName: "rate"))
    var rate: Double?

    @Option(help: .init("constant, cosine:final=1e-6 or step:every=N:factor=F.", valueName: "shape"))
    var schedule: String?

    @Option(help: .init("Steps during which the rate rises.", valueName: "N"))
    var warmup: Int?

    @Option(
        help: .init("float32, or bfloat16: faster where the processor has BF16 products.", valueName: "name"))
    var precision: String?

    @Option(help: .init("Patches of a step.", valueName: "N"))
    var batch: Int?

    @Option(help: .init("Side of a patch.", valueName: "pixels"))
    var patch: Int?

    @Option(help: .init("Length of the run in steps.", valueName: "N"))
    var steps: Int?

    @Option(help: .init("Length in minutes, turned into steps once the speed is measured.", valueName: "N"))
    var minutes: Double?

    @Option(help: .init("Length in megapixels.", valueName: "N"))
    var megapixels: Double?

    @Option(help: .init("Of first weights and patches.", valueName: "N"))
    var seed: UInt64?

    @Option(help: .init("Steps between two validations.", valueName: "N"))
    var validateEvery: Int?

    @Option(
        name: .customLong("from"), help: .init("The model to begin with.", valueName: "name|folder"),
        completion: .models())
    var initialModel: String?

    @Option(help: .init("A model to learn from beside the pictures.", valueName: "name|folder"), completion: .models())
    var teacher: String?

    @Option(
        help: .init(
            "The share of the loss that the teacher's results have, by default \(Self.standard.teacherWeight).",
            valueName: "share"))
    var teacherWeight: Double?

    @Option(
        help: .init(
            "A model whose bottleneck features of result and target are compared beside the loss.",
            valueName: "name|folder"), completion: .models())
    var perceptual: String?

    @Option(
        help: .init(
            "What their mean squared difference counts, by default \(Self.standard.perceptualWeight).",
            valueName: "weight"))
    var perceptualWeight: Double?

    /// Returns the settings that were given, as keys and values of the configuration.
    private func given() throws -> [String: Any] {
        var values: [String: Any] = [:]
        if !images.isEmpty { values["images"] = images.map { $0.path.string } }
        if !validation.isEmpty { values["validation"] = validation.map { $0.path.string } }
        values["labels"] = labels?.path.string
        values["labelsPerClass"] = labelsPerClass
        values["inputs"] = inputs?.path.string
        values["targets"] = targets?.path.string
        if !noisyImages.isEmpty { values["noisyImages"] = noisyImages.map { $0.path.string } }
        values["validationInputs"] = validationInputs?.path.string
        if !validationCorrupt.isEmpty { values["validationCorruptions"] = validationCorrupt }
        if goal == "marks" { Console.standardError.write("note: --goal marks is called damageMask now\n") }
        values["goal"] = goal == "marks" ? "damageMask" : goal
        values["greyShare"] = greyShare
        if !corrupt.isEmpty { values["corruptions"] = corrupt }
        values["flips"] = flips
        values["binarise"] = binarise?.rawValue
        values["loss"] = loss
        values["optimiser"] = optimiser
        values["rate"] = rate
        values["schedule"] = schedule
        values["warmup"] = warmup
        values["precision"] = precision
        values["steps"] = steps
        values["minutes"] = minutes
        values["megapixels"] = megapixels
        values["seed"] = seed
        values["validateEvery"] = validateEvery
        values["initialModel"] = initialModel
        values["teacher"] = teacher
        values["teacherWeight"] = teacherWeight
        values["perceptual"] = perceptual
        values["perceptualWeight"] = perceptualWeight
        if batch != nil || patch != nil {
            let stage = TrainingConfiguration.Sampling.standardStage
            values["stages"] = [
                ["share": stage.share, "patch": patch ?? stage.patch, "batch": batch ?? stage.batch] as [String: Any]
            ]
        }
        if architecture != nil || widths != nil || blocks != nil || !network.isEmpty {
            var network = try Self.networkValues(network)
            // The options say it over what --network says of the same key.
            if let architecture { network["architecture"] = architecture }
            if let widths { network["widths"] = widths.values }
            if let blocks { network["blocks"] = blocks }
            values["architecture"] = network
        }
        return values
    }

    /// Returns `key=value` texts as a JSON object's values.
    private static func networkValues(_ texts: [String]) throws -> [String: Any] {
        var values: [String: Any] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, values[String(parts[0])] == nil else {
                throw ValidationError("--network \(text): expected a key once, as latentChannels=32")
            }
            // What is no number, list or truth value is a text.
            let value = try? JSONSerialization.jsonObject(with: Data(parts[1].utf8), options: .fragmentsAllowed)
            values[String(parts[0])] = value ?? String(parts[1])
        }
        return values
    }

    var isEmpty: Bool { config == nil && ((try? given())?.isEmpty ?? false) }

    /// Returns the configuration of these settings.
    ///
    /// - Parameters:
    ///   - initialModel: the model to begin with where no option names one.
    ///   - standardPatch: the side of a patch where neither the options nor the file state one.
    /// - Throws: `ValidationError`, `TrainingError`, `ModelFileError`, `FileError`; `CommandFailure` where what was
    ///   asked for makes no network.
    func configuration(initialModel: String? = nil, standardPatch: Int? = nil) throws -> TrainingConfiguration {
        var options = self
        options.initialModel = self.initialModel ?? initialModel
        if config == nil { options.patch = patch ?? standardPatch }
        return try Self.asked {
            try options.configuration { name in
                let path = try ModelLibrary.standard().folder(of: name).appending(Model.weightsFileName)
                return try SafetensorsFile(reading: path).metadata["configuration", default: ""]
            }
        }
    }

    /// Returns the result of `body`, called with values that were asked for: if they make no network, the error is one
    /// of usage, not of a model.
    static func asked<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as ModelFileError {
            switch error {
            case .unknownArchitecture, .badConfiguration: throw CommandFailure(status: .usage, message: "\(error)")
            default: throw error
            }
        }
    }

    /// Returns the file of settings merged with the options.
    ///
    /// - Parameter initialArchitecture: the JSON text of the architecture of the model to begin with.
    private func configuration(initialArchitecture: (String) throws -> String) throws -> TrainingConfiguration {
        var values: [String: Any] = [:]
        if let path = config?.path {
            let text: String
            do {
                text = String(decoding: try FileBytes.read(path, limit: FileBytes.jsonByteLimit), as: UTF8.self)
            } catch {
                throw ValidationError("--config: \"\(path.printed)\" cannot be read")
            }
            values = try Self.values(TrainingConfiguration(json: text).json())
        }
        let given = try given()
        if ["steps", "minutes", "megapixels"].contains(where: { given[$0] != nil }) {
            for key in ["steps", "minutes", "megapixels"] { values[key] = nil }
        }
        let asked = given["architecture"] as? [String: Any] ?? [:]
        var network = values["architecture"] as? [String: Any]
        values.merge(given) { _, new in new }
        if network == nil, let initial = values["initialModel"] as? String {
            network = try Self.values(initialArchitecture(initial))
        }
        // What is not asked for is as in the file of settings or in the model to begin with, if that is of the same
        // kind.
        if let name = asked["architecture"] as? String, name != network?["architecture"] as? String { network = nil }
        values["architecture"] = (network ?? ["architecture": "unet"]).merging(asked) { _, new in new }
        let data = try JSONSerialization.data(withJSONObject: values)
        return try TrainingConfiguration(json: String(decoding: data, as: UTF8.self))
    }

    private static func values(_ json: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] ?? [:]
    }
}
