extension Corruption {
    /// The corruptions that `text` names: one, or one for every level of its lists.
    ///
    /// - Throws: `CorruptionError` that names what was found and what is known. A range of levels is refused: only
    ///   training draws from one.
    public static func parse(_ text: String) throws(CorruptionError) -> [Corruption] {
        var alternatives: [[any CorruptionStep]] = [[]]
        for part in text.split(separator: "+", omittingEmptySubsequences: false) {
            let steps = try parseStep(part.trimmed, in: text)
            alternatives = alternatives.flatMap { left in steps.map { left + [$0] } }
        }
        return alternatives.map(Corruption.init(steps:))
    }

    /// The steps that one part between plus signs stands for: one for every combination of its lists.
    private static func parseStep(_ part: String, in text: String) throws(CorruptionError) -> [any CorruptionStep] {
        let fields = part.split(separator: ":", omittingEmptySubsequences: false).map { $0.trimmed }
        let name = fields[0]
        guard !name.isEmpty else { throw CorruptionError.empty(text: text) }
        guard let step = kinds.first(where: { $0.kind.name == name }) else {
            throw CorruptionError.unknownKind(found: name, known: kinds.map { $0.kind.name })
        }
        let kind = step.kind
        var lists: [String: [String]] = [:]
        for (position, field) in fields.dropFirst().enumerated() {
            let (parameter, values) = try parseField(field, isFirst: position == 0, of: kind)
            if lists[parameter.name] != nil {
                throw CorruptionError.repeatedParameter(kind: name, name: parameter.name)
            }
            lists[parameter.name] = values
        }
        var combinations: [[String: String]] = [[:]]
        for parameter in kind.parameters {
            var values = lists[parameter.name] ?? []
            if values.isEmpty {
                guard let standard = parameter.standard else {
                    throw CorruptionError.missingParameter(kind: name, name: parameter.name, example: kind.example)
                }
                values = [standard]
            }
            var longer: [[String: String]] = []
            for combination in combinations {
                for value in values {
                    var next = combination
                    next[parameter.name] = value
                    longer.append(next)
                }
            }
            combinations = longer
        }
        return combinations.map { step.init(CorruptionValues($0)) }
    }

    /// The parameter that a field between colons sets, and its list of checked values.
    private static func parseField(
        _ field: String, isFirst: Bool, of kind: CorruptionKind
    ) throws(CorruptionError) -> (CorruptionKind.Parameter, [String]) {
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmed }
        // Only the level, which is the first parameter, may go without its name.
        let name = parts.count == 2 ? parts[0] : isFirst ? kind.parameters.first?.name ?? "" : field
        guard let parameter = kind.parameters.first(where: { $0.name == name }) else {
            throw CorruptionError.unknownParameter(
                kind: kind.name, found: name, known: kind.parameters.map { $0.name })
        }
        var values: [String] = []
        for value in parts[parts.count - 1].split(separator: ",", omittingEmptySubsequences: false) {
            values.append(try check(value.trimmed, parameter, of: kind))
        }
        return (parameter, values)
    }

    private static func check(
        _ value: String, _ parameter: CorruptionKind.Parameter, of kind: CorruptionKind
    ) throws(CorruptionError) -> String {
        switch parameter.form {
        case .number(let range):
            guard let number = Double(value), number.isFinite else {
                if isRange(value) { throw .range(kind: kind.name, found: value) }
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
                if isRange(value) { throw .range(kind: kind.name, found: value) }
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
        }
        return value
    }

    /// Two numbers with a minus between them; `1e-3` is a number and does not come here.
    private static func isRange(_ value: String) -> Bool {
        value.indices.contains { index in
            value[index] == "-" && Double(value[..<index]) != nil && Double(value[value.index(after: index)...]) != nil
        }
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
