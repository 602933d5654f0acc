/// The rule by which an operation of a graph becomes steps; each operation states it beside its other rules.
package protocol OperationLowering: Sendable {
    /// Returns the layout of the result.
    func resultLayout(for inputs: [ValueLayout]) -> ValueLayout

    /// Returns the layout in which the operation reads its inputs where its result has the layout `result`.
    func inputLayout(forResult result: ValueLayout) -> ValueLayout

    /// Returns the work that computes the operation; nil where the result is the input.
    func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)?

    /// True where `work(with:place:other:for:)` may return work.
    var takesReadersAlong: Bool { get }

    /// Returns the work that computes the operation together with `reader`, the only one that reads its result; nil
    /// where they cannot be fused.
    ///
    /// - Parameters:
    ///   - place: the operation's own place among the reader's inputs.
    ///   - other: the layout of the reader's other input, if it has one.
    func work(
        with reader: any GraphOperation, place: Int, other: ValueLayout?, for purpose: LoweredGraph.Purpose
    ) -> (any StepWork)?
}

extension OperationLowering {
    package func resultLayout(for inputs: [ValueLayout]) -> ValueLayout { .blocked }
    package func inputLayout(forResult result: ValueLayout) -> ValueLayout { .blocked }
    package var takesReadersAlong: Bool { false }
    package func work(
        with reader: any GraphOperation, place: Int, other: ValueLayout?, for purpose: LoweredGraph.Purpose
    ) -> (any StepWork)? { nil }
}
