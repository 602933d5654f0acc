/// An error that keeps a training run from beginning or going on. Each case says what was found and what was expected.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A value of the configuration that is out of range or contradicts another.
    case setting(name: String, found: String, expected: String)
    /// A name in a term of the objective that does not fit the network or the data.
    case term(name: String, found: String, expected: String)
    /// A key of the configuration that is not known, or is given twice.
    case unknownKey(found: String, known: [String])
    /// A configuration that is no JSON, or a value of another form.
    case malformed(reason: String)
    /// A checkpoint that belongs to another configuration; `field` is the first that differs.
    case otherRun(path: String, field: String, found: String, expected: String)
    /// A folder without a checkpoint.
    case noCheckpoint(path: String)
    /// A folder that holds a run already.
    case runExists(path: String)
    /// A checkpoint that cannot be read, or lacks something.
    case damagedCheckpoint(path: String, reason: String)
    /// A loss or gradient that is not finite, or a loss that has exploded.
    case diverged(step: Int, reason: String, lastGood: String?)

    public var description: String {
        switch self {
        case .term(let name, let found, let expected):
            "the term '\(name)' of the objective names \(found), expected \(expected)"
        case .setting(let name, let found, let expected): "\(name) is \(found), expected \(expected)"
        case .unknownKey(let found, let known):
            "the configuration's key '\(found)' is not known, or given twice; known are \(known.joined(separator: ", "))"
        case .malformed(let reason): "the configuration is not valid: \(reason)"
        case .otherRun(let path, let field, let found, let expected):
            "\(path) belongs to another run: its \(field) is \(found), expected \(expected)"
        case .noCheckpoint(let path): "there is no checkpoint in \(path) to go on from"
        case .runExists(let path): "\(path) holds a run already; go on with --resume, or name another folder"
        case .damagedCheckpoint(let path, let reason): "\(path) is no usable checkpoint: \(reason)"
        case .diverged(let step, let reason, let lastGood):
            "training stopped at step \(step): \(reason); "
                + (lastGood.map { "the last good checkpoint is \($0)" } ?? "there is no checkpoint yet")
        }
    }
}
