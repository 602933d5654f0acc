import Files
import Kernels
public import SystemPackage

/// The facts that `model.json` states about a model: names after OpenModelDB's fields where it has one, and our own
/// beside them.
///
/// Reading is forgiving: unknown fields are ignored and optional fields of another form count as absent, so that
/// cards of later versions can still be listed. Only name, scale and channels must be there.
public struct ModelCard: Codable, Sendable, Equatable {
    /// The task of a model.
    public enum Task: String, Codable, Sendable {
        /// Removing white noise.
        case denoise
        /// Removing grain, slight blur and JPEG blocks of scans.
        case scan
        /// Removing JPEG artefacts alone.
        case jpeg
        /// Upscaling.
        case upscale
        /// Detecting damage: the result is no picture but a damage mask, 1 where a picture is damaged, 0 elsewhere; or
        /// `classes` of damage.
        case damage
        /// Filling holes: the input has a mask beside the picture's channels, 1 where there is a hole.
        case mend
        /// Telling what class a picture belongs to: the result has a channel for each of `classes`, its logit, the same
        /// in all pixels of a square.
        case classify
    }

    /// A file of the model.
    public struct Resource: Codable, Sendable, Equatable {
        /// The program that the file is for, such as `retouch`.
        public var platform: String
        /// The format of the file, such as `safetensors`.
        public var type: String
        /// The size in bytes.
        public var size: Int?
        /// The SHA-256 digest in hexadecimal.
        public var sha256: String?

        /// Creates the entry of a file.
        public init(platform: String, type: String, size: Int? = nil, sha256: String? = nil) {
            self.platform = platform
            self.type = type
            self.size = size
            self.sha256 = sha256
        }
    }

    /// A set of pictures that the model was trained on.
    public struct TrainingData: Codable, Sendable, Equatable {
        /// The name of the set.
        public var name: String
        /// The licence of the pictures.
        public var licence: String?
        /// A remark on the set, such as the part that was used.
        public var note: String?

        /// Creates the entry of a set of pictures.
        public init(name: String, licence: String? = nil, note: String? = nil) {
            self.name = name
            self.licence = licence
            self.note = note
        }
    }

    /// The training of the model.
    public struct Training: Codable, Sendable, Equatable {
        /// The objective, optimiser and schedule in words.
        public var recipe: String?
        /// The model whose weights training began with.
        public var initialisedFrom: String?

        /// Creates a description of the training.
        public init(recipe: String? = nil, initialisedFrom: String? = nil) {
            self.recipe = recipe
            self.initialisedFrom = initialisedFrom
        }
    }

    /// A quality that was measured on one set of pictures.
    public struct Quality: Codable, Sendable, Equatable {
        /// The name of the set.
        public var set: String
        /// The name of the evaluation protocol, such as `awgn`.
        public var `protocol`: String
        /// The corruption of the pictures, such as `gaussian:25`.
        public var corruption: String?
        /// The PSNR of the restored pictures in decibels.
        public var psnr: Double
        /// The SSIM of the restored pictures, at most 1.
        public var ssim: Double?
        /// The PSNR of the untreated pictures, in decibels.
        public var before: Double?

        /// Creates a measured quality.
        public init(
            set: String, protocol: String, corruption: String? = nil, psnr: Double, ssim: Double? = nil,
            before: Double? = nil
        ) {
            self.set = set
            self.protocol = `protocol`
            self.corruption = corruption
            self.psnr = psnr
            self.ssim = ssim
            self.before = before
        }
    }

    /// The figures that the literature reports of another method on sets of `quality`.
    public struct Published: Codable, Sendable, Equatable {
        /// The name of the method.
        public var method: String
        /// A remark on the method, such as whether it is blind or noise-conditioned.
        public var note: String?
        /// The multiply-adds for one pixel: of the result, where the model upscales.
        public var multiplyAddsPerPixel: Double?
        /// The reported figures.
        public var quality: [Quality]

        /// Creates the entry of a method.
        public init(method: String, note: String? = nil, multiplyAddsPerPixel: Double? = nil, quality: [Quality]) {
            self.method = method
            self.note = note
            self.multiplyAddsPerPixel = multiplyAddsPerPixel
            self.quality = quality
        }
    }

    /// The operations that may multiply BF16, and the loss that this costs: `retouch bench --calibrate` measures it.
    public struct Fast: Codable, Sendable, Equatable {
        /// The names of the operations that multiply operands rounded to BF16, by Winograd where they take it.
        public var operations: [String]
        /// The measured figures: `psnr` with BF16 products, `before` with Float32 products.
        public var quality: [Quality]

        /// Creates the entry of the faster mode.
        public init(operations: [String], quality: [Quality]) {
            self.operations = operations
            self.quality = quality
        }

        /// The greatest loss of PSNR, in decibels.
        public var loss: Double { quality.map { ($0.before ?? $0.psnr) - $0.psnr }.max() ?? 0 }
    }

    /// The reason why the model has no faster mode here; nil where it has one.
    public var fastUnavailability: String? {
        fast == nil ? "what it costs was not measured for \(name)" : InstructionSet.current.hindranceOfBFloat16
    }

    /// The operations that multiply BF16 here in the faster mode, by name; none where there is no such mode.
    public var roundedOperations: [String] { fastUnavailability == nil ? fast?.operations ?? [] : [] }

    /// The version of the card's form.
    public var cardVersion: Int?
    /// The model's name.
    public var name: String
    /// The author of the model.
    public var author: String?
    /// The licence of the weights.
    public var license: String?
    /// Keywords for listings.
    public var tags: [String]?
    /// The description of the model in words.
    public var description: String?
    /// The date of the model, `YYYY-MM-DD`.
    public var date: String?
    /// The name of the architecture.
    public var architecture: String?
    /// The size of the network in words; a single text in the file counts as a list of one.
    public var size: [String]?
    /// The result's side divided by the picture's.
    public var scale: Int
    /// The number of channels of the picture.
    public var inputChannels: Int
    /// The number of channels of the result.
    public var outputChannels: Int
    /// The files of the model.
    public var resources: [Resource]?
    /// The training set in words.
    public var dataset: String?
    /// The number of steps of training.
    public var trainingIterations: Int?
    /// The number of samples of a batch in training, of the last stage where there are several.
    public var trainingBatchSize: Int?
    /// The side, in pixels, of the patches in training, of the last stage where there are several.
    public var trainingHRSize: Int?
    /// The task that the model was trained for.
    public var task: Task?
    /// The classes that the result's channels stand for, as logits; for damage the first one stands for none. Nil where
    /// the result is a picture or a mask.
    public var classes: [String]?
    /// The lowest and highest noise level that the model was trained for, on 0...255.
    public var noiseRange: [Double]?
    /// The receptive radius in pixels; informative, since the program computes its own from the network.
    public var receptiveRadius: Int?
    /// The multiply-adds for one pixel of the picture.
    public var multiplyAddsPerPixel: Double?
    /// The number of learnt numbers.
    public var parameters: Int?
    /// The sets of pictures that the model was trained on.
    public var trainingData: [TrainingData]?
    /// The seed of the training's random numbers.
    public var seed: Int?
    /// The program that trained the model, such as "retouch".
    public var trainedBy: String?
    /// The training in words.
    public var training: Training?
    /// The qualities that were measured.
    public var quality: [Quality]?
    /// The published figures of other methods on the same sets, better and worse ones.
    public var published: [Published]?
    /// The faster mode with BF16 products, where its loss was measured.
    public var fast: Fast?
    /// The name of the folder beside this model's that holds the one for grey pictures: noise that three channels share
    /// is not what a model for colour has learnt.
    public var greyModel: String?

    /// Creates a card with the fields that every card has.
    public init(name: String, scale: Int = 1, inputChannels: Int = 3, outputChannels: Int = 3, task: Task? = nil) {
        self.name = name
        self.scale = scale
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.task = task
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        scale = try container.decode(Int.self, forKey: .scale)
        inputChannels = try container.decode(Int.self, forKey: .inputChannels)
        outputChannels = try container.decode(Int.self, forKey: .outputChannels)
        func optional<Value: Decodable>(_ key: CodingKeys) -> Value? { try? container.decode(Value.self, forKey: key) }
        cardVersion = optional(.cardVersion)
        author = optional(.author)
        license = optional(.license)
        tags = optional(.tags)
        description = optional(.description)
        date = optional(.date)
        architecture = optional(.architecture)
        let oneSize: String? = optional(.size)
        size = oneSize.map { [$0] } ?? optional(.size)
        resources = optional(.resources)
        dataset = optional(.dataset)
        trainingIterations = optional(.trainingIterations)
        trainingBatchSize = optional(.trainingBatchSize)
        trainingHRSize = optional(.trainingHRSize)
        task = optional(.task)
        classes = optional(.classes)
        noiseRange = optional(.noiseRange)
        receptiveRadius = optional(.receptiveRadius)
        multiplyAddsPerPixel = optional(.multiplyAddsPerPixel)
        parameters = optional(.parameters)
        trainingData = optional(.trainingData)
        seed = optional(.seed)
        trainedBy = optional(.trainedBy)
        training = optional(.training)
        quality = optional(.quality)
        published = optional(.published)
        fast = optional(.fast)
        greyModel = optional(.greyModel)
    }

    /// Compares the digest of a weights' file with the one that the card has, if it has one.
    ///
    /// - Parameter sha256: in hexadecimal.
    /// - Throws: `ModelFileError.cardMismatch`.
    public func checkWeights(sha256: String) throws(ModelFileError) {
        guard let digest = resources?.first(where: { $0.type == "safetensors" })?.sha256, digest.lowercased() != sha256
        else { return }
        throw .cardMismatch(field: "sha256", found: digest, expected: sha256)
    }

    /// Returns the folder of the model for grey pictures, beside `folder`, this model's; nil where none is named or it
    /// is not there.
    public func greyFolder(beside folder: FilePath) -> FilePath? {
        guard let name = greyModel, let component = FilePath.Component(name), component.kind == .regular else {
            return nil
        }
        let place = folder.removingLastComponent().appending(component)
        return (try? FileStamp(of: place.appending(Model.weightsFileName))) == nil ? nil : place
    }
}
