import Imaging
public import Tensors

/// A frame of old film that was copied for video: dirt and scratches on the film, then the softness of copies, grain,
/// streaks, 8 bits and JPEG blocks. It has no colour: every channel holds the luma.
///
/// The level goes from 0, where only colour and 8 bits are touched, to 1, film in a bad state: one piece of dirt for
/// every 64x64 pixels on average, a scratch or several over every 250 columns, copies of half the size in the worst
/// case, blurred by 0.3 to 1.1 pixels, grain of sigma 0 to 16, JPEG of quality 30 to 94 in four frames of five. Dirt
/// follows the area and scratches the width, so that a patch and a whole picture are frames of the same film. Rows are
/// the run of the film.
public struct FilmFrame: CorruptionStep {
    /// The state of the film, 0 (good) to 1 (bad).
    public var level: Double
    /// The factor of the level for dirt, 0 to 4; 0 leaves it out.
    public var dirt: Double
    /// The factor of the level for scratches, 0 to 4; 0 leaves them out.
    public var scratches: Double
    /// The factor of the level for the softness of copies, 0 to 4; 0 leaves it out.
    public var softness: Double
    /// The factor of the level for grain and streaks, 0 to 4; 0 leaves them out.
    public var grain: Double
    /// The factor of the level for JPEG blocks, 0 to 4; 0 leaves them out.
    public var blocks: Double

    /// Creates a frame of a level of 0 to 1, and factors of 0 to 4 of the level for each part.
    public init(
        level: Double, dirt: Double = 1, scratches: Double = 1, softness: Double = 1, grain: Double = 1,
        blocks: Double = 1
    ) {
        self.level = level
        self.dirt = dirt
        self.scratches = scratches
        self.softness = softness
        self.grain = grain
        self.blocks = blocks
    }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) {
        self.init(
            level: values.number("level"), dirt: values.number("dirt"), scratches: values.number("scratches"),
            softness: values.number("softness"), grain: values.number("grain"), blocks: values.number("blocks"))
    }

    private static let parts = ["dirt", "scratches", "softness", "grain", "blocks"]

    public static let kind = CorruptionKind(
        name: "film",
        summary: "a frame of old film, without colour, in a state of 0 (good) to 1 (bad): dirt, scratches, softness, "
            + "grain and JPEG blocks; \(parts.joined(separator: ", ")): factors (0 to 4)",
        parameters: [.init(name: "level", form: .number(0...1), standard: nil)]
            + parts.map { .init(name: $0, form: .number(0...4), standard: "1") },
        example: "film:0.7")

    /// Factors of 1 are left out.
    public var description: String {
        zip(Self.parts, [dirt, scratches, softness, grain, blocks]).filter { $0.1 != 1 }
            .reduce("film:\(CorruptionText.number(level))") { $0 + ":\($1.0)=\(CorruptionText.number($1.1))" }
    }

    public var isColourless: Bool { true }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        guard source.height > 0, source.width > 0 else { return }
        var frame = PlanarImage(channels: 1, height: source.height, width: source.width)
        source.writeLuma(to: frame.view)
        addDirt(to: frame.view, random: &random)
        addScratches(to: frame.view, random: &random)
        // Dirt lies on the film, so it is as soft as the picture.
        if level * softness > 0 { frame = try copied(frame, random: &random) }
        if level * grain > 0 { try addGrain(to: frame.view, random: &random) }
        if level * blocks > 0, random.uniform() < 0.8 {
            let loss = random.uniform(in: 6...70) * min(1, level * blocks)
            try JPEGArtefacts(quality: 100 - Int(loss)).apply(from: frame.view, to: frame.view, random: &random)
        }
        if frame.height != source.height || frame.width != source.width {
            frame = frame.resampled(toHeight: source.height, width: source.width, .bicubic)
        }
        try Quantisation(bits: 8).apply(from: frame.view, to: frame.view, random: &random)
        for c in 0..<target.channels { target.channels(from: c, count: 1).copySamples(from: frame.view) }
    }

    private func addDirt(to frame: PlanarView, random: inout some RandomNumbers) {
        let mean = level * dirt * Double(frame.height) * Double(frame.width) / 4096
        for _ in 0..<Int(random.poisson(mean: mean)) {
            for piece in FilmDirt.draw(height: frame.height, width: frame.width, random: &random) {
                piece.paint(on: frame)
            }
        }
    }

    /// Scratches come in groups: what has touched the film has more than one grain of sand.
    private func addScratches(to frame: PlanarView, random: inout some RandomNumbers) {
        let mean = level * scratches * Double(frame.width) / 250
        for _ in 0..<Int(random.poisson(mean: mean)) {
            let middle = random.uniform() * Double(frame.width)
            for _ in 0...random.index(below: 3) {
                FilmScratch(near: middle, height: frame.height, width: frame.width, random: &random).paint(on: frame)
            }
        }
    }

    /// The frame blurred and in three cases of five downsampled, as far as the level allows.
    private func copied(
        _ frame: PlanarImage, random: inout some RandomNumbers
    ) throws(CorruptionError) -> PlanarImage {
        let strength = min(1, level * softness)
        var copy = frame
        if random.uniform() < 0.6 {
            let factor = 1 - 0.5 * strength * random.uniform()
            func side(_ whole: Int) -> Int { max(1, Int((Double(whole) * factor).rounded())) }
            let (height, width) = (side(frame.height), side(frame.width))
            if height != frame.height || width != frame.width {
                copy = frame.resampled(toHeight: height, width: width, .bicubic)
            }
        }
        try GaussianBlur(deviation: strength * random.uniform(in: 0.3...1.1))
            .apply(from: copy.view, to: copy.view, random: &random)
        return copy
    }

    private func addGrain(to frame: PlanarView, random: inout some RandomNumbers) throws(CorruptionError) {
        let strength = level * grain
        let root = random.uniform()
        // Silver shows most in the middle tones.
        try Grain(
            sigma: 16 * root * root * strength, blur: random.uniform(in: 0.5...1.6), tone: .grey, midtones: 0.6
        ).apply(from: frame, to: frame, random: &random)
        if random.uniform() < 0.3 {
            FilmStreaks.add(to: frame, deviation: Float(random.uniform() * 7 / 255 * strength), random: &random)
        }
    }
}

extension RandomNumbers {
    /// Uniform between the bounds.
    mutating func uniform(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }
}
