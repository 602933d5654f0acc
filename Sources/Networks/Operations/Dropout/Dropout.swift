public import Tensors

/// Sets elements to zero at random in training, and divides the others by the share that stays (Srivastava et al.
/// 2014, in the inverted form); changes nothing in restoring.
///
/// Shapes: input and result `[C, H, W]`.
public struct Dropout: OperationRules {
    /// How likely an element is to become zero: 0 or more, below 1.
    public let rate: Float

    public init(rate: Float) { self.rate = rate }

    public var inputCount: Int { 1 }
    public func shape(of inputs: [ValueShape]) throws(GraphError) -> ValueShape { try single(inputs, "dropout") }
    public func inputInterval(for output: Interval) -> Interval { output }
    public func multiplyAdds(inputs: [ValueShape]) -> Int { 0 }
    public var parameterCount: Int { 0 }
    public var isHomogeneous: Bool { true }
    public var actsInTrainingAlone: Bool { true }
    public var isIdentityInRestoring: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor { inputs[0] }
}
