import Networks

extension Classifier: Codable {
    private enum Key: String, CodingKey { case encoder, side, units, classes }

    /// A key of the encoder's values.
    private struct EncoderKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
        static let architecture = EncoderKey(stringValue: "architecture")
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let values = try container.nestedContainer(keyedBy: EncoderKey.self, forKey: .encoder)
        func failure(_ reason: String) -> DecodingError {
            .dataCorrupted(.init(codingPath: values.codingPath, debugDescription: reason))
        }
        let name = try values.decode(String.self, forKey: .architecture)
        guard let type = Architectures.all.first(where: { $0.name == name }) else {
            throw failure("one of \(Architectures.all.map { $0.name }.joined(separator: ", ")), not '\(name)'")
        }
        for key in values.allKeys.map(\.stringValue) where key != "architecture" && !type.fields.contains(key) {
            throw failure("the values of '\(name)', not '\(key)'")
        }
        self.init(
            encoder: try type.init(from: container.superDecoder(forKey: .encoder)),
            side: try container.decode(Int.self, forKey: .side), units: try container.decode(Int.self, forKey: .units),
            classes: try container.decode(Int.self, forKey: .classes))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(side, forKey: .side)
        try container.encode(units, forKey: .units)
        try container.encode(classes, forKey: .classes)
        let values = container.superEncoder(forKey: .encoder)
        try self.encoder.encode(to: values)
        var named = values.container(keyedBy: EncoderKey.self)
        try named.encode(type(of: self.encoder).name, forKey: .architecture)
    }
}
