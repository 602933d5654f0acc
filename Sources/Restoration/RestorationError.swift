/// The reasons why a picture could not be restored.
public enum RestorationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A setting is outside its range.
    case setting(name: String, found: String, expected: String)
    /// A noise level was given to a network that has no noise map.
    case noNoiseMap
    /// The noise level is automatic and no estimate came along.
    case noEstimate
    /// Even the smallest tile of this picture needs more memory than there is.
    case memory(needed: Int, limit: Int)
    /// The picture's sides times the model's scale exceed what can be addressed.
    case size(width: Int, height: Int)
    /// The number of channels fits neither the picture's kind nor the model.
    case channels(found: Int, expected: String)
    /// The result holds a value that is not a number or infinite.
    case notFinite(x: Int, y: Int)
    /// Every output sample is the same although the input's are not.
    case constantOutput(value: Float)
    /// The network has no latent: it is no autoencoder, or has a skip connection around its latent.
    case noLatent
    /// A latent of another shape than the network's.
    case latentShape(found: [Int], channels: Int)
    /// The network's latents have no known distribution that new ones could be sampled from.
    case noPrior
    /// Two pictures that belong together differ in size.
    case otherSize(found: String, expected: String)
    /// The caller asked to stop.
    case cancelled

    public var description: String {
        switch self {
        case .setting(let name, let found, let expected):
            "\(name) is \(found), expected \(expected)"
        case .noNoiseMap:
            "the model takes no noise level; leave it out"
        case .noEstimate:
            "the noise level is automatic, but no estimate was given"
        case .memory(let needed, let limit):
            "restoring needs \(needed >> 20) MiB, the limit leaves \(limit >> 20) MiB"
        case .size(let width, let height):
            "a picture of \(width) x \(height) pixels is too large for this model"
        case .channels(let found, let expected):
            "the picture has \(found) channels, expected \(expected)"
        case .notFinite(let x, let y):
            "the result is not finite near x \(x), y \(y)"
        case .constantOutput(let value):
            "the result is constant (\(value)) although the picture is not"
        case .noLatent:
            "the model has no latent between an encoder and a decoder"
        case .latentShape(let found, let channels):
            "the latent has the shape \(found), expected [\(channels), height, width]"
        case .noPrior:
            "the model's latents have no known distribution to draw from, as those of vae have"
        case .otherSize(let found, let expected):
            "the picture has \(found) pixels, expected \(expected)"
        case .cancelled:
            "stopped"
        }
    }
}
