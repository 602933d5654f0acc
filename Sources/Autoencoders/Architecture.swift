public import Networks
public import Tensors

/// A member of the family: the values that make one of its networks, as a model file's configuration holds them.
///
/// The page of this module describes how to add an architecture.
public protocol Architecture: Codable, Equatable, Sendable {
    /// The value of the configuration's key `architecture`.
    static var name: String { get }

    /// The configuration's keys besides `architecture`.
    static var fields: [String] { get }

    /// The fields that a configuration may leave out; files that were written before such a field existed are read as
    /// before.
    static var optionalFields: Set<String> { get }

    /// The keys of configurations of earlier versions, each with its present name.
    static var formerFields: [String: String] { get }

    /// The values of the keys that a training configuration leaves out.
    static var standard: Self { get }

    /// Returns the tensor `name` of a related network, converted to the shape that this network asks for; nil where the
    /// two are not related. Training may thus begin with the weights of a network with other inputs.
    static func adapted(_ weights: Tensor, of name: String, to shape: [Int]) -> Tensor?

    /// The initialisation of a tensor that a shallower network lacks, such that the deeper network computes what the
    /// shallower one does: training may thus add depth. Nil where the tensor belongs to every depth.
    func deepening(of name: String, shape: [Int]) -> Initialisation?

    /// The corruption of training pictures unless the configuration names others: noise for members that restore,
    /// `none` for those that learn to reproduce their input.
    static var standardCorruption: String { get }

    /// The key of the configuration that holds the number of units of the latent; nil where there is no latent.
    static var latentField: String? { get }

    /// The terms that measure the result in training unless the configuration names a loss: the likelihood of members
    /// that are models of probability; by default the Charbonnier distance.
    var reconstruction: [ObjectiveTerm] { get }

    /// The other terms of the objective, independent of the reconstruction terms; by default none.
    var regularisation: [ObjectiveTerm] { get }

    /// The values of the tensor `name` of `shape` before training, chosen by its place in the network.
    func initialisation(of name: String, shape: [Int]) -> Initialisation

    /// Checks that the values make a network.
    ///
    /// - Throws: `ModelFileError.badConfiguration`.
    func validate() throws(ModelFileError)

    /// Makes the network's graph of operations, with weights from `source`, each asked for once by name and shape.
    ///
    /// - Precondition: `validate()` passes.
    /// - Throws: `ModelFileError` for weights that do not fit, `GraphError` for operations that do not.
    func makeGraph(weights source: WeightSource) throws -> Graph
}

extension Architecture {
    public static func adapted(_ weights: Tensor, of name: String, to shape: [Int]) -> Tensor? { nil }

    public static var optionalFields: Set<String> { [] }

    public static var formerFields: [String: String] { [:] }

    public func deepening(of name: String, shape: [Int]) -> Initialisation? { nil }

    public static var standardCorruption: String { "none" }

    public static var latentField: String? { nil }

    public var reconstruction: [ObjectiveTerm] { .init(.charbonnier(eps: 1e-3)) }

    public var regularisation: [ObjectiveTerm] { [] }

    /// Makes the network of this configuration with weights from `source`, all of which it must use.
    ///
    /// - Throws: `ModelFileError`.
    public func makeNetwork(weights source: WeightSource) throws(ModelFileError) -> Network {
        try validate()
        do {
            let network = try Network(makeGraph(weights: source))
            try source.finish()
            return network
        } catch let error as ModelFileError {
            throw error
        } catch {
            throw .badConfiguration(
                field: "network", found: "contradictory (\(error))", expected: "operations that fit")
        }
    }

    /// Checks that `value` lies in `range`.
    func check(_ value: Int, in range: ClosedRange<Int>, field: String) throws(ModelFileError) {
        guard range.contains(value) else {
            throw .badConfiguration(
                field: field, found: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// Checks the number of levels and that each width lies in 1...`widest`.
    func check(widths: [Int], levels: ClosedRange<Int>, widest: Int = 2048) throws(ModelFileError) {
        guard levels.contains(widths.count), widths.allSatisfy({ 1...widest ~= $0 }) else {
            throw .badConfiguration(
                field: "widths", found: "\(widths)",
                expected: "\(levels.lowerBound) to \(levels.upperBound) widths of 1 to \(widest)")
        }
    }

    /// Checks that a dropout rate is 0 or more and below 1.
    func check(dropout: Float) throws(ModelFileError) {
        guard dropout >= 0, dropout < 1 else {
            throw .badConfiguration(field: "dropout", found: "\(dropout)", expected: "0 or more, below 1")
        }
    }

    /// Checks that `value` is finite and not negative.
    func check(atLeastZero value: Float, field: String) throws(ModelFileError) {
        guard value >= 0, value.isFinite else {
            throw .badConfiguration(field: field, found: "\(value)", expected: "0 or more")
        }
    }
}
