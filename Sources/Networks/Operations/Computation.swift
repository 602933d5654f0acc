/// The way in which an operation is computed; there are two sorts.
///
/// *Blocked* operations have kernels of the package, which may be fused with the operation behind them; *elementary*
/// ones are written once, over views of Float32, with a forward and a backward pass.
public struct Computation: Sendable {
    package let lowering: any OperationLowering

    package init(_ lowering: any OperationLowering) { self.lowering = lowering }

    /// Returns the computation of an elementary operation, which computes itself.
    public static func elementary(_ operation: some ElementaryOperation) -> Computation {
        Computation(ElementaryLowering(operation: operation))
    }
}
