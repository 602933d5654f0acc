import Foundation
public import Kernels
package import Tensors

/// A graph with its weights, ready for executors; shared by all workers.
///
/// It knows no file and no architecture's name. What callers need for cutting a picture into tiles is computed from
/// the graph: a tile whose core and halo sit on `tileGrid`, with a halo of at least `bitRadius` (or the picture's own
/// edge), gives its core the same bits as the whole picture does.
public final class Network: Sendable {
    /// The operations and their weights.
    public let graph: Graph
    /// The number of channels of the picture that is the first input.
    public let inputChannels: Int
    /// The number of channels of the result.
    public let outputChannels: Int
    /// The result's side divided by the picture's: 1 or more.
    public let scale: Int
    /// True where the result depends on the noise level of `Executor.run`: the network is noise-conditioned.
    public let acceptsNoiseLevel: Bool
    /// The algorithm of the convolutions.
    public let algorithm: ConvolutionAlgorithm
    /// The operations that multiply Float32 where `algorithm` has BF16, by name.
    public let float32Operations: Set<String>
    /// The pixels beyond a core on the grid that change its result, at most, in the picture's pixels.
    public let receptiveRadius: Int
    /// The pixels beyond a core on the grid of tiles that are read for it, which may change its rounding; at least
    /// `receptiveRadius`.
    public let bitRadius: Int
    /// The step of pictures' sides in pixels: they must be multiples of it.
    public let grid: Int
    /// The step of tiles in pixels: they begin at multiples of it, which are multiples of `grid`: where the blocks of
    /// pixels that the layers' algorithms compute together begin anew.
    public let tileGrid: Int
    /// The side, in pixels, of the squares that are restored one by one, each as if it were the whole picture: those
    /// that a sampled latent stands for, or that an operation takes as a whole (`GraphOperation.isLocal`). Nil for
    /// networks whose operations are all local.
    public let patchSide: Int?
    /// The multiply-adds for one pixel of the picture.
    public let multiplyAddsPerPixel: Double
    /// The number of learnt numbers; shared parameters count once, buffers not at all.
    public let parameterCount: Int
    /// True where f(a x, a s) = a f(x, s) for pictures x, noise levels s and every a >= 0.
    public let isHomogeneous: Bool

    private let plans = PlanCache()

    /// Creates a network of a graph whose weights it holds.
    ///
    /// - Parameter algorithm: the algorithm of the convolutions; `.direct` rounds least.
    /// - Throws: `GraphError.resolution` where the result is not a whole multiple of the picture's size.
    public convenience init(_ graph: Graph, algorithm: ConvolutionAlgorithm = .winograd) throws(GraphError) {
        let result = graph.shape(of: graph.result)
        guard result.resolution.denominator == 1 else {
            throw .resolution(operation: "the result", found: result.resolution, expected: .one)
        }
        self.init(checked: graph, algorithm, float32: [])
    }

    private init(checked graph: Graph, _ algorithm: ConvolutionAlgorithm, float32: Set<String>) {
        let result = graph.shape(of: graph.result)
        self.graph = graph
        self.algorithm = algorithm
        float32Operations = float32
        inputChannels = graph.shape(of: graph.picture).channels
        outputChannels = result.channels
        scale = result.resolution.numerator
        acceptsNoiseLevel = graph.acceptsNoiseLevel
        grid = graph.grid()
        patchSide = graph.nodesOfResult.allSatisfy(\.operation.isLocal) ? nil : grid
        receptiveRadius = graph.radius(grid: grid)
        // Direct sums read what the result depends on and nothing more; Winograd's whole tiles.
        let blockRows = graph.blockRows(asked: algorithm, float32: float32)
        tileGrid = graph.grid(blockRows: blockRows)
        bitRadius = graph.radius(grid: tileGrid, blockRows: blockRows)
        multiplyAddsPerPixel = graph.multiplyAddsPerPixel
        parameterCount = graph.parameterCount
        isHomogeneous = graph.isHomogeneous
    }

    /// Returns the same network with another algorithm for its convolutions.
    ///
    /// - Parameter float32: operations that multiply Float32 whatever the algorithm, by name. Where the processor has
    ///   no BF16, all do.
    public func computed(by algorithm: ConvolutionAlgorithm, float32: Set<String> = []) -> Network {
        algorithm == self.algorithm && float32 == float32Operations
            ? self : Network(checked: graph, algorithm, float32: float32)
    }

    /// Returns the same network with other tensors in the place of those that `tensor` knows by their names in a model
    /// file.
    package func replacingParameters(_ tensor: (_ name: String) -> Tensor?) -> Network {
        Network(checked: graph.replacingParameters(tensor), algorithm, float32: float32Operations)
    }

    /// Returns the operations that multiply BF16 where `algorithm` is asked for and the processor has it, with their
    /// multiply-adds for a pixel of the picture.
    public func operations(
        multiplyingBFloat16By algorithm: ConvolutionAlgorithm
    ) -> [(name: String, multiplyAddsPerPixel: Double)] {
        graph.nodes.indices.filter {
            graph.nodes[$0].operation.convolution != nil
                && graph.algorithm(ofNode: $0, asked: algorithm).operands == .bfloat16
        }.map { (graph.nodes[$0].name, graph.multiplyAddsPerPixel(ofNode: $0)) }
    }

    /// Returns the plan for an instruction set, made once: weights are packed for it.
    ///
    /// - Parameter outputs: the names of the graph's outputs that it computes and keeps beside the result.
    func plan(for instructionSet: InstructionSet, outputs: [String] = []) -> Plan {
        plans.plan(for: .init(instructionSet: instructionSet, outputs: outputs)) {
            let kept = outputs.compactMap { name in graph.outputs.first { $0.name == name }?.value }
            precondition(kept.count == outputs.count, "no output of one of these names: \(outputs)")
            return Plan(
                LoweredGraph(graph, for: .restoring, values: [graph.result] + kept), for: instructionSet,
                algorithms: graph.algorithms(asked: algorithm, float32: float32Operations))
        }
    }
}

/// The plans that were made, behind a lock.
private final class PlanCache: @unchecked Sendable {
    struct Key: Hashable {
        var instructionSet: InstructionSet
        var outputs: [String]
    }

    private let lock = NSLock()
    private var plans: [Key: Plan] = [:]

    func plan(for key: Key, make: () -> Plan) -> Plan {
        lock.withLock {
            if let plan = plans[key] { return plan }
            let plan = make()
            plans[key] = plan
            return plan
        }
    }
}
