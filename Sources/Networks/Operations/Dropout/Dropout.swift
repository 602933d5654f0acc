public import Tensors

/// Sets elements to zero at random in training, and divides the others by the share that stays (Srivastava et al.
/// 2014, in the inverted form); changes nothing in restoring.
///
/// Shapes: input and result `[C, H, W]`.
public struct Dropout: GraphOperation {
    public static let kind = "dropout"

    /// The probability that an element becomes zero, 0..<1.
    public let rate: Float

    /// Creates a dropout with a probability of 0..<1.
    public init(rate: Float) { self.rate = rate }

    public var computation: Computation { Computation(self) }
    public var isHomogeneous: Bool { true }
    public var actsInTrainingAlone: Bool { true }
    public var isIdentityInRestoring: Bool { true }

    public func reference(_ inputs: [Tensor], noiseLevel: Float) -> Tensor { inputs[0] }
}
