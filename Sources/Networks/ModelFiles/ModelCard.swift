import Files
import Kernels
public import SystemPackage

/// What `model.json` says of a model: names after OpenModelDB's fields where it has one, and our own beside them.
///
/// Reading is forgiving: unknown fields are ignored and optional fields of another form count as absent, so that
/// cards of later versions can still be listed. Only name, scale and channels must be there.
public struct ModelCard: Codable, Sendable, Equatable {
    /// What a model is for.
    public enum Task: String, Codable, Sendable {
        /// White noise.
        case denoise
        /// Grain, slight blur and JPEG blocks of scans.
        case scan
        /// JPEG artefacts alone.
        case jpeg
        /// Enlarging.
        case upscale
        /// Marking damage: the result is no picture, but 1 where one is damaged, 0 elsewhere.
        case damage
    }

    /// A file of the model.
    public struct Resource: Codable, Sendable, Equatable {
        public var platform: String
        public var type: String
        /// In bytes.
        public var size: Int?
        public var sha256: String?

        public init(platform: String, type: String, size: Int? = nil, sha256: String? = nil) {
            self.platform = platform
            self.type = type
            self.size = size
            self.sha256 = sha256
        }
    }

    /// A set of pictures that the model was trained on.
    public struct TrainingData: Codable, Sendable, Equatable {
        public var name: String
        public var licence: String?
        public var note: String?

        public init(name: String, licence: String? = nil, note: String? = nil) {
            self.name = name
            self.licence = licence
            self.note = note
        }
    }

    public struct Training: Codable, Sendable, Equatable {
        public var recipe: String?
        /// The model whose weights training began with.
        public var initialisedFrom: String?

        public init(recipe: String? = nil, initialisedFrom: String? = nil) {
            self.recipe = recipe
            self.initialisedFrom = initialisedFrom
        }
    }

    /// A measured figure.
    public struct Quality: Codable, Sendable, Equatable {
        public var set: String
        public var `protocol`: String
        public var corruption: String?
        /// In decibels.
        public var psnr: Double
        public var ssim: Double?
        /// The PSNR of the untreated pictures, in decibels.
        public var before: Double?

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

    /// What the literature reports of another method on sets of `quality`.
    public struct Published: Codable, Sendable, Equatable {
        public var method: String
        /// What it is told.
        public var note: String?
        /// Of the result, where the model enlarges.
        public var multiplyAddsPerPixel: Double?
        public var quality: [Quality]

        public init(method: String, note: String? = nil, multiplyAddsPerPixel: Double? = nil, quality: [Quality]) {
            self.method = method
            self.note = note
            self.multiplyAddsPerPixel = multiplyAddsPerPixel
            self.quality = quality
        }
    }

    /// Which operations may multiply BF16, and what that costs: `retouch bench --calibrate` measures it.
    public struct Fast: Codable, Sendable, Equatable {
        /// The names of the operations that multiply operands rounded to BF16, by Winograd where they take it.
        public var operations: [String]
        /// What was measured: `psnr` in this way, `before` with Float32 products.
        public var quality: [Quality]

        public init(operations: [String], quality: [Quality]) {
            self.operations = operations
            self.quality = quality
        }

        /// The most that is lost, in decibels.
        public var loss: Double { quality.map { ($0.before ?? $0.psnr) - $0.psnr }.max() ?? 0 }
    }

    /// Why the model has no faster mode here; nil where it has.
    public var fastUnavailability: String? {
        fast == nil ? "what it costs was not measured for \(name)" : InstructionSet.current.hindranceOfBFloat16
    }

    /// The operations that multiply BF16 here in the faster mode, by name; none where there is no such mode.
    public var roundedOperations: [String] { fastUnavailability == nil ? fast?.operations ?? [] : [] }

    public var cardVersion: Int?
    public var name: String
    public var author: String?
    public var license: String?
    public var tags: [String]?
    public var description: String?
    public var date: String?
    public var architecture: String?
    public var size: [String]?
    public var scale: Int
    public var inputChannels: Int
    public var outputChannels: Int
    public var resources: [Resource]?
    public var dataset: String?
    public var trainingIterations: Int?
    public var trainingBatchSize: Int?
    public var trainingHRSize: Int?
    public var task: Task?
    /// The lowest and highest noise level that the model was trained for, on 0...255.
    public var noiseRange: [Double]?
    /// In pixels; informative, what counts is computed from the network.
    public var receptiveRadius: Int?
    public var multiplyAddsPerPixel: Double?
    /// Learnt numbers.
    public var parameters: Int?
    public var trainingData: [TrainingData]?
    public var seed: Int?
    /// "twin" or "retouch".
    public var trainedBy: String?
    public var training: Training?
    public var quality: [Quality]?
    /// Others' figures on the same sets, better and worse ones.
    public var published: [Published]?
    public var fast: Fast?
    /// The folder beside this model's that holds the one for grey pictures: noise that three channels share is not what a
    /// model for colour has learnt.
    public var greyModel: String?

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

    /// The folder of the model for grey pictures, beside `folder`, this model's; nil where none is named or it is not
    /// there.
    public func greyFolder(beside folder: FilePath) -> FilePath? {
        guard let name = greyModel, let component = FilePath.Component(name), component.kind == .regular else {
            return nil
        }
        let place = folder.removingLastComponent().appending(component)
        return (try? FileStamp(of: place.appending(Model.weightsFileName))) == nil ? nil : place
    }
}
