extension TrainingConfiguration {
    /// The pictures that a run is measured on, and when.
    public struct Validation: Sendable, Equatable {
        /// The folders and files of pictures to validate on; without any there is no validation.
        public var pictures: [String] = []
        /// The folder of the corrupted versions of `pictures`, which are then one folder, paired by name.
        public var inputs: String?
        /// The corruptions of the pictures, without ranges; each is measured.
        public var corruptions: [String] = []
        /// The steps from one validation to the next, 1 or more.
        public var every = 1000
        /// The side, in pixels, of the square in the middle of each picture that is measured; 0 for whole pictures.
        public var side = 256
        /// The validations without a new best after which the run ends, 1 or more; nil for never.
        public var patience: Int?

        /// Creates a validation on no pictures: none.
        public init() {}
    }
}

extension TrainingConfiguration.Validation {
    static var keys: [ConfigurationKey<Self>] {
        [
            .init("validation", \.pictures), .init("validationInputs", \.inputs),
            .init("validationCorruptions", \.corruptions), .init("validateEvery", \.every),
            .init("validationSide", \.side), .init("patience", \.patience),
        ]
    }

    func check() throws(TrainingError) {
        if let inputs {
            try TrainingError.check(
                pictures.count == 1, "validation", "\(pictures.count) folders",
                "one, whose pictures have those of \(inputs) as inputs")
            try TrainingError.check(
                corruptions.isEmpty, "validationCorruptions", corruptions.joined(separator: ", "),
                "none beside validationInputs")
        }
        try TrainingError.check(every >= 1, "validateEvery", every, "1 step or more")
        try TrainingError.check(side >= 0, "validationSide", side, "0 (whole pictures) or more")
        if let patience {
            try TrainingError.check(patience >= 1, "patience", patience, "1 validation or more")
            try TrainingError.check(!pictures.isEmpty, "patience", patience, "validation pictures to judge by")
        }
    }
}
