import Kernels
package import Tensors

/// A graph as kernels compute it, for restoring and for training alike: steps in the order of computing, each value in
/// one layout, changes of layout as steps of their own.
///
/// Each operation states its own lowering (`OperationLowering`): a convolution takes along the activation or the sum
/// that alone reads it, a shuffle the sum. `Plan` puts the values of such a graph into memory for restoring; in
/// training a plan of the same steps keeps what gradients need.
package struct LoweredGraph: Sendable {
    /// The purpose of the steps.
    package enum Purpose: Sendable {
        /// The result alone; operations that act in training alone are no steps.
        case restoring
        /// Gradients besides: nothing is fused where a gradient needs the value between.
        case training
    }

    /// A value of the lowered graph, in one layout.
    package struct Value: Sendable {
        package let shape: ValueShape
        package let layout: ValueLayout
    }

    /// A learnt tensor with its name in a model file, as the graph holds it.
    package struct Parameter: Sendable {
        package let name: String
        package let tensor: Tensor
        /// The share of its value that a buffer keeps at a step of training; nil for what is learnt.
        package let keeping: Float?
    }

    /// A step: the work of one operation, of two that are fused, or a change of layout.
    package struct Step: Sendable {
        /// The name of the graph's node whose value it makes, or of the change of layout that it is.
        package let name: String
        /// The index of the graph's value that it makes.
        package let graphValue: Int
        /// The graph's node that comes first of those that are computed together; nil for a change of layout.
        package let node: Int?
        package let work: any StepWork
        /// The values that are read: the one that the work is done on, then those that are read element by element.
        package let inputs: [Int]
        package let output: Int
        /// The numbers of its learnt tensors in the graph's table.
        package let parameters: [Int]
        /// True where all parameters are those of earlier steps, or there are none.
        package let sharesParameters: Bool
        /// The stream of random numbers of a step that samples or drops in training; nil for others.
        package let stream: Int?
        /// The operation of the node; nil for a change of layout.
        let operation: (any GraphOperation)?
        /// The multiply-adds for one pixel of the picture.
        package let multiplyAddsPerPixel: Double

        /// The rows of the first input that rows of the output are computed from.
        func inputInterval(for rows: Interval) -> Interval { operation?.inputInterval(for: rows) ?? rows }
    }

    /// The inputs of the graph first, the picture before the others.
    package internal(set) var values: [Value] = []
    package internal(set) var inputCount = 0
    package internal(set) var steps: [Step] = []
    package internal(set) var parameters: [Parameter] = []
    /// The planar values that the graph was lowered for, in their order; the result first.
    package internal(set) var results: [Int] = []

    /// Lowers a graph for some of its values.
    ///
    /// - Parameter values: what is computed, the result first; operations that none of them needs are no steps.
    package init(_ graph: Graph, for purpose: Purpose, values: [Graph.Value]) {
        var lowering = GraphLowering(graph, for: purpose, values: values)
        self = lowering.lowered()
    }

    /// Lowers a graph for its result alone.
    package init(_ graph: Graph, for purpose: Purpose) { self.init(graph, for: purpose, values: [graph.result]) }

    /// The value that is the graph's result.
    package var result: Int { results[0] }

    /// Creates a graph without steps.
    init() {}

    /// The shapes of a step's inputs.
    package func inputShapes(of step: Step) -> [ValueShape] { step.inputs.map { values[$0].shape } }

    /// The tensors of a step's parameters, as the graph holds them.
    package func tensors(of step: Step) -> [Tensor] { step.parameters.map { parameters[$0].tensor } }
}
