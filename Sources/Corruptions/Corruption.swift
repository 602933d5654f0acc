import Imaging
public import Tensors

/// Something that is done to a clean picture on purpose, so that undoing it can be measured: one step, or several
/// in order.
///
/// As text: `gaussian:25` one step with its level; `gaussian:15,25,50` three corruptions; `grain:15:blur=1.2` a
/// further parameter by name; `grain:10+gaussian:5` one after the other, and lists on both sides give every pair;
/// `none` no step at all.
public struct Corruption: Sendable, CustomStringConvertible {
    /// The steps in the order in which they are applied; none leaves a picture as it is.
    public var steps: [any CorruptionStep]

    /// Creates a corruption of steps in this order.
    public init(_ steps: any CorruptionStep...) { self.steps = steps }

    /// Creates a corruption of a list of steps in this order.
    public init(steps: [any CorruptionStep]) { self.steps = steps }

    /// Every kind of step that the grammar knows. A new kind is a type and one entry here.
    public static let kinds: [any CorruptionStep.Type] = [
        GaussianNoise.self, Grain.self, CameraNoise.self, PoissonNoise.self, RicianNoise.self, SpeckleNoise.self,
        SaltAndPepper.self, Masking.self, GaussianBlur.self, MotionBlur.self, BicubicDownsampling.self,
        BilinearDownsampling.self, AreaDownsampling.self, JPEGArtefacts.self, Quantisation.self, FilmFrame.self,
        Dirt.self, Dust.self, Crease.self, Tear.self, Stain.self, Scratch.self, Hair.self,
    ]

    /// The text of a corruption without steps.
    static let none = "none"

    /// The canonical text, which parses to this corruption again; a report names the corruption so.
    public var description: String {
        steps.isEmpty ? Self.none : steps.map(\.description).joined(separator: "+")
    }

    /// The factor by which the corruption divides width and height.
    public var reduction: Int { steps.reduce(1) { $0 * $1.reduction } }

    /// True where this is white Gaussian noise and nothing else, as the protocol `awgn` wants it.
    public var isWhiteNoise: Bool { whiteSigma != nil }

    /// True where this is one JPEG and nothing else, as the protocol `jpeg` wants it.
    public var isJPEG: Bool { steps.count == 1 && steps[0] is JPEGArtefacts }

    /// The luma steps that the corrupted picture was last quantised with, in zigzag order, where that was the last step
    /// and a JPEG: what the header of a file would say.
    public var lumaSteps: [Int]? {
        (steps.last as? JPEGArtefacts).map { JPEGQuality.standardTable(quality: $0.quality) }
    }

    /// The deviation of the noise on 0...1 where the corruption is white Gaussian noise and nothing else.
    public var whiteSigma: Double? { steps.count == 1 ? (steps[0] as? GaussianNoise)?.sigma : nil }

    /// True where at least one step is noise.
    public var isNoisy: Bool { steps.contains { $0.isNoise } }

    /// True where the corrupted picture has no colour.
    public var isColourless: Bool { steps.contains { $0.isColourless } }

    /// Returns the target of restoring a picture corrupted from `image`: `image` itself; where the corruption has no
    /// colour, its luma in 8 bits, in all channels.
    public func clean(of image: PlanarImage) -> PlanarImage {
        guard isColourless, image.channels == 3 else { return image }
        let result = PlanarImage(channels: 3, height: image.height, width: image.width)
        result.view.copySamples(from: image.view)
        result.view.removeColour()
        return result.rounded(toBits: 8)
    }

    /// `image` (samples in 0...1, grey or RGB, no alpha) corrupted, with random numbers of `random`.
    ///
    /// The result is neither clipped nor rounded, so that noise stays what it was sampled as; `PlanarImage.rounded`
    /// makes of it what an 8-bit file would hold. Its sides are the image's divided by `reduction`, rounded down.
    ///
    /// - Throws: `CorruptionError` where nothing would be left of the image, or a codec refuses it.
    public func applied(to image: PlanarImage, random: inout some RandomNumbers) throws(CorruptionError) -> PlanarImage
    {
        let (height, width) = (image.height / reduction, image.width / reduction)
        guard reduction == 1 || (height > 0 && width > 0) else {
            throw .tooSmall(kind: description, width: image.width, height: image.height)
        }
        let result = PlanarImage(channels: image.channels, height: height, width: width)
        try apply(from: image.view, to: result.view, random: &random)
        return result
    }

    /// Writes `source` corrupted to `target`, whose sides are those of `source` divided by `reduction`, rounded down.
    /// `source` stays as it is.
    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        precondition(
            target.channels == source.channels && target.height == source.height / reduction
                && target.width == source.width / reduction)
        var (current, left) = (source, reduction)
        for step in steps {
            left /= step.reduction
            // Once nothing more is downsampled, steps work in the target's own memory.
            let next =
                left == 1
                ? target
                : PlanarImage(
                    channels: current.channels, height: current.height / step.reduction,
                    width: current.width / step.reduction
                ).view
            try step.apply(from: current, to: next, random: &random)
            current = next
        }
        if steps.isEmpty { target.copySamples(from: source) }
    }
}

/// One step of a corruption: a value with its parameters, given by the text `kind:level:name=value`.
public protocol CorruptionStep: Sendable, CustomStringConvertible {
    /// The name of the step and its parameters.
    static var kind: CorruptionKind { get }

    /// Makes the step of values that are within the ranges of `kind`.
    init(_ values: CorruptionValues)

    /// The factor by which the step divides width and height.
    var reduction: Int { get }

    /// True where the step is noise, which fine texture resembles.
    var isNoise: Bool { get }

    /// True where the step leaves no colour, so that nothing can bring it back: the clean picture is then one without
    /// colour, too.
    var isColourless: Bool { get }

    /// Writes `source` corrupted to `target`, whose sides are those of `source` divided by `reduction`, rounded down;
    /// where that is 1, `target` may be `source` itself.
    func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError)
}

extension CorruptionStep {
    public var reduction: Int { 1 }
    public var isNoise: Bool { false }
    public var isColourless: Bool { false }

    /// `image` after this step alone.
    public func applied(to image: PlanarImage, random: inout some RandomNumbers) throws(CorruptionError) -> PlanarImage
    { try Corruption(self).applied(to: image, random: &random) }
}

/// The grammar of a kind of step: its name, its parameters and an example.
public struct CorruptionKind: Sendable {
    /// A parameter of a step.
    public struct Parameter: Sendable {
        /// The values that a parameter may have, bounds included.
        public enum Form: Sendable {
            /// A number within a range.
            case number(ClosedRange<Double>)
            /// A whole number within a range.
            case integer(ClosedRange<Int>)
            /// One of several words.
            case choice([String])
            /// The path of a file, without colon, comma and plus sign.
            case path
        }

        /// The name before the equals sign.
        public var name: String
        /// The values that the parameter may have.
        public var form: Form
        /// The value as text where none is given; nil where one must be.
        public var standard: String?

        /// Creates a parameter; `standard` is a value as text, or nil where the text of a step must give one.
        public init(name: String, form: Form, standard: String?) {
            self.name = name
            self.form = form
            self.standard = standard
        }
    }

    /// The name that the text of a step begins with.
    public var name: String
    /// A description of the step in one line, for the command's help.
    public var summary: String
    /// The parameters; the first one is the level and may be given without its name.
    public var parameters: [Parameter]
    /// The text of an example, for help and errors.
    public var example: String

    /// Creates a kind; the first of `parameters` is the level.
    public init(name: String, summary: String, parameters: [Parameter], example: String) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.example = example
    }
}

/// The checked values of a step's parameters.
public struct CorruptionValues: Sendable {
    private var texts: [String: String]

    init(_ texts: [String: String]) { self.texts = texts }

    /// The value of a numeric parameter; 0 where the kind has none of this name.
    public func number(_ name: String) -> Double { Double(texts[name] ?? "") ?? 0 }

    /// The value of a parameter that is a whole number; 0 where the kind has none of this name.
    public func integer(_ name: String) -> Int { Int(texts[name] ?? "") ?? 0 }

    /// The word of a parameter that is a choice, or the path of a file; empty where the kind has none of this name.
    public func choice(_ name: String) -> String { texts[name] ?? "" }
}
