/// An error in reading or writing a report.
public enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The JSON is of a schema that this build does not know.
    case schema(found: Int, expected: Int)
    /// A file of the report could not be written.
    case unwritable(path: String, reason: String)

    public var description: String {
        switch self {
        case .schema(let found, let expected):
            "report of schema version \(found), this program reads version \(expected)"
        case .unwritable(let path, let reason): "cannot write report \(path): \(reason)"
        }
    }
}
