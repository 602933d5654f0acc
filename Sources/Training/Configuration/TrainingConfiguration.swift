public import Autoencoders
public import Networks

/// Everything that decides what a training run makes, as one value: with the same pictures the same configuration
/// gives the same weights, to the bit, with any number of workers.
///
/// As JSON every key may be left out but `architecture` and `images`; a key that is not known is an error. Lengths are in
/// pixels, levels of noise on 0...255.
public struct TrainingConfiguration: Sendable, Equatable {
    /// How long the run is.
    public enum Length: Sendable, Equatable {
        case steps(Int)
        /// Turned into steps by the pixels of the batches.
        case megapixels(Double)
        /// Turned into steps once, by measuring the speed before the first step; the steps are then stored.
        case minutes(Double)
    }

    /// The arithmetic of the products.
    public enum Precision: String, Codable, Sendable, CaseIterable {
        case float32
        /// Products of operands rounded to BF16, with Float32 sums, weights and state. The first layer, Winograd's
        /// gradient of the weights and everything that is no convolution stay Float32. A processor without AVX512_BF16
        /// trains in Float32 and says so.
        case bfloat16
    }

    /// What the network learns to make of a corrupted picture.
    public enum Goal: String, Codable, Sendable, CaseIterable {
        /// The clean one.
        case restoration
        /// The mask of its damage, in all channels: 1 where the corruption changed a pixel by more than 10 of 255, else 0.
        /// Where pictures come in pairs, their targets are the masks.
        case damageMask

        /// Reads what version 0.1 wrote too, "marks".
        public init(from decoder: any Decoder) throws {
            let text = try decoder.singleValueContainer().decode(String.self)
            guard let goal = text == "marks" ? .damageMask : Goal(rawValue: text) else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: Self.allCases.map(\.rawValue).joined(separator: " or ")))
            }
            self = goal
        }
    }

    public var architecture: any Architecture
    public var goal: Goal = .restoration
    /// Folders and files of clean pictures, or arrays of them (NPY, IDX), which `corruptions` corrupt.
    public var images: [String]
    /// Which class each picture of `images` belongs to, for networks and terms that take a `label`: "folders" for the first
    /// folder of its name, or a file: a CSV table with the columns `name` and `label`, or an array of one label a picture
    /// in the pictures' order.
    public var labels: String?
    /// In place of `images`, a folder of corrupted pictures, and one of what they are to become, paired by name.
    public var inputs: String?
    public var targets: String?
    /// In place of `images`, folders and files of noisy pictures that nobody has clean: see `NoisyPatchSampler`.
    public var noisyImages: [String] = []
    /// The weight of the second term of the loss on noisy pictures. The paper takes 2 in long runs; in short ones it
    /// slows learning (models/TRIALS.md).
    public var neighborWeight = 0.0
    /// Folders and files of pictures to validate on; without any there is no validation.
    public var validation: [String] = []
    /// A folder of what the pictures of `validation`, then one folder, look like corrupted, paired by name.
    public var validationInputs: String?
    /// Corruptions in the command's grammar, with ranges to draw from: `gaussian:0-75`. Each is as likely, or as its
    /// weight says: `3*grain:0-20`. None where the pictures come corrupted; by default the architecture's.
    public var corruptions: [String]
    /// Corruptions of the validation pictures, without ranges; each is measured.
    public var validationCorruptions: [String] = []
    /// What the result is measured by; nil for what the architecture is measured by.
    public var loss: Loss?
    /// The whole objective, in place of `loss`, `teacher`, `perceptual` and what the architecture adds; nil for these.
    public var objective: [ObjectiveTerm]?
    /// Parameters with an optimiser, a rate and a cadence of their own; all others follow the run's.
    public var groups: [ParameterGroup] = []
    public var optimiser: OptimiserSettings = .adam(.init())
    /// The full learning rate.
    public var rate = 1e-3
    public var schedule: RateSchedule.Shape = .cosine(final: 1e-6)
    /// Steps of warm-up, fewer in a run that is no longer (`warmup(steps:)`).
    public var warmup = 300
    public var length: Length = .steps(30_000)
    /// The stages of patch size and batch; one of share 1 where they do not change.
    public var stages: [PatchStages.Stage] = [.init(share: 1, patch: 64, batch: 16)]
    public var seed: UInt64 = 0
    /// The longest gradient; nil for no limit.
    public var clipping: Double? = 1
    /// The share of the past in the averaged weights.
    public var averaging = 0.999
    /// The share of the patches whose noise level is told to a network that takes one.
    public var noiseMapShare = 0.5
    /// Whether patches are turned and flipped in the eight ways.
    public var flips = true
    /// Whether patches are also taken from pictures made smaller.
    public var downscaling = false
    /// The share of the patches that lose their colour, target and input alike.
    public var greyShare = 0.0
    /// The share of the patches that are given the look of an old print, target and input alike.
    public var toningShare = 0.0
    /// The share of the patches that are no piece of a picture but drawn by a program: see `GeneratedPicture`.
    public var generatedShare = 0.0
    /// The share of those that cover a part of a picture's patch, and not all of it.
    public var insetShare = 0.0
    /// The share of the patches with colour whose channels are exchanged or whose hue is turned, target and input alike.
    public var hueShare = 0.0
    /// The share of the patches with colour whose colours are made stronger, target and input alike.
    public var saturationShare = 0.0
    /// Of how many places the one with the most texture is taken for a patch whose corruption has no noise.
    public var textureChoices = 1
    /// The share of the patches without noise whose place is chosen so.
    public var textureShare = 1.0
    /// Pixels around a patch that its corruption sees, for blur and JPEG that do not begin at its edges.
    public var margin = 0
    public var precision: Precision = .float32
    /// Steps between two validations.
    public var validateEvery = 1000
    /// The side of the square in the middle of each validation picture that is measured; 0 for whole pictures.
    public var validationSide = 256
    /// Steps between two checkpoints.
    public var checkpointEvery = 500
    /// Validations without a new best after which the run ends; nil for never.
    public var patience: Int?
    /// The model whose weights training begins with.
    public var initialModel: String?
    /// A model that the network learns from beside the pictures, by name or folder; see `Teacher`.
    public var teacher: String?
    /// The share of the loss that the teacher's results have.
    public var teacherWeight = 0.5
    /// A model whose bottleneck features of result and target are compared too, by name or folder; see `FeatureDistance`.
    public var perceptual: String?
    /// What that distance counts beside the loss.
    public var perceptualWeight = 0.1
    /// What the pictures are and under which licences, for the model's card; empty for the folders' names.
    public var trainingData: [ModelCard.TrainingData] = []

    /// Whether pictures are read as pairs.
    public var hasPairs: Bool { inputs != nil || targets != nil }

    public init(architecture: any Architecture, images: [String]) {
        self.architecture = architecture
        self.images = images
        corruptions = [type(of: architecture).standardCorruption]
    }

    public static func == (a: Self, b: Self) -> Bool {
        // Architectures are compared through their JSON text, as everything else may be.
        (try? a.json()) == (try? b.json())
    }

    /// The objective of the run: its own terms, or those that its loss, its teacher, its perceptual distance and its
    /// architecture make.
    public var objectiveTerms: [ObjectiveTerm] {
        if let objective { return objective }
        let reconstruction = loss.map { [ObjectiveTerm]($0) } ?? architecture.reconstruction
        var terms = reconstruction
        if let teacher {
            terms = reconstruction.map { term in
                var term = term
                term.weight *= 1 - teacherWeight
                return term
            }.filter { $0.weight > 0 }
            terms += reconstruction.map { term in
                var term = term
                term.name = "teacher " + term.name
                term.target = .model(teacher)
                term.weight *= teacherWeight
                return term
            }
        }
        if let perceptual { terms.append(ObjectiveTerm(.perceptual(model: perceptual), weight: perceptualWeight)) }
        return terms + architecture.regularisation
    }

    /// The names of the groups that terms may move: the stated ones and the rest; none where all parameters are one group.
    public var groupNames: [String] { groups.isEmpty ? [] : groups.map(\.name) + [ParameterGroup.rest] }

    /// The schedule of a run of `steps` steps.
    public func rates(steps: Int) -> RateSchedule {
        RateSchedule(rate: rate, warmup: warmup(steps: steps), shape: schedule, steps: steps)
    }

    /// The warm-up of a run of `steps` steps: a tenth of them where they are no more than what was asked for.
    public func warmup(steps: Int) -> Int { warmup < steps ? warmup : steps / 10 }
}
