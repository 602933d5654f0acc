extension Corruption {
    /// The corruptions that `text` names: one, or one for every level of its lists.
    ///
    /// - Throws: `CorruptionError` that names what was found and what is known. A range of levels is refused: only
    ///   training samples from one.
    public static func parse(_ text: String) throws(CorruptionError) -> [Corruption] {
        let (weight, _) = try Weight.split(text)
        if let weight { throw .weight(found: weight.text) }
        var alternatives: [[any CorruptionStep]] = [[]]
        for pattern in try StepPattern.parse(text) {
            let steps = try pattern.combinations()
            alternatives = alternatives.flatMap { left in steps.map { left + [$0] } }
        }
        return alternatives.map(Corruption.init(steps:))
    }
}

/// One step as it is written: for every parameter of its kind the values and ranges that it may have.
struct StepPattern: Sendable {
    /// A value as text, checked; or a range to sample from; with a weight where one is written.
    struct Choice: Sendable {
        enum Form: Sendable {
            case value(String)
            case range(String, lower: Double, upper: Double)
        }

        var form: Form
        var weight: Weight?
    }

    let step: any CorruptionStep.Type
    /// The choices in the order of the kind's parameters, none empty.
    let choices: [(parameter: CorruptionKind.Parameter, choices: [Choice])]

    /// The steps of `text`; none for `none`.
    static func parse(_ text: String) throws(CorruptionError) -> [StepPattern] {
        var patterns: [StepPattern] = []
        let parts = text.split(separator: "+", omittingEmptySubsequences: false).map { $0.trimmed }
        if parts == [Corruption.none] { return [] }
        for part in parts {
            if part.split(separator: ":").first.map({ $0.trimmed }) == Corruption.none {
                throw .noneWithOthers(text: text)
            }
            patterns.append(try StepPattern(part, in: text))
        }
        return patterns
    }

    /// One step for every combination of the lists.
    ///
    /// - Throws: `CorruptionError` `.range` and `.weight` where there is one.
    func combinations() throws(CorruptionError) -> [any CorruptionStep] {
        var combinations: [[String: String]] = [[:]]
        for (parameter, choices) in choices {
            var longer: [[String: String]] = []
            for combination in combinations {
                for choice in choices {
                    if let weight = choice.weight { throw .weight(found: weight.text) }
                    switch choice.form {
                    case .range(let text, _, _): throw .range(kind: step.kind.name, found: text)
                    case .value(let value):
                        var next = combination
                        next[parameter.name] = value
                        longer.append(next)
                    }
                }
            }
            combinations = longer
        }
        return combinations.map { step.init(CorruptionValues($0)) }
    }

    private init(_ part: String, in text: String) throws(CorruptionError) {
        let fields = part.split(separator: ":", omittingEmptySubsequences: false).map { $0.trimmed }
        let name = fields[0]
        guard !name.isEmpty else { throw CorruptionError.empty(text: text) }
        guard let step = Corruption.kinds.first(where: { $0.kind.name == name }) else {
            throw CorruptionError.unknownKind(found: name, known: Corruption.kinds.map { $0.kind.name })
        }
        let kind = step.kind
        var lists: [String: [Choice]] = [:]
        for (position, field) in fields.dropFirst().enumerated() {
            let (parameter, values) = try Self.parseField(field, isFirst: position == 0, of: kind)
            if lists[parameter.name] != nil {
                throw CorruptionError.repeatedParameter(kind: name, name: parameter.name)
            }
            lists[parameter.name] = values
        }
        var choices: [(parameter: CorruptionKind.Parameter, choices: [Choice])] = []
        for parameter in kind.parameters {
            if let list = lists[parameter.name] {
                choices.append((parameter, list))
            } else if let standard = parameter.standard {
                choices.append((parameter, [Choice(form: .value(standard))]))
            } else {
                throw CorruptionError.missingParameter(kind: name, name: parameter.name, example: kind.example)
            }
        }
        self.step = step
        self.choices = choices
    }

    /// The parameter that a field between colons sets, and its list of checked values and ranges.
    private static func parseField(
        _ field: String, isFirst: Bool, of kind: CorruptionKind
    ) throws(CorruptionError) -> (CorruptionKind.Parameter, [Choice]) {
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmed }
        // Only the level, which is the first parameter, may go without its name.
        let name = parts.count == 2 ? parts[0] : isFirst ? kind.parameters.first?.name ?? "" : field
        guard let parameter = kind.parameters.first(where: { $0.name == name }) else {
            throw CorruptionError.unknownParameter(
                kind: kind.name, found: name, known: kind.parameters.map { $0.name })
        }
        var choices: [Choice] = []
        for value in parts[parts.count - 1].split(separator: ",", omittingEmptySubsequences: false) {
            let (weight, value) = try Weight.split(value)
            if parameter.isText {
                try check(value, parameter, of: kind)
                choices.append(Choice(form: .value(value), weight: weight))
            } else if let (lower, upper) = bounds(value) {
                try check(lower, parameter, of: kind)
                try check(upper, parameter, of: kind)
                guard let lower = Double(lower), let upper = Double(upper), lower <= upper else {
                    throw .emptyRange(kind: kind.name, found: value)
                }
                choices.append(Choice(form: .range(value, lower: lower, upper: upper), weight: weight))
            } else {
                try check(value, parameter, of: kind)
                choices.append(Choice(form: .value(value), weight: weight))
            }
        }
        return (parameter, choices)
    }

    private static func check(
        _ value: String, _ parameter: CorruptionKind.Parameter, of kind: CorruptionKind
    ) throws(CorruptionError) {
        switch parameter.form {
        case .number(let range):
            guard let number = Double(value), number.isFinite else {
                throw .malformed(kind: kind.name, name: parameter.name, found: value, expected: "a number")
            }
            guard range.contains(number) else {
                throw .outOfRange(
                    kind: kind.name, name: parameter.name, found: value,
                    expected: "\(CorruptionText.number(range.lowerBound)) to \(CorruptionText.number(range.upperBound))"
                )
            }
        case .integer(let range):
            guard let number = Int(value) else {
                throw .malformed(kind: kind.name, name: parameter.name, found: value, expected: "a whole number")
            }
            guard range.contains(number) else {
                throw .outOfRange(
                    kind: kind.name, name: parameter.name, found: value,
                    expected: "\(range.lowerBound) to \(range.upperBound)")
            }
        case .choice(let known):
            guard known.contains(value) else {
                throw .malformed(
                    kind: kind.name, name: parameter.name, found: value, expected: known.joined(separator: " or "))
            }
        case .path:
            guard !value.isEmpty, !value.utf8.contains(0) else {
                throw .malformed(kind: kind.name, name: parameter.name, found: value, expected: "the path of a file")
            }
        }
    }

    /// Two numbers with a minus between them, as text; `1e-3` and `-5` are numbers and no ranges.
    private static func bounds(_ value: String) -> (lower: String, upper: String)? {
        guard Double(value) == nil else { return nil }
        for index in value.indices where value[index] == "-" {
            let (lower, upper) = (String(value[..<index]), String(value[value.index(after: index)...]))
            if Double(lower) != nil, Double(upper) != nil { return (lower, upper) }
        }
        return nil
    }
}

extension CorruptionKind.Parameter {
    /// True of values that are no numbers, so that a minus in them makes no range.
    fileprivate var isText: Bool {
        switch form {
        case .choice, .path: true
        case .number, .integer: false
        }
    }
}

/// The frequency of an alternative beside the others, written before it: the 3 of `3*none`.
struct Weight: Sendable {
    var value: Double
    /// The weight as it is written, with the asterisk.
    var text: String

    /// The weight that `text` begins with, and the rest.
    ///
    /// - Throws: `CorruptionError.malformedWeight`.
    static func split(_ text: some StringProtocol) throws(CorruptionError) -> (weight: Weight?, rest: String) {
        // Behind a colon an asterisk belongs to a parameter's value.
        guard let asterisk = text.firstIndex(of: "*"), !text[..<asterisk].contains(":") else {
            return (nil, text.trimmed)
        }
        let number = text[..<asterisk].trimmed
        guard let value = Double(number), value > 0, value <= 1e6 else { throw .malformedWeight(found: number) }
        return (Weight(value: value, text: number + "*"), text[text.index(after: asterisk)...].trimmed)
    }
}

/// Numbers in the text of a corruption.
enum CorruptionText {
    /// The shortest text: `25`, not `25.0`.
    static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(value)
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        var rest = self[...]
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
