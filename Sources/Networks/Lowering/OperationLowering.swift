/// How an operation of a graph becomes steps; each states it beside its rules.
package protocol OperationLowering: Sendable {
    /// The layout of its result.
    func resultLayout(for inputs: [ValueLayout]) -> ValueLayout

    /// The layout in which it wants its inputs where its result has the layout `result`.
    func inputLayout(forResult result: ValueLayout) -> ValueLayout

    /// What computes it; nil where that is nothing, the result being the input.
    func work(for purpose: LoweredGraph.Purpose) -> (any StepWork)?

    /// Whether `work(with:place:other:for:)` may give something.
    var takesReadersAlong: Bool { get }

    /// What computes it together with `reader`, the only operation that reads its result; nil where that cannot be.
    ///
    /// - Parameters:
    ///   - place: its own among the reader's inputs.
    ///   - other: the layout of what the reader reads besides.
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
