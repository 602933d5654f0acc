internal import CKernels
internal import Tensors

/// The function that a convolution applies to its sums before it stores them.
public enum Activation: Sendable {
    /// The sums themselves.
    case none
    /// max(x, 0); a NaN stays a NaN.
    case relu
    /// x for x >= 0, slope * x else, with one slope a channel.
    case prelu(PackedSlopes)
    /// The gradient through a ReLU: x where the gate's element is above 0, else 0. The gate is the ReLU's input or its
    /// output (of the result's shape, not overlapping it); a residual is added behind the ReLU, so it is not gated.
    case gate(BlockedView)
    /// The gate of `gate` with the residual added to x first: both pass it.
    case gateOfSum(BlockedView)
}

/// The slopes of a PReLU, one a channel, filled up to whole blocks.
public struct PackedSlopes: Sendable {
    /// The number of channels, each with one slope.
    public let channels: Int
    let buffer: AlignedBuffer<Float>

    /// Packs one slope for each channel.
    public init(_ slopes: [Float]) {
        channels = slopes.count
        buffer = AlignedBuffer(
            repeating: 0, count: BlockedView.blockCount(channels: slopes.count) * BlockedView.block)
        for (channel, slope) in slopes.enumerated() { buffer.base[channel] = slope }
    }

    /// Puts `channels` other slopes in the place of those there are; copies of the value change with it.
    public func repack(_ slopes: UnsafePointer<Float>) {
        buffer.base.update(from: slopes, count: channels)
    }
}

/// An activation as the micro-kernels take it, checked against what is stored.
struct StoredActivation {
    let code: Int32
    /// The slopes from output block 0 on; nil where the activation has none.
    let slopes: UnsafePointer<Float>?
    let gate: BlockedView?

    /// The activation may not fit a residual: only the gates and `.none` go with one, of the output's shape.
    init(_ activation: Activation, output: BlockedView, residual: BlockedView?) {
        var slopes: UnsafePointer<Float>?
        var gate: BlockedView?
        let kind: f32_activation
        switch activation {
        case .none: kind = f32_activation_none
        case .relu: kind = f32_activation_relu
        case .prelu(let packed):
            precondition(packed.channels == output.channels)
            kind = f32_activation_prelu
            slopes = UnsafePointer(packed.buffer.base)
        case .gate(let view):
            kind = f32_activation_gate
            gate = view
        case .gateOfSum(let view):
            kind = f32_activation_gate_of_sum
            gate = view
        }
        if let gate { precondition(gate.hasShape(of: output)) }
        if let residual {
            precondition(residual.hasShape(of: output))
            switch activation {
            case .none, .gate, .gateOfSum: break
            case .relu, .prelu: preconditionFailure("a residual goes without activation")
            }
        }
        code = Int32(kind.rawValue)
        self.slopes = slopes
        self.gate = gate
    }
}
