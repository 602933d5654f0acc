public import Tensors

/// Something that is done to a clean picture on purpose, so that undoing it can be measured: one step, or several
/// in order.
///
/// As text: `gaussian:25` one step with its level; `gaussian:15,25,50` three corruptions; `grain:15:blur=1.2` a
/// further parameter by name; `grain:10+gaussian:5` one after the other, and lists on both sides give every pair.
public struct Corruption: Sendable, CustomStringConvertible {
    public var steps: [any CorruptionStep]

    public init(_ steps: any CorruptionStep...) { self.steps = steps }

    public init(steps: [any CorruptionStep]) { self.steps = steps }

    /// Every kind of step that the grammar knows. A new kind is a type and one entry here.
    public static let kinds: [any CorruptionStep.Type] = [GaussianNoise.self, Grain.self, BicubicReduction.self]

    /// The canonical text, which parses to this corruption again; a report names the corruption so.
    public var description: String { steps.map(\.description).joined(separator: "+") }

    /// By how much the corruption divides width and height.
    public var reduction: Int { steps.reduce(1) { $0 * $1.reduction } }

    /// Whether this is white Gaussian noise and nothing else, as the protocol `awgn` wants it.
    public var isWhiteNoise: Bool { steps.count == 1 && steps[0] is GaussianNoise }

    /// `image` (samples in 0...1, no alpha) corrupted, with random numbers drawn from `random`.
    ///
    /// The result is neither clipped nor rounded, so that noise stays what it was drawn as; `PlanarImage.rounded`
    /// makes of it what an 8-bit file would hold.
    public func applied(to image: PlanarImage, random: inout RandomState) throws(CorruptionError) -> PlanarImage {
        var result = image
        for step in steps { result = try step.applied(to: result, random: &random) }
        return result
    }
}

/// One step of a corruption: a value with its parameters, given by the text `kind:level:name=value`.
public protocol CorruptionStep: Sendable, CustomStringConvertible {
    static var kind: CorruptionKind { get }

    /// Makes the step of values that are within the ranges of `kind`.
    init(_ values: CorruptionValues)

    /// By how much the step divides width and height.
    var reduction: Int { get }

    /// A new image; `image` stays as it is.
    func applied(to image: PlanarImage, random: inout RandomState) throws(CorruptionError) -> PlanarImage
}

extension CorruptionStep {
    public var reduction: Int { 1 }
}

/// What the grammar knows of a kind of step.
public struct CorruptionKind: Sendable {
    public struct Parameter: Sendable {
        public enum Form: Sendable {
            case number(ClosedRange<Double>)
            case integer(ClosedRange<Int>)
            case choice([String])
        }

        public var name: String
        public var form: Form
        /// The value where none is given; nil where one must be.
        public var standard: String?

        public init(name: String, form: Form, standard: String?) {
            self.name = name
            self.form = form
            self.standard = standard
        }
    }

    public var name: String
    /// What the step does, in one line, for the command's help.
    public var summary: String
    /// The first parameter is the level and may be given without its name.
    public var parameters: [Parameter]
    public var example: String

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

    public func integer(_ name: String) -> Int { Int(texts[name] ?? "") ?? 0 }

    public func choice(_ name: String) -> String { texts[name] ?? "" }
}

extension PlanarImage {
    /// A copy clipped to 0...1 and rounded to `bits` bits, halves up: what a file of that depth would hold.
    public func rounded(toBits bits: Int) -> PlanarImage {
        let maximum = Float((1 << bits) - 1)
        let result = PlanarImage(channels: channels, height: height, width: width)
        let (source, target) = (view.base, result.view.base)
        for i in 0..<sampleCount {
            target[i] = (max(0, min(1, source[i])) * maximum + 0.5).rounded(.down) / maximum
        }
        return result
    }
}
