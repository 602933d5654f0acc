public import Networks
public import Tensors

/// A member of the family: the values that make one of its networks, as a model file's configuration holds them.
///
/// To add one: a folder with its configuration (`Codable` under the keys of the twin), its `makeGraph`, an entry in
/// `Architectures.all`, and a fixture from the twin.
public protocol Architecture: Codable, Equatable, Sendable {
    /// The value of the configuration's `architecture`.
    static var name: String { get }

    /// The configuration's keys besides `architecture`.
    static var fields: [String] { get }

    /// The values that stand for keys which a request for training leaves out.
    static var standard: Self { get }

    /// What a tensor of a related network's weights stands for in one that asks for `shape`; nil where the two are not
    /// related. Training may so begin with the weights of a network with other inputs.
    static func adapted(_ weights: Tensor, of name: String, to shape: [Int]) -> Tensor?

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
    func check(widths: [Int], levels: ClosedRange<Int>) throws(ModelFileError) {
        guard levels.contains(widths.count), widths.allSatisfy({ 1...2048 ~= $0 }) else {
            throw .badConfiguration(
                field: "widths", found: "\(widths)",
                expected: "\(levels.lowerBound) to \(levels.upperBound) widths of 1 to 2048")
        }
    }
}
