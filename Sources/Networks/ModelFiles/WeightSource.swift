public import Tensors

/// Provides weights by name and expected shape, and remembers which were asked for.
///
/// An architecture asks for each tensor once while it builds its graph; `finish()` then reports the tensors that the
/// file has beyond that. So every name and every shape is checked, in both directions. A source without a file makes
/// weights from a seed: the same architecture then gives a fresh network, for tests and benchmarks. Training begins
/// with what `Architecture.initialisation(of:shape:)` asks for (`InitialWeights`), not with these.
public final class WeightSource {
    private let file: SafetensorsFile?
    private let prefix: String
    private let adaptation: Adaptation?
    private let addition: Addition?
    /// The function that makes a tensor where there is no file; nil for the seeded generator.
    private let making: ((String, [Int]) -> Tensor)?
    private var used: Set<String> = []
    private var state: UInt64 = 0

    /// A function that turns a tensor of another shape into one of the shape that is asked for; nil where it cannot.
    public typealias Adaptation = (_ found: Tensor, _ name: String, _ shape: [Int]) -> Tensor?

    /// A function that makes a tensor which the file lacks; nil where it must not be missing.
    public typealias Addition = (_ name: String, _ shape: [Int]) -> Tensor?

    /// Creates a source of the weights in `file`; names there begin with `prefix`.
    ///
    /// - Parameters:
    ///   - adapting: the function for a tensor whose shape is another one than is asked for.
    ///   - adding: the function for a tensor that the file lacks.
    public convenience init(
        _ file: SafetensorsFile, prefix: String = "", adapting: Adaptation? = nil, adding: Addition? = nil
    ) {
        self.init(file: file, prefix: prefix, adaptation: adapting, addition: adding)
    }

    /// Creates a source of weights from a seeded generator, uniform with the variance 1 / fan-in (slopes 0.25, tensors
    /// of one extent within ±0.1); the same seed and the same order of questions give the same bits on every machine.
    public convenience init(seed: UInt64) {
        self.init(file: nil)
        state = seed
    }

    /// Creates a source of weights that `making` makes of a name and a shape, each asked for once.
    public convenience init(making: @escaping (_ name: String, _ shape: [Int]) -> Tensor) {
        self.init(file: nil, making: making)
    }

    private init(
        file: SafetensorsFile?, prefix: String = "", adaptation: Adaptation? = nil, addition: Addition? = nil,
        making: ((String, [Int]) -> Tensor)? = nil
    ) {
        self.file = file
        self.prefix = prefix
        self.adaptation = adaptation
        self.addition = addition
        self.making = making
    }

    /// Returns the tensor `name`, which must have `shape`.
    ///
    /// - Throws: `ModelFileError` `.missingTensor`, `.misshapenTensor` or `.notFinite`.
    public func tensor(_ name: String, shape: [Int]) throws(ModelFileError) -> Tensor {
        guard let file else { return making?(name, shape) ?? made(name, shape: shape) }
        let fullName = prefix + storedName(of: name, in: file)
        guard let entry = file.entry(named: fullName) else {
            if let added = addition?(name, shape) { return added }
            throw .missingTensor(name: fullName, expected: shape)
        }
        guard let stored = file.tensor(named: fullName),
            let tensor = entry.shape == shape ? stored : adaptation?(stored, name, shape), tensor.shape == shape
        else { throw .misshapenTensor(name: fullName, found: entry.shape, expected: shape) }
        if let index = tensor.elements.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(name: fullName, index: index)
        }
        used.insert(fullName)
        return tensor
    }

    /// Returns the name of a tensor in `file`: its own, or the one that version 0.1 gave it.
    private func storedName(of name: String, in file: SafetensorsFile) -> String {
        let former = Self.formerName(of: name)
        return file.entry(named: prefix + name) == nil && file.entry(named: prefix + former) != nil ? former : name
    }

    /// Returns the name of a parameter in files of version 0.1, which called the latent "code".
    public static func formerName(of name: String) -> String {
        name.hasPrefix("latent.") ? "code." + name.dropFirst("latent.".count) : name
    }

    /// Checks that every tensor of the file (with the prefix) was asked for.
    ///
    /// - Throws: `ModelFileError.unexpectedTensors` with the names of the others.
    public func finish() throws(ModelFileError) {
        let names = (file?.entries ?? []).map(\.name).filter { $0.hasPrefix(prefix) && !used.contains($0) }
        if !names.isEmpty { throw .unexpectedTensors(names: names.sorted()) }
    }

    private func made(_ name: String, shape: [Int]) -> Tensor {
        if name.hasSuffix("slope") { return Tensor(repeating: 0.25, shape: shape) }
        let fanIn = max(1, shape.dropFirst().reduce(1, *))
        let bound = shape.count == 1 ? 0.1 : (3 / Float(fanIn)).squareRoot()
        let elements = (0..<shape.reduce(1, *)).map { _ in bound * (2 * nextUniform() - 1) }
        return Tensor(shape: shape, elements: elements)
    }

    /// SplitMix64 (Steele, Lea, Flood 2014), the upper 24 bits as a number in 0..<1.
    private func nextUniform() -> Float {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Float(mixed >> 40) / Float(1 << 24)
    }
}
