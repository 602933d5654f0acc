public import Networks

extension TrainingConfiguration {
    /// The pictures that the network learns from.
    public struct Source: Sendable, Equatable {
        /// The three kinds of pictures.
        public enum Pictures: Sendable, Equatable {
            /// The folders and files of clean pictures, or arrays of them (NPY, IDX), which corruptions corrupt.
            case clean([String])
            /// A folder of corrupted pictures, and the folder of their targets, paired by name.
            case pairs(inputs: String, targets: String)
            /// The folders and files of noisy pictures without clean ones: see `NoisyPatchSampler`.
            case noisy([String])
        }

        /// The pictures.
        public var pictures: Pictures
        /// The folder of the masks whose holes the network learns to fill, for clean pictures: see `MaskedPatches`. The
        /// network then has a channel more than the pictures, for the mask.
        public var masks: String?
        /// The source of the pictures' classes, for networks and terms that take a `label`: "folders" for the first
        /// folder of a picture's name, or a file: a CSV table with the columns `name` and `label`, or an array of one
        /// label a picture in the pictures' order.
        public var labels: String?
        /// The number of pictures of each class whose label is known, drawn by the run's seed, 1 or more; nil for all.
        public var labelsPerClass: Int?
        /// The weight of the second term of the loss on noisy pictures. The paper takes 2 in long runs; in short ones
        /// it slows learning (models/TRIALS.md).
        public var neighborWeight = 0.0
        /// The share of the patches that are synthetic and no piece of a picture, 0...1: see `GeneratedPicture`.
        public var generatedShare = 0.0
        /// The share of the synthetic patches that cover a part of a picture's patch, and not all of it, 0...1.
        public var insetShare = 0.0
        /// The description of the pictures and their licences for the model's card; empty for the folders' names.
        public var trainingData: [ModelCard.TrainingData] = []

        /// The word for labels that are the first folders of the pictures' names.
        public static let labelsOfFolders = "folders"

        /// Creates a source of these pictures alone.
        public init(_ pictures: Pictures) { self.pictures = pictures }
    }
}

extension TrainingConfiguration.Source {
    /// The folders and files that the pictures lie in; of pairs the inputs' before the targets'.
    var paths: [String] {
        switch pictures {
        case .clean(let paths), .noisy(let paths): paths
        case .pairs(let inputs, let targets): [inputs, targets]
        }
    }

    /// True where all pictures come from arrays, by their names: digits and the like, which stand one way up.
    var isOfArrays: Bool {
        paths.allSatisfy { path in
            let name = path.hasSuffix(".gz") ? path.dropLast(3) : path[...]
            return [".npy", ".idx", "-ubyte"].contains { name.hasSuffix($0) }
        }
    }

    static var keys: [ConfigurationKey<Self>] {
        [
            .init("labels", \.labels), .init("labelsPerClass", omitting: \.labelsPerClass), .init("masks", \.masks),
            .init("neighborWeight", \.neighborWeight),
            .init("generatedShare", \.generatedShare), .init("insetShare", \.insetShare),
            .init("trainingData", \.trainingData),
        ]
    }

    func check() throws(TrainingError) {
        try TrainingError.check(
            !paths.isEmpty, "images", "empty", "folders or pictures (or inputs and targets, or noisyImages)")
        if case .clean = pictures {
        } else {
            try TrainingError.check(labels == nil, "labels", labels ?? "", "none but for images")
            try TrainingError.check(masks == nil, "masks", masks ?? "", "none but for images")
        }
        if let labelsPerClass {
            try TrainingError.check(labelsPerClass >= 1, "labelsPerClass", labelsPerClass, "1 or more")
            try TrainingError.check(labels != nil, "labelsPerClass", "given without labels", "labels beside it")
        }
        try TrainingError.check(
            neighborWeight >= 0 && neighborWeight.isFinite, "neighborWeight", neighborWeight, "a number, 0 or more")
        try TrainingError.checkShares([(generatedShare, "generatedShare"), (insetShare, "insetShare")])
    }
}

// MARK: - JSON

extension TrainingConfiguration.Source.Pictures {
    static let keyNames = ["images", "inputs", "noisyImages", "targets"]

    /// Reads the one kind that is given; without any there are no clean pictures.
    ///
    /// - Throws: `TrainingError.setting` for several kinds, and for half of a pair.
    init(from fields: inout StrictFields) throws {
        let images: [String] = try fields.take("images") ?? []
        let (inputs, targets): (String?, String?) = (try fields.take("inputs"), try fields.take("targets"))
        let noisy: [String] = try fields.take("noisyImages") ?? []
        let given = [!images.isEmpty, inputs != nil || targets != nil, !noisy.isEmpty].count(where: \.self)
        try TrainingError.check(
            given <= 1, "images", "given beside inputs, targets or noisyImages", "one of the three")
        switch (inputs, targets) {
        case (nil, nil): self = noisy.isEmpty ? .clean(images) : .noisy(noisy)
        case (let inputs?, let targets?): self = .pairs(inputs: inputs, targets: targets)
        case (nil, _):
            throw TrainingError.setting(name: "inputs", found: "missing", expected: "a folder, beside targets")
        case (_, nil):
            throw TrainingError.setting(name: "targets", found: "missing", expected: "a folder, beside inputs")
        }
    }

    func write(to container: inout KeyedEncodingContainer<StrictFields.Key>) throws {
        var (images, noisy): ([String], [String]) = ([], [])
        var (inputs, targets): (String?, String?)
        switch self {
        case .clean(let paths): images = paths
        case .pairs(let input, let target): (inputs, targets) = (input, target)
        case .noisy(let paths): noisy = paths
        }
        try container.encode(images, forKey: .init(stringValue: "images"))
        try container.encode(inputs, forKey: .init(stringValue: "inputs"))
        try container.encode(targets, forKey: .init(stringValue: "targets"))
        try container.encode(noisy, forKey: .init(stringValue: "noisyImages"))
    }
}
