import Autoencoders
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// For each kind of term a network whose weights reach it, and data.
enum ObjectiveExamples {
    struct Example {
        var graph: Graph
        var fields: [SampleField]
        var terms: [ObjectiveTerm]
        var models: [String: Network] = [:]
        /// What is added to every target, for distances that turn where they are zero.
        var shift: Float = 0

        var samples: Drawn { Drawn(fields: fields, shift: shift) }
    }

    /// Data of noise; of a field called `label` one channel is 1, in one pixel of four none.
    struct Drawn: SampleSource {
        let fields: [SampleField]
        let shift: Float
        let seed: UInt64 = 3

        func makeSample(
            step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
        ) -> SampleFacts {
            for (index, (field, view)) in zip(self.fields, fields).enumerated() {
                var random = RandomStream(seed: seed, step, sample * 16 + index)
                for c in 0..<view.channels {
                    for y in 0..<view.height {
                        for x in 0..<view.width {
                            view.row(c, y)[x] = Float(random.uniform()) + (field.name == "target" ? shift : 0)
                        }
                    }
                }
                guard field.name == "label" else { continue }
                for y in 0..<view.height {
                    for x in 0..<view.width {
                        let label = random.integer(below: view.channels)
                        let isKnown = random.integer(below: 4) > 0
                        for c in 0..<view.channels { view.row(c, y)[x] = c == label && isKnown ? 1 : 0 }
                    }
                }
            }
            return SampleFacts()
        }
    }

    static let picture = SampleField("picture", channels: 2)

    private static func layer(_ outputs: Int, _ inputs: Int, _ seed: UInt64, bias: Float = 0.3) -> Convolution {
        Convolution(
            weights: noise([outputs, inputs, 1, 1], seed: seed, in: -0.5...0.5),
            bias: Tensor(shape: [outputs], elements: (0..<outputs).map { bias + Float($0) / 16 }))
    }

    /// A layer from the picture to a result of `channels`, and a second one from the same hidden values to `head`.
    private static func graph(_ channels: Int, head: (name: String, channels: Int)? = nil) throws -> Graph {
        var graph = Graph(inputChannels: 2)
        let hidden = try graph.append(Tanh(), graph.append(layer(5, 2, 1), graph.picture, name: "hidden"), name: "tanh")
        if let head {
            let value = try graph.append(layer(head.channels, 5, 2), hidden, name: "head")
            try graph.setOutput(value, named: head.name)
        }
        try graph.append(layer(channels, 5, 3), hidden, name: "last")
        return graph
    }

    /// The example of a kind, by its name.
    static func example(of kind: ObjectiveTerm.Kind) throws -> Example {
        let target = SampleField("target", channels: 2)
        let plain = ObjectiveTerm(.distance(.meanSquaredError), name: "plain")
        switch kind {
        case .distance(let distance):
            let distance: Loss.Kind =
                switch distance {
                case .charbonnier: .charbonnier(eps: 0.1)
                case .edge: .edge(eps: 0.2)
                default: distance
                }
            return Example(
                graph: try graph(2), fields: [picture, target],
                terms: [ObjectiveTerm(.distance(distance), weight: 0.7)], shift: distance == .absoluteError ? 3 : 0)
        case .gaussian:
            return Example(
                graph: try graph(2, head: ("scale", 2)), fields: [picture, target],
                terms: [ObjectiveTerm(.gaussian(scale: "scale"), weight: 0.5)])
        case .logistics:
            return Example(
                graph: try graph(2, head: ("mixture", 12)), fields: [picture, target],
                terms: [
                    ObjectiveTerm(.logistics(components: 2), value: "mixture", weight: 0.5), plain,
                ])
        case .classes, .dice:
            return Example(
                graph: try graph(2, head: ("class", 4)),
                fields: [picture, target, SampleField("label", channels: 4)],
                terms: [plain, ObjectiveTerm(kind, value: "class", target: .sample("label"), weight: 0.3)])
        case .divergence:
            return Example(
                graph: try graph(2, head: ("latent", 6)), fields: [picture, target],
                terms: [plain, ObjectiveTerm(.divergence(freeBits: 0.01), value: "latent", weight: 0.4)])
        case .sparsity:
            var graph = Graph(inputChannels: 2)
            let code = try graph.append(
                Sigmoid(), graph.append(layer(5, 2, 1), graph.picture, name: "hidden"), name: "latent")
            try graph.append(layer(2, 5, 3), code, name: "last")
            return Example(
                graph: graph, fields: [picture, target],
                terms: [ObjectiveTerm(kind, value: "latent", weight: 0.2, warmupSteps: 4), plain])
        case .magnitude:
            return Example(
                graph: try graph(2, head: ("latent", 3)), fields: [picture, target],
                terms: [plain, ObjectiveTerm(.magnitude, value: "latent", weight: 0.6)])
        case .perceptual:
            let looking = try InitialWeights.network(of: UNet(channels: 2, widths: [4, 6], blocks: 1), seed: 5)
            return Example(
                graph: try graph(2), fields: [picture, target],
                terms: [plain, ObjectiveTerm(.perceptual(model: "looking"), weight: 3)], models: ["looking": looking])
        case .weightDecay:
            return Example(
                graph: try graph(2), fields: [picture, target],
                terms: [plain, ObjectiveTerm(.weightDecay, weight: 0.1)])
        }
    }
}
