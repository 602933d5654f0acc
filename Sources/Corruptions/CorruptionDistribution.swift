/// What training does to its clean patches: a corruption is drawn anew for each.
///
/// Every text is an alternative, each as likely. In a text a list (`gaussian:15,25,50`) is a choice with equal chances
/// for its entries, and a range (`gaussian:0-75`, `jpeg:30-90`) is drawn from uniformly, whole numbers with both bounds
/// included. `none` is the alternative that leaves the patch as it is.
public struct CorruptionDistribution: Sendable, CustomStringConvertible {
    /// As they were given.
    public let texts: [String]
    private let alternatives: [[StepPattern]]
    /// By how much every corruption that may come divides width and height.
    public let reduction: Int

    /// - Throws: `CorruptionError`, also where there is no text, or where corruptions of different reductions may come:
    ///   all patches of a batch have one size.
    public init(_ texts: [String]) throws(CorruptionError) {
        guard !texts.isEmpty else { throw .empty(text: "") }
        var alternatives: [[StepPattern]] = []
        var reductions: Set<Int> = []
        for text in texts {
            let patterns = try StepPattern.parse(text)
            alternatives.append(patterns)
            var products: Set<Int> = [1]
            for pattern in patterns {
                let factors = pattern.reductions
                products = Set(products.flatMap { product in factors.map { product * $0 } })
            }
            reductions.formUnion(products)
        }
        guard reductions.count == 1 else { throw .differentReductions(found: reductions.sorted()) }
        self.texts = texts
        self.alternatives = alternatives
        reduction = reductions.first ?? 1
    }

    public var description: String { texts.joined(separator: " or ") }

    /// One of the corruptions, with levels of its own.
    public func draw(using random: inout some RandomNumbers) -> Corruption {
        let patterns = alternatives[random.index(below: alternatives.count)]
        return Corruption(steps: patterns.map { $0.draw(using: &random) })
    }
}

extension StepPattern {
    /// A step with each parameter drawn from its choices, in the order of the kind's parameters.
    func draw(using random: inout some RandomNumbers) -> any CorruptionStep {
        var values: [String: String] = [:]
        for (parameter, choices) in choices {
            switch choices[choices.count == 1 ? 0 : random.index(below: choices.count)] {
            case .value(let value): values[parameter.name] = value
            case .range(_, let lower, let upper):
                if case .integer = parameter.form {
                    values[parameter.name] = "\(Int(lower) + random.index(below: Int(upper) - Int(lower) + 1))"
                } else {
                    values[parameter.name] = "\(lower + (upper - lower) * random.uniform())"
                }
            }
        }
        return step.init(CorruptionValues(values))
    }

    /// The reductions of the steps that may be drawn. Only a factor, which is a whole number, changes them.
    fileprivate var reductions: Set<Int> {
        var reductions: Set<Int> = []
        var values: [String: String] = [:]
        for (parameter, choices) in choices {
            if case .value(let value)? = choices.first { values[parameter.name] = value }
            if case .range(_, let lower, _)? = choices.first {
                values[parameter.name] = parameter.isInteger ? "\(Int(lower))" : "\(lower)"
            }
        }
        for (parameter, choices) in choices where parameter.isInteger {
            for choice in choices {
                switch choice {
                case .value(let value):
                    values[parameter.name] = value
                    reductions.insert(step.init(CorruptionValues(values)).reduction)
                case .range(_, let lower, let upper):
                    for level in Int(lower)...Int(upper) {
                        values[parameter.name] = "\(level)"
                        reductions.insert(step.init(CorruptionValues(values)).reduction)
                    }
                }
            }
        }
        return reductions.isEmpty ? [step.init(CorruptionValues(values)).reduction] : reductions
    }
}

extension CorruptionKind.Parameter {
    fileprivate var isInteger: Bool { if case .integer = form { true } else { false } }
}

extension RandomNumbers {
    /// A whole number of 0..<bound.
    mutating func index(below bound: Int) -> Int { min(bound - 1, Int(uniform() * Double(bound))) }
}
