public import Autoencoders
public import Networks

/// The settings that decide the result of a training run, as one value: with the same pictures the same configuration
/// gives the same weights, to the bit, with any number of workers.
///
/// As JSON every key may be left out but `architecture` and `images`; an unknown key is an error. Lengths are in
/// pixels, noise levels in levels of 255. `validate(network:)` checks the ranges.
public struct TrainingConfiguration: Sendable, Equatable {
    /// The length of the run.
    public enum Length: Sendable, Equatable {
        /// A number of steps, 1 to 1000000000.
        case steps(Int)
        /// Megapixels of the network's result, converted to steps by the pixels of the batches.
        case megapixels(Double)
        /// Minutes, converted to steps once, by measuring the speed before the first step; the steps are then stored.
        case minutes(Double)
    }

    /// The arithmetic of the products.
    public enum Precision: String, Codable, Sendable, CaseIterable {
        /// Float32 products and sums.
        case float32
        /// Products of operands rounded to BF16, with Float32 sums, weights and state. The first layer, Winograd's
        /// gradient of the weights and everything that is no convolution stay Float32. A processor without AVX512_BF16
        /// trains in Float32, and the session reports it.
        case bfloat16
    }

    /// The target that the network learns to make of a corrupted picture.
    public enum Goal: String, Codable, Sendable, CaseIterable {
        /// The clean picture.
        case restoration
        /// The damage mask, in all channels: 1 where the corruption changed a pixel by more than 10 levels of 255, 0
        /// elsewhere. Where pictures come in pairs, their targets are the masks.
        case damageMask

        /// Reads a goal; "marks", which version 0.1 wrote, is `damageMask`.
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

    /// The architecture of the network.
    public var architecture: any Architecture
    /// The target that the network learns to make.
    public var goal: Goal = .restoration
    /// The folders and files of clean pictures, or arrays of them (NPY, IDX), which `corruptions` corrupt.
    public var images: [String]
    /// The source of the pictures' classes, for networks and terms that take a `label`: "folders" for the first folder
    /// of a picture's name, or a file: a CSV table with the columns `name` and `label`, or an array of one label a
    /// picture in the pictures' order.
    public var labels: String?
    /// A folder of corrupted pictures, in place of `images`; its pictures are paired with `targets` by name.
    public var inputs: String?
    /// The folder of the targets of `inputs`.
    public var targets: String?
    /// The folders and files of noisy pictures without clean ones, in place of `images`: see `NoisyPatchSampler`.
    public var noisyImages: [String] = []
    /// The weight of the second term of the loss on noisy pictures. The paper takes 2 in long runs; in short ones it
    /// slows learning (models/TRIALS.md).
    public var neighborWeight = 0.0
    /// The folders and files of pictures to validate on; without any there is no validation.
    public var validation: [String] = []
    /// The folder of the corrupted versions of the pictures of `validation`, which is then one folder, paired by name.
    public var validationInputs: String?
    /// The corruptions in the command's grammar, with ranges to sample from: `gaussian:0-75`. Each is equally likely,
    /// or as its weight says: `3*grain:0-20`. None where the pictures come corrupted; by default the architecture's.
    public var corruptions: [String]
    /// The corruptions of the validation pictures, without ranges; each is measured.
    public var validationCorruptions: [String] = []
    /// The loss that measures the result; nil for the architecture's reconstruction terms.
    public var loss: Loss?
    /// The whole objective, in place of `loss`, `teacher`, `perceptual` and the architecture's terms; nil for these.
    public var objective: [ObjectiveTerm]?
    /// The groups of parameters with an optimiser, a rate and a cadence of their own; all others follow the run's.
    public var groups: [ParameterGroup] = []
    /// The optimiser of the parameters.
    public var optimiser: OptimiserSettings = .adam(.init())
    /// The full learning rate, above 0.
    public var rate = 1e-3
    /// The course of the learning rate after the warm-up.
    public var schedule: RateSchedule.Shape = .cosine(final: 1e-6)
    /// The steps of learning-rate warm-up, fewer in a run that is no longer than it (`warmup(steps:)`).
    public var warmup = 300
    /// The length of the run.
    public var length: Length = .steps(30_000)
    /// The stages of patch and batch size, whose shares add up to 1; one of share 1 where the sizes do not change.
    public var stages: [PatchStages.Stage] = [.init(share: 1, patch: 64, batch: 16)]
    /// The seed of all random numbers of the run.
    public var seed: UInt64 = 0
    /// The largest norm of a gradient, above 0; nil for no limit.
    public var clipping: Double? = 1
    /// The share of the past in the averaged weights, 0..<1.
    public var averaging = 0.999
    /// The share of the patches with white noise whose noise level is given to a noise-conditioned network, 0...1.
    public var noiseMapShare = 0.5
    /// True where patches are flipped and turned in the eight ways.
    public var flips = true
    /// True where half of the patches are taken from downsampled pictures.
    public var downscaling = false
    /// The share of the patches that lose their colour, target and input alike, 0...1.
    public var greyShare = 0.0
    /// The share of the patches that are given the look of an old print, target and input alike, 0...1.
    public var toningShare = 0.0
    /// The share of the patches that are synthetic and no piece of a picture, 0...1: see `GeneratedPicture`.
    public var generatedShare = 0.0
    /// The share of the synthetic patches that cover a part of a picture's patch, and not all of it, 0...1.
    public var insetShare = 0.0
    /// The share of the patches with colour whose channels are exchanged or whose hue is turned, target and input
    /// alike, 0...1.
    public var hueShare = 0.0
    /// The share of the patches with colour whose colours are made stronger, target and input alike, 0...1.
    public var saturationShare = 0.0
    /// The number of places of which the one with the most texture is taken for a patch whose corruption has no noise,
    /// 1...64.
    public var textureChoices = 1
    /// The share of the patches without noise whose place is chosen so, 0...1.
    public var textureShare = 1.0
    /// The pixels around a patch that its corruption sees, for blur and JPEG that do not begin at its edges, 0...256.
    public var margin = 0
    /// The arithmetic of the products.
    public var precision: Precision = .float32
    /// The steps from one validation to the next, 1 or more.
    public var validateEvery = 1000
    /// The side, in pixels, of the square in the middle of each validation picture that is measured; 0 for whole
    /// pictures.
    public var validationSide = 256
    /// The steps from one checkpoint to the next, 1 or more.
    public var checkpointEvery = 500
    /// The validations without a new best after which the run ends, 1 or more; nil for never.
    public var patience: Int?
    /// The model whose weights training begins with, by name or folder; nil for fresh weights.
    public var initialModel: String?
    /// The model that the network learns from beside the pictures, by name or folder; see `TeacherNetwork`.
    public var teacher: String?
    /// The share of the loss that the teacher's results have, above 0, at most 1.
    public var teacherWeight = 0.5
    /// The model whose bottleneck features of result and target are compared too, by name or folder; see
    /// `PerceptualTerm`.
    public var perceptual: String?
    /// The weight of that distance beside the loss, above 0.
    public var perceptualWeight = 0.1
    /// The description of the pictures and their licences for the model's card; empty for the folders' names.
    public var trainingData: [ModelCard.TrainingData] = []

    /// True where pictures are read as pairs.
    public var hasPairs: Bool { inputs != nil || targets != nil }

    /// Creates a configuration with the standard values of an architecture.
    public init(architecture: any Architecture, images: [String]) {
        self.architecture = architecture
        self.images = images
        corruptions = [type(of: architecture).standardCorruption]
    }

    public static func == (a: Self, b: Self) -> Bool {
        // Architectures are compared through their JSON text, as everything else may be.
        (try? a.json()) == (try? b.json())
    }

    /// The terms of the objective: the stated ones, or those that the loss, the teacher, the perceptual distance and
    /// the architecture make.
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

    /// The names of the groups that terms may move: the stated ones and the rest; none where all parameters are one
    /// group.
    public var groupNames: [String] { groups.isEmpty ? [] : groups.map(\.name) + [ParameterGroup.rest] }

    /// Returns the schedule of a run of `steps` steps.
    public func rates(steps: Int) -> RateSchedule {
        RateSchedule(rate: rate, warmup: warmup(steps: steps), shape: schedule, steps: steps)
    }

    /// Returns the steps of learning-rate warm-up of a run of `steps` steps: a tenth of them where `warmup` is not less
    /// than them.
    public func warmup(steps: Int) -> Int { warmup < steps ? warmup : steps / 10 }
}
