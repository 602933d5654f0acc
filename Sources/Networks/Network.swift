import Foundation
import Kernels

/// A graph with its weights, ready for executors; shared by all workers.
///
/// It knows no file and no architecture's name. What callers need for cutting a picture into tiles is computed from
/// the graph: a tile whose core and halo sit on `grid`, with a halo of at least `bitRadius` (or the picture's own edge),
/// gives its core the same bits as the whole picture does.
public final class Network: Sendable {
    public let graph: Graph
    public let inputChannels: Int
    public let outputChannels: Int
    /// The result's side divided by the picture's: 1 or more.
    public let scale: Int
    /// Whether `Executor.run` makes use of a noise level.
    public let acceptsNoiseLevel: Bool
    /// The pixels beyond a core on the grid that change its result, at most, in the picture's pixels.
    public let receptiveRadius: Int
    /// The pixels beyond a core on the grid that are read for it, which may change its rounding; at least
    /// `receptiveRadius`.
    public let bitRadius: Int
    /// Sides of pictures and places of tiles must be multiples of it, in the picture's pixels.
    public let grid: Int
    /// Multiply-adds for one pixel of the picture.
    public let multiplyAddsPerPixel: Double
    /// Learnt numbers.
    public let parameterCount: Int
    /// Whether f(a x, a s) = a f(x, s) for pictures x, noise levels s and every a >= 0.
    public let isHomogeneous: Bool

    private let plans = PlanCache()

    /// - Throws: `GraphError.resolution` where the result is not a whole multiple of the picture's size.
    public init(_ graph: Graph) throws(GraphError) {
        let result = graph.shape(of: graph.result)
        guard result.resolution.denominator == 1 else {
            throw .resolution(operation: "the result", found: result.resolution, expected: .one)
        }
        self.graph = graph
        inputChannels = graph.shape(of: graph.picture).channels
        outputChannels = result.channels
        scale = result.resolution.numerator
        acceptsNoiseLevel = graph.acceptsNoiseLevel
        // All kernels sum directly: they read what the result depends on and nothing more.
        grid = graph.grid()
        receptiveRadius = graph.radius(grid: grid)
        bitRadius = receptiveRadius
        multiplyAddsPerPixel = graph.multiplyAddsPerPixel
        parameterCount = graph.parameterCount
        isHomogeneous = graph.isHomogeneous
    }

    /// The plan for an instruction set, made once: weights are packed for it.
    func plan(for instructionSet: InstructionSet) -> Plan {
        plans.plan(for: instructionSet) { PlanBuilder.plan(graph, for: instructionSet) }
    }
}

/// Plans that were made, behind a lock.
private final class PlanCache: @unchecked Sendable {
    private let lock = NSLock()
    private var plans: [InstructionSet: Plan] = [:]

    func plan(for instructionSet: InstructionSet, make: () -> Plan) -> Plan {
        lock.withLock {
            if let plan = plans[instructionSet] { return plan }
            let plan = make()
            plans[instructionSet] = plan
            return plan
        }
    }
}
