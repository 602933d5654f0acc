public import Latents

extension TrainingConfiguration {
    /// The patches that are taken from the pictures.
    public struct Sampling: Sendable, Equatable {
        /// The changes to patches, input and target alike, beside the corruption.
        public struct Augmentation: Sendable, Equatable {
            /// True where patches are flipped and turned in the eight ways.
            public var flips = true
            /// The share of the patches that lose their colour, 0...1.
            public var greyShare = 0.0
            /// The share of the patches that are given the look of an old print, 0...1.
            public var toningShare = 0.0
            /// The share of the patches with colour whose channels are exchanged or whose hue is turned, 0...1.
            public var hueShare = 0.0
            /// The share of the patches with colour whose colours are made stronger, 0...1.
            public var saturationShare = 0.0

            /// Creates flips and turns alone.
            public init() {}
        }

        /// The corruptions in the command's grammar, with ranges to sample from: `gaussian:0-75`. Each is equally
        /// likely, or as its weight says: `3*grain:0-20`. None where the pictures come corrupted; by default the
        /// architecture's.
        public var corruptions: [String]
        /// The stages of patch and batch size, whose shares add up to 1; one of share 1 where the sizes do not change.
        public var stages = [Self.standardStage]
        /// The share of the patches with white noise whose noise level is given to a noise-conditioned network, 0...1.
        public var noiseMapShare = 0.5
        /// True where half of the patches are taken from downsampled pictures.
        public var downscaling = false
        /// The number of places of which the one with the most texture is taken for a patch whose corruption has no
        /// noise, 1...64.
        public var textureChoices = 1
        /// The share of the patches without noise whose place is chosen so, 0...1.
        public var textureShare = 1.0
        /// The pixels around a patch that its corruption sees, for blur and JPEG that do not begin at its edges,
        /// 0...256.
        public var margin = 0
        /// The way in which pictures become pictures of two levels; nil where they stay as they are.
        public var binarisation: Binarisation?
        /// The changes to patches beside the corruption.
        public var augmentation = Augmentation()

        /// The one stage of a run whose sizes do not change.
        package static let standardStage = PatchStages.Stage(share: 1, patch: 64, batch: 16)

        /// Creates the standard sampling with these corruptions.
        public init(corruptions: [String]) { self.corruptions = corruptions }
    }
}

extension TrainingConfiguration.Sampling {
    static var keys: [ConfigurationKey<Self>] {
        [
            .init("corruptions", \.corruptions), .init("stages", \.stages), .init("noiseMapShare", \.noiseMapShare),
            .init("downscaling", \.downscaling), .init("textureChoices", \.textureChoices),
            .init("textureShare", \.textureShare), .init("margin", \.margin), .init("flips", \.augmentation.flips),
            .init("binarise", omitting: \.binarisation),
            .init("greyShare", \.augmentation.greyShare), .init("toningShare", \.augmentation.toningShare),
            .init("hueShare", \.augmentation.hueShare), .init("saturationShare", \.augmentation.saturationShare),
        ]
    }

    /// Checks ranges, and the patches against a network that asks for multiples of `multiple` pixels.
    func check(patchMultiple multiple: Int) throws(TrainingError) {
        try TrainingError.check(!stages.isEmpty, "stages", "empty", "at least one")
        let sum = stages.reduce(0) { $0 + $1.share }
        try TrainingError.check(abs(sum - 1) < 1e-6, "stages", "shares that add up to \(sum)", "1")
        for stage in stages {
            try TrainingError.check(stage.share > 0, "share", stage.share, "above 0")
            try TrainingError.check((1...4096).contains(stage.batch), "batch", stage.batch, "1 to 4096 patches")
            try TrainingError.check(
                (1...4096).contains(stage.patch) && stage.patch % multiple == 0, "patch", stage.patch,
                "a multiple of \(multiple) (what the network asks for), at most 4096")
        }
        try TrainingError.checkShares([
            (noiseMapShare, "noiseMapShare"), (augmentation.greyShare, "greyShare"),
            (augmentation.toningShare, "toningShare"), (augmentation.hueShare, "hueShare"),
            (augmentation.saturationShare, "saturationShare"), (textureShare, "textureShare"),
        ])
        try TrainingError.check((1...64).contains(textureChoices), "textureChoices", textureChoices, "1 to 64 places")
        try TrainingError.check((0...256).contains(margin), "margin", margin, "0 to 256 pixels")
    }

    /// Checks that nothing is set that has no meaning for pictures that come corrupted.
    func checkUncorrupted(_ kind: String) throws(TrainingError) {
        try TrainingError.check(
            corruptions.isEmpty, "corruptions", corruptions.joined(separator: ", "), "none for \(kind)")
        try TrainingError.check(!downscaling, "downscaling", downscaling, "false for \(kind)")
        let changing = [
            (augmentation.greyShare, "greyShare"), (augmentation.toningShare, "toningShare"),
            (augmentation.hueShare, "hueShare"), (augmentation.saturationShare, "saturationShare"),
        ]
        for (share, name) in changing { try TrainingError.check(share == 0, name, share, "0 for \(kind)") }
        try TrainingError.check(textureChoices == 1, "textureChoices", textureChoices, "1 for \(kind)")
        try TrainingError.check(margin == 0, "margin", margin, "0 for \(kind)")
    }
}
