extension VariationalAutoencoder {
    private enum CodingKeys: String, CodingKey {
        case channels, widths, latentSide, latentChannels, likelihood, deviation, beta, warmupSteps, freeBits, units
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            channels: try values.decode(Int.self, forKey: .channels),
            widths: try values.decode([Int].self, forKey: .widths),
            latentSide: try values.decode(Int.self, forKey: .latentSide),
            latentChannels: try values.decode(Int.self, forKey: .latentChannels),
            likelihood: try values.decode(LikelihoodKind.self, forKey: .likelihood),
            deviation: try values.decode(Float.self, forKey: .deviation),
            beta: try values.decode(Float.self, forKey: .beta),
            warmupSteps: try values.decode(Int.self, forKey: .warmupSteps),
            freeBits: try values.decode(Float.self, forKey: .freeBits),
            units: try values.decodeIfPresent([Int].self, forKey: .units) ?? [])
    }

    /// Writes the units only where there are some, so that older programs read what they know.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(channels, forKey: .channels)
        try values.encode(widths, forKey: .widths)
        try values.encode(latentSide, forKey: .latentSide)
        try values.encode(latentChannels, forKey: .latentChannels)
        try values.encode(likelihood, forKey: .likelihood)
        try values.encode(deviation, forKey: .deviation)
        try values.encode(beta, forKey: .beta)
        try values.encode(warmupSteps, forKey: .warmupSteps)
        try values.encode(freeBits, forKey: .freeBits)
        if !units.isEmpty { try values.encode(units, forKey: .units) }
    }
}
