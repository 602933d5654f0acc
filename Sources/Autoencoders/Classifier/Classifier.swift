public import Networks
import Tensors

/// A classifier: the encoder of another network, and a small head that tells classes from what it makes.
///
/// ```
/// encoder:  the means of an autoencoder's latent, else the hidden features of a network that restores
/// head:     all of them of a square of side x side pixels - units, ReLU (none for 0 units) - a logit for each class
/// result:   the logits, repeated in every pixel of the square
/// ```
///
/// A square is classified as a whole; larger pictures have several. The encoder's operations keep their names, so that
/// training may begin with the weights of a trained one, and nothing of its decoder is kept. Objective: cross-entropy of
/// the classes, the target is the field `label` of the data. It is no member of the family, but made of one.
public struct Classifier: Architecture {
    public static let name = "classifier"
    public static let fields = ["encoder", "side", "units", "classes"]

    /// The architecture whose encoder it has.
    public var encoder: any Architecture
    /// The side, in pixels, of the square that is classified as a whole, 2...64: a multiple of the encoder's grid.
    public var side: Int
    /// The units of the head's hidden layer, 0 (none) to 16384.
    public var units: Int
    /// The number of classes, 2...4096.
    public var classes: Int

    /// Creates a configuration; `validate()` checks the ranges.
    public init(encoder: any Architecture, side: Int, units: Int = 0, classes: Int) {
        self.encoder = encoder
        self.side = side
        self.units = units
        self.classes = classes
    }

    /// The prefixes of the names of the head's parameters.
    public var headParameters: [String] { (units > 0 ? [Self.headName] : []) + [Graph.classesName] }

    static let headName = "head"

    public static var standard: Classifier {
        Classifier(encoder: VariationalAutoencoder.standard, side: 32, classes: 10)
    }

    public static func == (a: Self, b: Self) -> Bool {
        // Architectures are compared through their JSON text, as everything else may be.
        (try? Architectures.json(a)) == (try? Architectures.json(b))
    }

    public var reconstruction: [ObjectiveTerm] {
        [ObjectiveTerm(.classes, value: Graph.classesName, target: .sample("label"))]
    }

    public func initialisation(of name: String, shape: [Int]) -> Initialisation {
        guard headParameters.contains(where: name.hasPrefix) else {
            return encoder.initialisation(of: name, shape: shape)
        }
        guard shape.count > 1 else { return Initialisation(.constant(0)) }
        return Initialisation(name.hasPrefix(Self.headName) ? .heNormal : .xavierNormal)
    }

    public func validate() throws(ModelFileError) {
        guard !(encoder is Classifier) else {
            throw .badConfiguration(field: "encoder", found: "a classifier", expected: "a network with an encoder")
        }
        try encoder.validate()
        try check(side, in: 2...64, field: "side")
        try check(units, in: 0...16_384, field: "units")
        try check(classes, in: 2...4096, field: "classes")
    }
}

// MARK: - Graph

extension Classifier {
    public func makeGraph(weights source: WeightSource) throws -> Graph {
        // Of the whole network only what leads to the features is kept, and has weights in the model's file.
        let whole = try encoder.makeGraph(weights: WeightSource { Tensor(shape: $1) })
        guard let features = whole.latentStatistics ?? whole.latent ?? whole.hiddenFeatures else {
            throw ModelFileError.badConfiguration(
                field: "encoder", found: "a network without hidden features", expected: "an autoencoder")
        }
        var tensors: [String: Tensor] = [:]
        let prefix = try whole.prefix(through: features)
        for node in prefix.nodes where !node.sharesParameters {
            for parameter in node.operation.parameters {
                let name = "\(node.name).\(parameter.role)"
                tensors[name] = try source.tensor(name, shape: parameter.tensor.shape)
            }
        }
        var graph = prefix.replacingParameters { tensors[$0] }
        var (h, shape) = (features, graph.shape(of: features))
        if whole.isVariational {
            h = try graph.append(ChannelSlice(first: 0, count: shape.channels / 2), h, name: "means")
            shape = graph.shape(of: h)
        }
        let factor = side / shape.resolution.denominator
        guard shape.resolution.numerator == 1, factor >= 1, factor * shape.resolution.denominator == side else {
            throw ModelFileError.badConfiguration(
                field: "side", found: "\(side)",
                expected: "a multiple of \(shape.resolution.denominator), the encoder's grid")
        }
        if factor > 1 { h = try graph.append(Unshuffle(factor: factor), h, name: "square") }
        var inputs = graph.shape(of: h).channels
        if units > 0 {
            h = try graph.appendRectified(h, Self.headName, inputs, units, from: source)
            inputs = units
        }
        h = try graph.appendDense(h, Graph.classesName, inputs, classes, bias: true, from: source)
        try graph.append(Nearest(factor: side), h, name: "everywhere")
        return graph
    }
}
