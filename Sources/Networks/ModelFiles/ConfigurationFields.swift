/// The keys of a configuration's JSON text, read strictly: a key that occurs twice is an error.
public struct ConfigurationFields: Sendable, Equatable {
    /// The value of `architecture`; nil where there is none or it is no text.
    public let architecture: String?
    /// All keys in the order of the text.
    public let keys: [String]

    /// Reads the keys of a configuration's text.
    ///
    /// - Throws: `ModelFileError.badConfiguration` where `text` is not one JSON object.
    public init(json text: String) throws(ModelFileError) {
        let root: StrictJSON
        do {
            root = try StrictJSON.parse(Array(text.utf8))
        } catch {
            switch error {
            case .malformed(let byte, let expected):
                throw .badConfiguration(field: "text", found: "no JSON at byte \(byte)", expected: expected)
            case .duplicateKey(let key):
                throw .badConfiguration(field: key, found: "given twice", expected: "one value")
            }
        }
        guard case .object(let members) = root else {
            throw .badConfiguration(field: "text", found: "no object", expected: "a JSON object")
        }
        keys = members.map(\.key)
        architecture =
            members.lazy.compactMap { member -> String? in
                guard member.key == "architecture", case .string(let name) = member.value else { return nil }
                return name
            }.first
    }
}
