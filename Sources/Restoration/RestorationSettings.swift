/// The noise level of a picture, as a restorer gets it.
public enum NoiseLevel: Hashable, Sendable, Codable {
    /// The network finds the noise level itself (its noise map holds 0).
    case blind
    /// The noise level is estimated for each picture by whoever calls the restorer, who passes the estimate along.
    case automatic
    /// The noise level is known: the standard deviation of the noise, in sample values of 0...1.
    case sigma(Float)
}

/// The precision of the numbers that a model multiplies.
public enum Precision: String, Hashable, Sendable, Codable, CaseIterable {
    /// Float32 in all operations.
    case float32
    /// BF16 in the operations for which the model's card has measured what it costs; Float32 where it has not, or the
    /// processor has no such products.
    case fast
}

/// The settings of a restoration, apart from the model.
public struct RestorationSettings: Hashable, Sendable, Codable {
    /// The share of the restored picture in the output, 0...2: 0 is the original (upscaled by bicubic interpolation
    /// where the model upscales), 1 the network's result; above 1, more is taken away than the network found.
    public var strength: Float
    /// The share of what was taken off the brightness that is put back, 0...1, so that grain stays and colour noise goes;
    /// nil, the default, for none. A model that upscales takes none.
    public var keptGrain: Float?
    /// The noise level of the pictures; a model has to be noise-conditioned for any but `blind`.
    public var noiseLevel: NoiseLevel
    /// True where the result is the mean over the eight flips and turns of the picture, at eight times the cost.
    public var selfEnsemble: Bool
    /// The side of a tile's core in pixels of the input, rounded up to the network's grid; 0 lets the plan choose. It
    /// changes time and memory, never a sample of the result.
    public var tileSize: Int
    /// The precision in which a model computes; filters ignore it.
    public var precision: Precision

    /// Creates settings; a restorer validates their ranges.
    public init(
        strength: Float = 1, noiseLevel: NoiseLevel = .blind, selfEnsemble: Bool = false, tileSize: Int = 0,
        precision: Precision = .float32, keptGrain: Float? = nil
    ) {
        self.strength = strength
        self.noiseLevel = noiseLevel
        self.selfEnsemble = selfEnsemble
        self.tileSize = tileSize
        self.precision = precision
        self.keptGrain = keptGrain
    }

    /// True where the result takes samples of the original.
    var usesOriginal: Bool { strength != 1 || keptGrain != nil }

    /// The standard deviation of the noise (0...1) where one is given for all pictures; nil otherwise.
    public var givenSigma: Float? { if case .sigma(let sigma) = noiseLevel { sigma } else { nil } }

    /// Checks the ranges of all settings, for models or filters that upscale by `scale`.
    ///
    /// - Throws: `RestorationError.setting` for a value outside its range.
    func validate(scale: Int) throws(RestorationError) {
        guard (0...2).contains(strength) else {
            throw .setting(name: "strength", found: "\(strength)", expected: "0...2")
        }
        if let keptGrain {
            guard (0...1).contains(keptGrain) else {
                throw .setting(name: "kept grain", found: "\(keptGrain)", expected: "0...1")
            }
            guard scale == 1 else {
                throw .setting(
                    name: "kept grain", found: "upscaling by \(scale)", expected: "a result of the same size")
            }
        }
        if case .sigma(let sigma) = noiseLevel, !(0...1).contains(sigma) {
            throw .setting(name: "noise level", found: "\(sigma)", expected: "0...1 (0...255 in 8-bit steps)")
        }
        guard tileSize >= 0 else { throw .setting(name: "tile size", found: "\(tileSize)", expected: "0 or more") }
    }
}
