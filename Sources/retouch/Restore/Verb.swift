/// What a run does with pictures, in words.
enum Verb: String {
    case restore, corrupt, generate

    /// The command at its shortest.
    var example: String { self == .restore ? "retouch IN OUT" : "retouch \(rawValue) IN OUT" }

    var past: String { rawValue + (self == .corrupt ? "ed" : "d") }
}
