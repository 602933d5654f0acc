/// The reasons why vectors cannot be made, read or compared.
public enum LatentError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A setting, or what an input holds, is not what it must be.
    case setting(name: String, found: String, expected: String)
    /// Latents of one model were given to another; names or digests of both.
    case otherModel(found: String, expected: String)

    public var description: String {
        switch self {
        case .setting(let name, let found, let expected): "\(name) is \(found), expected \(expected)"
        case .otherModel(let found, let expected):
            "the latents were made by \(found), expected \(expected), since another model reads them as something else"
        }
    }
}
