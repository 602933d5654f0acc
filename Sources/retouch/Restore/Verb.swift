/// The verbs for what a run does with pictures.
enum Verb: String {
    case restore, corrupt, generate, measure

    /// The command in its shortest form.
    var example: String { self == .restore ? "retouch IN OUT" : "retouch \(rawValue) IN OUT" }

    var past: String { rawValue + (self == .corrupt ? "ed" : "d") }
}
