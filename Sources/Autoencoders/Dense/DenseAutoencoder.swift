public import Networks

/// The dense autoencoder on patches: every sample of a patch is connected with every unit of the next layer.
///
/// ```
/// patch x patch x channels samples - widths[0] - ... - latent - ... - widths[0] - patch x patch x channels samples
/// ```
///
/// A picture is cut into patches that do not overlap; each becomes one pixel of many channels, on which dense layers
/// are 1x1 convolutions. Hidden layers are followed by the activation and by dropout. The latent is linear where there
/// are hidden layers beside it (Hinton and Salakhutdinov 2006); where it is the only one, it has the activation too.
/// With the activation `none` the network is linear, and its least squared error is that of as many principal
/// components (Baldi and Hornik 1989). A latent larger than the patch makes it overcomplete: without a constraint it
/// learns the identity.
///
/// Objective: the loss of the training configuration. Numbers learnt: (a + 1) b for layers of a and b units.
public struct DenseAutoencoder: Architecture {
    public static let name = "dense"
    public static let fields = [
        "channels", "patch", "widths", "latentChannels", "activation", "output", "dropout", "bias",
    ]

    /// The activation behind a hidden layer.
    public enum Activation: String, Codable, Sendable {
        /// No activation: the layer is linear.
        case none
        /// A ReLU.
        case relu
        /// A sigmoid.
        case sigmoid
    }

    /// The activation behind the last layer.
    public enum Output: String, Codable, Sendable {
        /// No activation.
        case linear
        /// A sigmoid, for losses that take samples for probabilities.
        case sigmoid
    }

    /// The channels of the picture, 1...4.
    public var channels: Int
    /// The pixels of a patch's side, 2...64.
    public var patch: Int
    /// The units of the hidden layers before the latent, 1...16384 each and at most 8; those behind it mirror them.
    public var widths: [Int]
    /// The units of the latent, 1...16384.
    public var latentChannels: Int
    /// The activation of the hidden layers, and of the latent where it is the only hidden layer.
    public var activation: Activation
    /// The activation of the output.
    public var output: Output
    /// The probability that a hidden unit is left out in a step of training: 0 or more, below 1.
    public var dropout: Float
    /// True where the layers have biases.
    public var bias: Bool

    /// Creates a configuration; `validate()` checks the ranges.
    public init(
        channels: Int = 3, patch: Int = 32, widths: [Int] = [512], latentChannels: Int = 64,
        activation: Activation = .relu, output: Output = .linear, dropout: Float = 0, bias: Bool = true
    ) {
        self.channels = channels
        self.patch = patch
        self.widths = widths
        self.latentChannels = latentChannels
        self.activation = activation
        self.output = output
        self.dropout = dropout
        self.bias = bias
    }

    public static var latentField: String? { "latentChannels" }

    public static var standard: DenseAutoencoder { DenseAutoencoder() }

    public func initialisation(of name: String, shape: [Int]) -> Initialisation {
        // Pictures are middle grey before anything is learnt.
        guard shape.count > 1 else {
            return Initialisation(.constant(name == "output.bias" && output == .linear ? 0.5 : 0))
        }
        return Initialisation(activation == .relu ? .heNormal : .xavierNormal)
    }

    public func validate() throws(ModelFileError) {
        try check(channels, in: 1...4, field: "channels")
        try check(patch, in: 2...64, field: "patch")
        try check(widths: widths, levels: 0...8, widest: 16_384)
        try check(latentChannels, in: 1...16_384, field: "latentChannels")
        try check(dropout: dropout)
    }
}
