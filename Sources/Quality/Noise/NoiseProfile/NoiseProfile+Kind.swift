extension NoiseProfile {
    /// The kind of noise that a profile shows.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// No noise that can be distinguished from texture: too little, or the variation is a pattern or texture.
        case none
        /// Noise that is independent from sample to sample.
        case white
        /// Noise that is correlated between neighbours: of a camera, a scan, film, under JPEG.
        case correlated
    }

    /// The least deviation, in levels of 255, of noise that is removed; less is left alone unless it is plain to see,
    /// since a result would be within 41 dB of the original.
    public static let leastDeviation = 2.3

    /// True where the smooth parts repeat at a distance, as screens and weaves do, or are less like their neighbours
    /// than chance, as dither is.
    public var isPattern: Bool { periodicity > 0.3 || neighbourCorrelation < -0.12 }

    /// The kind of noise of the picture. Its bounds were chosen on the 25 pictures of `gb82`, clean, scaled and saved
    /// as JPEG, and under white noise, grain and camera noise of 4 and more, saved as JPEG or not: no clean one is
    /// taken for noisy, and the noisy ones that are missed are those few whose texture hides the noise, where little is
    /// to be gained. Texture has hardly any colour of its own, and its colour varies from block to block; patterns
    /// repeat at a distance, and dither is less like its neighbours than chance.
    public var kind: Kind {
        guard !isPattern else { return .none }
        let share = colourFloor / max(lumaFloor, 1e-6)
        // Little noise, but so plain that it can be nothing else: coloured as a camera's mosaic makes it, or all alike.
        let isPlain =
            hasColour && floor >= 1.7 && colourFloor >= 1.2 && colourCorrelationSpread <= 0.055
            && (share >= 0.8 && correlationSpread <= 0.06
                || share >= 0.4 && colourCorrelation >= 0.68 && correlationSpread <= 0.1)
        guard floor >= Self.leastDeviation || isPlain else { return .none }
        guard hasColour else {
            guard smoothShare >= 0.2, correlationSpread <= 0.11 else { return .none }
            return neighbourCorrelation < 0.15 ? .white : .correlated
        }
        if abs(colourCorrelation) < 0.16, colourCorrelationSpread <= 0.1, colourFloor >= 1.5 { return .white }
        // Grain without colour, on a picture that has some.
        if smoothShare >= 0.4, correlationSpread <= 0.07 { return neighbourCorrelation < 0.15 ? .white : .correlated }
        guard colourFloor >= 0.9, correlationSpread <= 0.115, colourCorrelationSpread <= 0.115, share >= 0.08 else {
            return .none
        }
        // Colour noise under JPEG, which halves its resolution.
        let isCertain =
            colourCorrelation >= 0.74 && colourCorrelationSpread <= 0.075 && colourFloor >= 1.25
            || share >= 0.2 && colourCorrelation >= 0.72 && colourCorrelationSpread <= 0.085
                && correlationSpread <= 0.08
        return share >= 0.27 || (smoothShare >= 0.3 && share >= 0.15) || isCertain ? .correlated : .none
    }
}
