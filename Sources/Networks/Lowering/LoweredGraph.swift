import Kernels
package import Tensors

/// A graph as kernels compute it, for restoring and for training alike: steps in the order of computing, each value in one
/// layout, changes of layout as steps of their own.
///
/// What an operation becomes is its own affair (`OperationLowering`): a convolution takes along the activation or the sum
/// that alone reads it, a shuffle the sum. `Plan` puts the values of such a graph into memory for restoring; in training a
/// plan of the same steps keeps what gradients need.
package struct LoweredGraph: Sendable {
    /// What the steps are for.
    package enum Purpose: Sendable {
        /// The result alone; what acts in training alone is no step.
        case restoring
        /// Gradients besides: nothing is computed together where a gradient needs what lies between.
        case training
    }

    package struct Value: Sendable {
        package let shape: ValueShape
        package let layout: ValueLayout
    }

    /// A learnt tensor with the name that it has in a model file, and what the graph held of it.
    package struct Parameter: Sendable {
        package let name: String
        package let tensor: Tensor
        /// Of a buffer, the share of its value that it keeps at a step of training.
        package let keeping: Float?
    }

    package struct Step: Sendable {
        /// That of the graph's node whose value it makes, or of the change of layout that it is.
        package let name: String
        /// The index of the graph's value that it makes.
        package let graphValue: Int
        /// The graph's node that comes first of those that are computed together; nil for a change of layout.
        package let node: Int?
        package let work: any StepWork
        /// Values: the one that the work is done on, then those that it reads element by element.
        package let inputs: [Int]
        package let output: Int
        /// Its learnt tensors in the table.
        package let parameters: [Int]
        /// Whether all of them are those of a step before.
        package let sharesParameters: Bool
        /// The stream of its draws, for a step that draws in training.
        package let stream: Int?
        /// Of the node; nil for a change of layout.
        let operation: (any GraphOperation)?
        /// For one pixel of the picture.
        package let multiplyAddsPerPixel: Double

        /// The rows of the first input that rows of the output are computed from.
        func inputInterval(for rows: Interval) -> Interval { operation?.inputInterval(for: rows) ?? rows }
    }

    /// The inputs of the graph first, the picture before the others.
    package internal(set) var values: [Value] = []
    package internal(set) var inputCount = 0
    package internal(set) var steps: [Step] = []
    package internal(set) var parameters: [Parameter] = []
    /// The planar values that the graph's ones are which it was lowered for, in their order; the result first.
    package internal(set) var results: [Int] = []

    /// - Parameter values: what is computed, the result first; operations that none of them needs are no steps.
    package init(_ graph: Graph, for purpose: Purpose, values: [Graph.Value]) {
        var lowering = GraphLowering(graph, for: purpose, values: values)
        self = lowering.lowered()
    }

    /// As the other one, for the result alone.
    package init(_ graph: Graph, for purpose: Purpose) { self.init(graph, for: purpose, values: [graph.result]) }

    /// The value that is the graph's result.
    package var result: Int { results[0] }

    /// One without steps.
    init() {}

    /// The shapes of a step's inputs.
    package func inputShapes(of step: Step) -> [ValueShape] { step.inputs.map { values[$0].shape } }

    /// What the graph held of a step's parameters.
    package func tensors(of step: Step) -> [Tensor] { step.parameters.map { parameters[$0].tensor } }
}
