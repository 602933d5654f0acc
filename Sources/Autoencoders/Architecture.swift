public import Networks
public import Tensors

/// A member of the family: the values that make one of its networks, as a model file's configuration holds them.
///
/// How one is added stands in the page of this module.
public protocol Architecture: Codable, Equatable, Sendable {
    /// The value of the configuration's `architecture`.
    static var name: String { get }

    /// The configuration's keys besides `architecture`.
    static var fields: [String] { get }

    /// Those of them that a configuration may leave out, for what they were before they were there.
    static var optionalFields: Set<String> { get }

    /// Keys that configurations of earlier versions have, and what they are called now.
    static var formerFields: [String: String] { get }

    /// The values that stand for keys which a request for training leaves out.
    static var standard: Self { get }

    /// What a tensor of a related network's weights stands for in one that asks for `shape`; nil where the two are not
    /// related. Training may so begin with the weights of a network with other inputs.
    static func adapted(_ weights: Tensor, of name: String, to shape: [Int]) -> Tensor?

    /// What the tensor `name` holds where a network begins with the weights of a shallower one, which lack it, so that it
    /// computes what that one does: depth may so grow in training. Nil where the tensor belongs to every depth.
    func deepening(of name: String, shape: [Int]) -> Initialisation?

    /// What pictures go through in training unless the configuration says otherwise: noise for members that restore,
    /// `none` for those that learn to give back what they get.
    static var standardCorruption: String { get }

    /// The key of the configuration that says how many units the latent has; nil where there is no latent.
    static var latentField: String? { get }

    /// What the result is measured by in training unless the configuration says otherwise: the likelihood of members that
    /// are models of probability; by default the Charbonnier distance.
    var reconstruction: [ObjectiveTerm] { get }

    /// What else belongs to the objective, whatever the result is measured by; by default nothing.
    var regularisation: [ObjectiveTerm] { get }

    /// What the tensor `name` of `shape` holds before training: what its place in the network asks for.
    func initialisation(of name: String, shape: [Int]) -> Initialisation

    /// Checks that the values make a network.
    ///
    /// - Throws: `ModelFileError.badConfiguration`.
    func validate() throws(ModelFileError)

    /// The network's operations, with weights from `source`, each asked for once by name and shape.
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

    /// The network of this configuration with weights from `source`, all of which it must use.
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

    /// Checks widths of levels.
    func check(widths: [Int], levels: ClosedRange<Int>, widest: Int = 2048) throws(ModelFileError) {
        guard levels.contains(widths.count), widths.allSatisfy({ 1...widest ~= $0 }) else {
            throw .badConfiguration(
                field: "widths", found: "\(widths)",
                expected: "\(levels.lowerBound) to \(levels.upperBound) widths of 1 to \(widest)")
        }
    }

    /// Checks a rate of dropout.
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
