/// The members of a JSON object, each taken once by its key; a key that is left at the end is an error.
struct StrictFields {
    private var container: KeyedDecodingContainer<Key>
    private var known: [String] = []

    struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(_ decoder: any Decoder) throws { container = try decoder.container(keyedBy: Key.self) }

    /// Returns the value of `key`, or nil where it is missing or null.
    mutating func take<Value: Decodable>(_ key: String, as type: Value.Type = Value.self) throws -> Value? {
        known.append(key)
        return try container.decodeIfPresent(type, forKey: Key(stringValue: key))
    }

    /// Returns true where `key` is present, even where its value is null.
    func has(_ key: String) -> Bool { container.contains(Key(stringValue: key)) }

    /// Checks that all keys were taken.
    ///
    /// - Throws: `TrainingError.unknownKey` for a key that was not taken.
    func finish() throws(TrainingError) {
        let unknown = container.allKeys.map(\.stringValue).filter { !known.contains($0) }.sorted()
        if let first = unknown.first { throw .unknownKey(found: first, known: known.sorted()) }
    }
}
