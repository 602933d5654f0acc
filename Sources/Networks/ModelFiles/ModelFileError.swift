/// A reason why a model could not be found or loaded. Each case says what was found and what was expected.
public enum ModelFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No model of this name or path; `searched` lists the folders that were looked into, `similar` models that may
    /// have been meant.
    case unknownModel(name: String, searched: [String], similar: [String])
    /// The file or folder does not exist.
    case missingFile(path: String)
    /// The system refused; `reason` is its text.
    case unreadable(path: String, reason: String)
    /// The file has more bytes than the limit.
    case tooLarge(path: String, foundBytes: Int, limit: Int)
    /// The file is no valid safetensors file.
    case damaged(path: String, SafetensorsError)
    /// The metadata names another format, or none.
    case unknownFormat(path: String, found: String?, expected: String)
    /// The card is not JSON, or a field that every card has is missing or has another form.
    case badCard(path: String, reason: String)
    /// The card and the weights contradict each other.
    case cardMismatch(field: String, found: String, expected: String)
    /// The file names an architecture that this version does not know.
    case unknownArchitecture(found: String, known: [String])
    /// The configuration is not JSON, lacks a field, or holds a value that makes no network.
    case badConfiguration(field: String, found: String, expected: String)
    /// The file lacks a tensor that the architecture asks for.
    case missingTensor(name: String, expected: [Int])
    /// A tensor has another shape than the architecture asks for.
    case misshapenTensor(name: String, found: [Int], expected: [Int])
    /// Tensors that the architecture does not know, sorted.
    case unexpectedTensors(names: [String])
    /// A weight is infinite or not a number.
    case notFinite(name: String, index: Int)

    public var description: String {
        switch self {
        case .unknownModel(let name, let searched, let similar):
            "there is no model '\(name)'"
                + (similar.isEmpty
                    ? "; searched " + (searched.isEmpty ? "nowhere" : searched.joined(separator: ", "))
                    : ", but \(similar.map { "'\($0)'" }.joined(separator: " and "))")
        case .missingFile(let path):
            "\(path) does not exist"
        case .unreadable(let path, let reason):
            "\(path) cannot be read: \(reason)"
        case .tooLarge(let path, let found, let limit):
            "\(path) has \(found) bytes, expected at most \(limit)"
        case .damaged(let path, let error):
            "\(path) is damaged: \(error)"
        case .unknownFormat(let path, let found, let expected):
            "\(path) has the format \(found.map { "'\($0)'" } ?? "none"), expected '\(expected)'"
        case .badCard(let path, let reason):
            "\(path) is no model card: \(reason)"
        case .cardMismatch(let field, let found, let expected):
            "the model's card says \(field) \(found), but its weights have \(expected)"
        case .unknownArchitecture(let found, let known):
            "the architecture '\(found)' is unknown, expected one of \(known.joined(separator: ", "))"
        case .badConfiguration(let field, let found, let expected):
            "the configuration's \(field) is \(found), expected \(expected)"
        case .missingTensor(let name, let expected):
            "tensor '\(name)' is missing, expected with shape \(expected)"
        case .misshapenTensor(let name, let found, let expected):
            "tensor '\(name)' has shape \(found), expected \(expected)"
        case .unexpectedTensors(let names):
            "the file has tensors that the architecture does not use: "
                + names.prefix(5).joined(separator: ", ")
                + (names.count > 5 ? " and \(names.count - 5) more" : "")
        case .notFinite(let name, let index):
            "element \(index) of tensor '\(name)' is not finite"
        }
    }
}
