import Foundation
public import Networks

/// The architectures that model files may name.
public enum Architectures {
    /// All members of the family, in the order in which messages list them.
    public static let all: [any Architecture.Type] = [
        UNet.self, PlainStack.self, ConvolutionalAutoencoder.self, DenseAutoencoder.self, SparseAutoencoder.self,
        VariationalAutoencoder.self,
    ]

    /// The names of the architectures that have a latent, in the order of `all`.
    public static var namesWithLatent: [String] { all.filter { $0.latentField != nil }.map { $0.name } }

    /// The architectures that are made of a member.
    public static let derived: [any Architecture.Type] = [Classifier.self]

    /// Reads and checks the configuration that a model file's JSON text describes. Unknown keys are errors: a misspelt
    /// one must not silently mean its default.
    ///
    /// - Throws: `ModelFileError.badConfiguration` or `.unknownArchitecture`.
    public static func configuration(json given: String) throws(ModelFileError) -> any Architecture {
        let (text, fields) = try renamed(given)
        guard let name = fields.architecture else {
            throw .badConfiguration(field: "architecture", found: "missing", expected: "a text")
        }
        guard let type = named(name) else {
            throw .unknownArchitecture(found: name, known: all.map { $0.name })
        }
        for key in fields.keys where key != "architecture" && !type.fields.contains(key) {
            throw .badConfiguration(
                field: key, found: "not known to '\(name)'", expected: type.fields.joined(separator: ", "))
        }
        for key in type.fields where !fields.keys.contains(key) && !type.optionalFields.contains(key) {
            throw .badConfiguration(field: key, found: "missing", expected: "a value")
        }
        let configuration: any Architecture
        do {
            configuration = try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context) {
            throw .badConfiguration(
                field: context.codingPath.first?.stringValue ?? "text", found: "of another form",
                expected: context.debugDescription)
        } catch {
            throw .badConfiguration(field: "text", found: "unreadable", expected: "values (\(error))")
        }
        try configuration.validate()
        return configuration
    }

    /// A configuration's text and fields, with keys of earlier versions replaced by their present names.
    private static func renamed(_ text: String) throws(ModelFileError) -> (String, ConfigurationFields) {
        let fields = try ConfigurationFields(json: text)
        let former = fields.architecture.flatMap(named)?.formerFields ?? [:]
        guard fields.keys.contains(where: { former[$0] != nil }),
            var members = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
        else { return (text, fields) }
        for (old, new) in former {
            guard let value = members.removeValue(forKey: old) else { continue }
            guard members.updateValue(value, forKey: new) == nil else {
                throw .badConfiguration(field: new, found: "given twice, as \(old) too", expected: "one value")
            }
        }
        guard let data = try? JSONSerialization.data(withJSONObject: members) else { return (text, fields) }
        let text = String(decoding: data, as: UTF8.self)
        return (text, try ConfigurationFields(json: text))
    }

    /// The architecture of this name, or nil.
    public static func named(_ name: String) -> (any Architecture.Type)? {
        (all + derived).first { $0.name == name }
    }

    /// Returns the JSON text of a configuration with sorted keys, behind `architecture`, which comes first.
    public static func json(_ configuration: some Architecture) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let fields = String(decoding: try encoder.encode(configuration), as: UTF8.self)
        return "{\"architecture\":\"\(type(of: configuration).name)\",\(fields.dropFirst())"
    }
}
