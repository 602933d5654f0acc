/// How an operation is computed. There are two sorts.
///
/// *Blocked* operations have kernels of the package, which may take what follows along; *elementary* ones are written once,
/// over views of Float32, with a forward and a backward.
public struct Computation: Sendable {
    package let lowering: any OperationLowering

    package init(_ lowering: any OperationLowering) { self.lowering = lowering }

    /// That of an operation which computes itself.
    public static func elementary(_ operation: some ElementaryOperation) -> Computation {
        Computation(ElementaryLowering(operation: operation))
    }
}
