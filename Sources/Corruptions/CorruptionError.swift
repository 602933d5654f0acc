/// The reasons for which a text names no corruption, or a corruption cannot be applied to a picture.
public enum CorruptionError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownKind(found: String, known: [String])
    case unknownParameter(kind: String, found: String, known: [String])
    case missingParameter(kind: String, name: String, example: String)
    case repeatedParameter(kind: String, name: String)
    case malformed(kind: String, name: String, found: String, expected: String)
    case outOfRange(kind: String, name: String, found: String, expected: String)
    /// A range (`0-75`) outside training, where levels are sampled.
    case range(kind: String, found: String)
    /// A weight (`3*none`) outside training.
    case weight(found: String)
    /// The text before an asterisk is no weight.
    case malformedWeight(found: String)
    case empty(text: String)
    case tooSmall(kind: String, width: Int, height: Int)
    /// `none` beside other steps or with parameters.
    case noneWithOthers(text: String)
    /// The bounds of a range are in the wrong order.
    case emptyRange(kind: String, found: String)
    /// A distribution whose corruptions make patches of different sizes.
    case differentReductions(found: [Int])
    /// A codec would not compress the picture.
    case codec(kind: String, reason: String)
    /// A file that a step needs cannot be used.
    case file(kind: String, path: String, reason: String)

    public var description: String {
        switch self {
        case .unknownKind(let found, let known):
            "unknown corruption \"\(found)\"; known: \(known.joined(separator: ", "))"
        case .unknownParameter(let kind, let found, let known):
            "\(kind) has no parameter \"\(found)\"; it has: \(known.joined(separator: ", "))"
        case .missingParameter(let kind, let name, let example):
            "\(kind) needs a \(name), as in \(example)"
        case .repeatedParameter(let kind, let name): "\(kind): \(name) is given twice"
        case .malformed(let kind, let name, let found, let expected):
            "\(kind): \(name) is \"\(found)\", expected \(expected)"
        case .outOfRange(let kind, let name, let found, let expected):
            "\(kind): \(name) is \(found), expected \(expected)"
        case .range(let kind, let found):
            "\(kind): the range \(found) is for training, where levels are drawn from it; "
                + "name levels instead, as in \(kind):15,25,50"
        case .weight(let found):
            "the weight \(found) is for training, where one of several corruptions is drawn"
        case .malformedWeight(let found): "a weight is \"\(found)\", expected a number above 0, as in 3*none"
        case .empty(let text): "\"\(text)\" has an empty part, expected a corruption such as gaussian:25"
        case .tooSmall(let kind, let width, let height):
            "\(kind): a picture of \(width)x\(height) is too small"
        case .noneWithOthers(let text): "\"\(text)\": none stands alone, it is the picture left as it is"
        case .emptyRange(let kind, let found): "\(kind): the range \(found) ends before it begins"
        case .differentReductions(let found):
            "the corruptions to draw from make pictures smaller by different factors: "
                + "\(found.map(String.init).joined(separator: ", ")); expected one factor for all"
        case .codec(let kind, let reason): "\(kind): \(reason)"
        case .file(let kind, let path, let reason): "\(kind): \"\(path)\": \(reason)"
        }
    }
}
