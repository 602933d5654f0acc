/// What a restorer is told about the noise of a picture.
public enum NoiseLevel: Hashable, Sendable, Codable {
    /// The network finds out by itself (its noise map holds 0).
    case blind
    /// Estimated for each picture by whoever calls the restorer, who passes the estimate along.
    case automatic
    /// Known: the standard deviation of the noise, in sample values of 0...1.
    case sigma(Float)
}

/// What a model multiplies.
public enum Precision: String, Hashable, Sendable, Codable, CaseIterable {
    case float32
    /// BF16 in the operations for which the model's card has measured what it costs; Float32 where it has not, or the
    /// processor has no such products.
    case fast
}

/// How pictures are restored, apart from the model.
public struct RestorationSettings: Hashable, Sendable, Codable {
    /// The share of the restored picture in the output: 0 is the original (enlarged by bicubic interpolation
    /// where the model enlarges), 1 the network's result; up to 2, more is taken away than the network found.
    public var strength: Float
    public var noiseLevel: NoiseLevel
    /// Whether the result is the mean over the eight flips and turns of the picture. Costs eight times the time.
    public var selfEnsemble: Bool
    /// Side of a tile's core in pixels of the input, rounded up to the network's grid; 0 lets the plan choose.
    /// It changes time and memory, never a sample of the result.
    public var tileSize: Int
    public var precision: Precision

    public init(
        strength: Float = 1, noiseLevel: NoiseLevel = .blind, selfEnsemble: Bool = false, tileSize: Int = 0,
        precision: Precision = .float32
    ) {
        self.strength = strength
        self.noiseLevel = noiseLevel
        self.selfEnsemble = selfEnsemble
        self.tileSize = tileSize
        self.precision = precision
    }

    /// The noise level that is told for all pictures, where one is.
    public var toldSigma: Float? { if case .sigma(let sigma) = noiseLevel { sigma } else { nil } }

    /// - Throws: `RestorationError.setting` for a value outside its range.
    func validate() throws(RestorationError) {
        guard (0...2).contains(strength) else {
            throw .setting(name: "strength", found: "\(strength)", expected: "0...2")
        }
        if case .sigma(let sigma) = noiseLevel, !(0...1).contains(sigma) {
            throw .setting(name: "noise level", found: "\(sigma)", expected: "0...1 (0...255 in 8-bit steps)")
        }
        guard tileSize >= 0 else { throw .setting(name: "tile size", found: "\(tileSize)", expected: "0 or more") }
    }
}
