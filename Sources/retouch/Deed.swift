/// What a run does with pictures, in words.
enum Deed: String {
    case restore, corrupt

    /// The command at its shortest.
    var example: String { self == .restore ? "retouch IN OUT" : "retouch corrupt IN OUT" }

    var past: String { rawValue + (self == .restore ? "d" : "ed") }
}
