public import Corruptions
public import Tensors

/// Patches of clean pictures, corrupted on the fly.
///
/// A picture is sampled in proportion to its area, then a place in it, one of the eight flips and turns, and the
/// corruption. A corruption that downsamples makes the input smaller than the target. Without a margin blur and JPEG
/// see the patch alone: beyond its edges it is mirrored or repeated, as at the edges of a picture. Where the corruption
/// leaves no colour, the target has none either.
public struct PatchSampler: PatchSource {
    /// The changes to patches beside the corruption. The standard values change nothing but the flips and turns. Shares
    /// are 0...1.
    public struct Settings: Sendable, Equatable {
        /// True where patches are flipped and turned in the eight ways.
        public var turns: Bool
        /// The share of the patches that are taken from the picture downsampled by 1 to 2, as far as it is large
        /// enough.
        public var reducedShare: Double
        /// The share of the patches of colour pictures that are made grey, in all channels.
        public var greyShare: Double
        /// The share of the patches that are given the look of an old print, target and input alike.
        public var toningShare: Double
        /// The share of the patches that are a `GeneratedPicture` and no piece of a picture, each kind equally likely.
        public var generatedShare: Double
        /// The share of the generated patches that cover a part of a picture's patch and not all of it.
        public var insetShare: Double
        /// The share of the patches with colour whose channels are exchanged or whose hue is turned, target and input
        /// alike.
        public var hueShare: Double
        /// The share of the patches with colour whose colours are made stronger, target and input alike.
        public var saturationShare: Double
        /// The share of the patches under white noise whose noise level is given to the network.
        public var knownNoiseShare: Double
        /// The number of places of which the one with the most texture is taken, 1 or more, where the corruption has no
        /// noise: sand and grass look like noise, and a network that seldom sees them without noise learns to remove
        /// them.
        public var textureChoices: Int
        /// The share of the patches without noise whose place is chosen so.
        public var textureShare: Double
        /// The pixels of the input around the patch that the corruption sees and that are cut off again, 0 or more. The
        /// cut lies up to 8 pixels off the middle, so that JPEG's blocks begin anywhere.
        public var margin: Int
        /// True where targets are damage masks, see `TrainingConfiguration.Goal`.
        public var targetsDamageMask: Bool

        /// Creates settings; shares are 0...1.
        public init(
            turns: Bool = true, reducedShare: Double = 0, greyShare: Double = 0, toningShare: Double = 0,
            generatedShare: Double = 0, insetShare: Double = 0, hueShare: Double = 0, saturationShare: Double = 0,
            knownNoiseShare: Double = 0,
            textureChoices: Int = 1, textureShare: Double = 1, margin: Int = 0,
            targetsDamageMask: Bool = false
        ) {
            self.turns = turns
            self.reducedShare = reducedShare
            self.greyShare = greyShare
            self.toningShare = toningShare
            self.generatedShare = generatedShare
            self.insetShare = insetShare
            self.hueShare = hueShare
            self.saturationShare = saturationShare
            self.knownNoiseShare = knownNoiseShare
            self.textureChoices = textureChoices
            self.textureShare = textureShare
            self.margin = margin
            self.targetsDamageMask = targetsDamageMask
        }
    }

    /// The clean pictures.
    public let pool: PicturePool
    /// The distribution that corruptions are sampled from.
    public let corruptions: CorruptionDistribution
    /// The changes to patches beside the corruption.
    public let settings: Settings
    public let seed: UInt64
    private let smallestSide: Int

    /// Creates a sampler of patches of `pool`.
    public init(pool: PicturePool, corruptions: CorruptionDistribution, settings: Settings = .init(), seed: UInt64) {
        self.pool = pool
        self.corruptions = corruptions
        self.settings = settings
        self.seed = seed
        smallestSide = pool.pictures.reduce(Int.max) { min($0, $1.height, $1.width) }
    }

    public var channels: Int { pool.channels }
    public var scale: Int { corruptions.reduction }
    public var largestSide: Int { max(0, smallestSide / scale - 2 * settings.margin) }

    /// Fills `input` with a corrupted patch, and `target` with the clean one or with the damage mask.
    ///
    /// - Complexity: about 50 microseconds for 64x64 RGB with white noise, 100 more where the picture is downsampled;
    ///   grain and JPEG about 800, photon noise 3000 (one core of a busy machine, 2026-11-24,
    ///   `PatchSamplerTests.speed`).
    public func makePatch(
        step: Int, sample: Int, input: PlanarView, target: PlanarView, workspace: PatchWorkspace
    ) throws -> SampleFacts {
        try checkSides(input: input, target: target)
        var random = RandomStream(seed: seed, step, sample)
        let margin = settings.margin
        // The order of the samples is part of what a seed means: a setting's numbers are sampled only where it is set.
        let early = settings.textureChoices > 1 ? corruptions.draw(using: &random) : nil
        let clean = margin == 0 ? target : workspace.margined(.clean, target, margin * scale)
        let isGenerated = settings.generatedShare > 0 && random.uniform() < settings.generatedShare
        let isInset = isGenerated && settings.insetShare > 0 && random.uniform() < settings.insetShare
        var picture: Int?
        if !isGenerated || isInset {
            let isChosen = early.map { !$0.isNoisy } == true && random.uniform() < settings.textureShare
            let place = try drawPlace(
                choices: isChosen ? settings.textureChoices : 1, side: clean.height, random: &random)
            try copy(place, to: clean, workspace: workspace)
            picture = place.picture
        }
        if isGenerated {
            let part = isInset ? Self.drawPart(of: clean, random: &random) : clean
            generate(to: part, workspace: workspace, random: &random)
        }
        if channels == 3 { changeColours(of: clean, random: &random) }
        let isToned = settings.toningShare > 0 && random.uniform() < settings.toningShare
        let toning = isToned ? Toning(random: &random) : nil
        let corruption = early ?? corruptions.draw(using: &random)
        let isTold = random.uniform() < settings.knownNoiseShare
        let corrupted = margin == 0 ? input : workspace.margined(.corrupted, input, margin)
        try corrupt(clean, to: corrupted, corruption, toning, random: &random)
        if margin > 0 {
            let slack = min(8, margin)
            let top = margin - slack + random.integer(below: 2 * slack)
            let left = margin - slack + random.integer(below: 2 * slack)
            input.copySamples(from: corrupted.square(top: top, left: left, side: input.height))
            target.copySamples(from: clean.square(top: top * scale, left: left * scale, side: target.height))
        }
        if settings.targetsDamageMask { target.setDamageMask(of: input, against: target) }
        return SampleFacts(noiseLevel: isTold ? Float(corruption.whiteSigma ?? 0) : 0, picture: picture)
    }

    /// The place that a patch is taken from.
    private struct Place {
        var picture: Int
        var orientation: Int
        var top: Int
        var left: Int
        var side: Int
    }

    /// Samples a place for a patch of `side` pixels; of several choices the one with the most texture.
    private func drawPlace(
        choices: Int, side: Int, random: inout RandomStream
    ) throws(TrainingDataError) -> Place {
        var best = try drawPlace(side: side, random: &random)
        guard choices > 1 else { return best }
        var most = try texture(at: best)
        for _ in 1..<choices {
            let place = try drawPlace(side: side, random: &random)
            let texture = try texture(at: place)
            if texture > most { (best, most) = (place, texture) }
        }
        return best
    }

    private func drawPlace(side: Int, random: inout RandomStream) throws(TrainingDataError) -> Place {
        let index = pool.index(ofPixel: random.integer(below: pool.area))
        let picture = pool.pictures[index]
        let orientation = settings.turns ? random.integer(below: 8) : 0
        var cropSide = side
        if settings.reducedShare > 0, random.uniform() < settings.reducedShare {
            let wanted = Int((Double(side) / (0.5 + 0.5 * random.uniform())).rounded())
            cropSide = min(wanted, picture.height, picture.width)
        }
        let top = random.integer(below: picture.height - cropSide + 1)
        let left = random.integer(below: picture.width - cropSide + 1)
        return Place(picture: index, orientation: orientation, top: top, left: left, side: cropSide)
    }

    private func texture(at place: Place) throws(TrainingDataError) -> Double {
        try pool.picture(at: place.picture).texture(top: place.top, left: place.left, side: place.side)
    }

    /// Writes the patch at `place`, as clean as the picture.
    private func copy(_ place: Place, to clean: PlanarView, workspace: PatchWorkspace) throws(TrainingDataError) {
        let picture = try pool.picture(at: place.picture)
        let side = clean.height
        if place.side == side {
            picture.copySquare(top: place.top, left: place.left, side: side, orientation: place.orientation, to: clean)
        } else {
            let crop = workspace.view(.crop, channels: channels, height: place.side, width: place.side)
            picture.copySquare(
                top: place.top, left: place.left, side: place.side, orientation: place.orientation, to: crop)
            let between = workspace.view(.between, channels: 1, height: side, width: place.side)
            workspace.filter.apply(from: crop, to: clean, between: between)
        }
    }

    /// Samples a rectangle whose sides are a quarter to three quarters of the patch's.
    private static func drawPart(of clean: PlanarView, random: inout RandomStream) -> PlanarView {
        let side = clean.height
        func range() -> Range<Int> {
            let length = max(1, Int(Double(side) * (0.25 + 0.5 * random.uniform())))
            let start = random.integer(below: side - length + 1)
            return start..<start + length
        }
        let rows = range()
        return clean.cropped(rows: rows, columns: range())
    }

    /// Writes a synthetic picture.
    private func generate(to clean: PlanarView, workspace: PatchWorkspace, random: inout RandomStream) {
        let kinds = GeneratedPicture.Kind.allCases
        let picture = GeneratedPicture(kinds[random.integer(below: kinds.count)], seed: random.next())
        guard channels == 1 else { return picture.draw(on: clean) }
        let colours = workspace.view(.generated, channels: 3, height: clean.height, width: clean.width)
        picture.draw(on: colours)
        colours.removeColour()
        colours.channels(from: 0, count: 1).round(toBits: 8, into: clean)
    }

    /// Takes the colours of a patch away, turns them or makes them stronger.
    private func changeColours(of clean: PlanarView, random: inout RandomStream) {
        if settings.greyShare > 0, random.uniform() < settings.greyShare { return clean.removeColour() }
        let isTurned = settings.hueShare > 0 && random.uniform() < settings.hueShare
        if isTurned { HueTurn(random: &random).apply(to: clean) }
        let isStronger = settings.saturationShare > 0 && random.uniform() < settings.saturationShare
        if isStronger { clean.saturate(by: Float(1.25 + 2.75 * random.uniform())) }
        // As a file has them.
        if isTurned || isStronger { clean.round(toBits: 8, into: clean) }
    }

    /// Writes `clean` corrupted to `corrupted`; `clean` becomes what it is to be restored to.
    private func corrupt(
        _ clean: PlanarView, to corrupted: PlanarView, _ corruption: Corruption, _ toning: Toning?,
        random: inout RandomStream
    ) throws(CorruptionError) {
        guard toning != nil || corruption.isColourless else {
            return try corruption.apply(from: clean, to: corrupted, random: &random)
        }
        if corruption.isColourless { clean.removeColour() }
        toning?.fade(clean)
        if !corruption.isColourless { toning?.tint(clean) }
        // A print that was scanned, a frame that was copied: 8 bits.
        clean.round(toBits: 8, into: clean)
        try corruption.apply(from: clean, to: corrupted, random: &random)
        if corruption.isColourless, let toning {
            // Tinted film is tinted after the corruption, which would take the tint off.
            for view in [clean, corrupted] {
                toning.tint(view)
                view.round(toBits: 8, into: view)
            }
        }
    }
}

extension PatchSource {
    func checkSides(input: PlanarView, target: PlanarView) throws(TrainingDataError) {
        precondition(input.height == input.width && target.height == target.width)
        precondition(input.channels == channels && target.channels == channels)
        precondition(target.height == input.height * scale)
        guard input.height <= largestSide else {
            throw .patchSide(found: input.height, expected: "at most \(largestSide), of the smallest picture")
        }
    }
}

extension PlanarView {
    fileprivate func square(top: Int, left: Int, side: Int) -> PlanarView {
        cropped(rows: top..<top + side, columns: left..<left + side)
    }
}
