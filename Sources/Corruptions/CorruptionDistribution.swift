/// The distribution of the corruptions of training: each clean patch gets one that is sampled anew.
///
/// Every text is an alternative; in a text a list (`gaussian:15,25,50`) is a choice, and a range (`gaussian:0-75`,
/// `jpeg:30-90`) is sampled uniformly, whole numbers with both bounds included. Alternatives and a list's entries are
/// each as likely, unless a weight stands before them: `3*none` comes three times as often as an alternative without
/// one, and in `blur:4*0,0.3-1` one blur in five is more than none. `none` leaves the patch as it is.
public struct CorruptionDistribution: Sendable, CustomStringConvertible {
    /// The texts of the alternatives, as they were given.
    public let texts: [String]
    private let alternatives: [[StepPattern]]
    /// The weights of the alternatives up to each one.
    private let sums: [Double]
    /// The factor by which every corruption that may come divides width and height.
    public let reduction: Int

    /// Creates the distribution of the alternatives `texts`.
    ///
    /// - Throws: `CorruptionError`, also where there is no text, or where corruptions of different reductions may come:
    ///   all patches of a batch have one size.
    public init(_ texts: [String]) throws(CorruptionError) {
        guard !texts.isEmpty else { throw .empty(text: "") }
        var alternatives: [[StepPattern]] = []
        var reductions: Set<Int> = []
        var weights: [Double] = []
        for text in texts {
            let (weight, rest) = try Weight.split(text)
            let patterns = try StepPattern.parse(rest)
            alternatives.append(patterns)
            weights.append(weight?.value ?? 1)
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
        sums = weights.sums
        reduction = reductions.first ?? 1
    }

    public var description: String { texts.joined(separator: " or ") }

    /// True where every patch is left as it is.
    public var isNothing: Bool { kindNames.isEmpty }

    /// True where nothing but white Gaussian noise may come.
    public var isWhiteNoise: Bool { kindNames == [GaussianNoise.kind.name] }

    /// True where nothing but JPEG may come, once or several times.
    public var isJPEG: Bool { kindNames == [JPEGArtefacts.kind.name] }

    /// True where steps may come that put something else in the place of samples, however far from what was there.
    public var replacesSamples: Bool {
        !kindNames.isDisjoint(with: [SaltAndPepper.kind.name, Masking.kind.name])
    }

    /// The kinds of all steps that may come.
    private var kindNames: Set<String> { Set(alternatives.joined().map { $0.step.kind.name }) }

    /// Samples one of the corruptions, with levels of its own.
    public func draw(using random: inout some RandomNumbers) -> Corruption {
        let patterns = alternatives[random.index(sums: sums)]
        return Corruption(steps: patterns.map { $0.draw(using: &random) })
    }
}

extension StepPattern {
    /// A step with each parameter sampled from its choices, in the order of the kind's parameters.
    func draw(using random: inout some RandomNumbers) -> any CorruptionStep {
        var values: [String: String] = [:]
        for (parameter, choices) in choices {
            let sums = choices.count == 1 ? [] : choices.map { $0.weight?.value ?? 1 }.sums
            switch choices[sums.isEmpty ? 0 : random.index(sums: sums)].form {
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

    /// The reductions of the steps that may come. Only a factor, which is a whole number, changes them.
    fileprivate var reductions: Set<Int> {
        var reductions: Set<Int> = []
        var values: [String: String] = [:]
        for (parameter, choices) in choices {
            if case .value(let value)? = choices.first?.form { values[parameter.name] = value }
            if case .range(_, let lower, _)? = choices.first?.form {
                values[parameter.name] = parameter.isInteger ? "\(Int(lower))" : "\(lower)"
            }
        }
        for (parameter, choices) in choices where parameter.isInteger {
            for choice in choices {
                switch choice.form {
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

extension [Double] {
    /// The sums of the elements up to each one.
    fileprivate var sums: [Double] {
        var sum = 0.0
        return map { element in
            sum += element
            return sum
        }
    }
}

extension RandomNumbers {
    /// An index, sampled in proportion to weights whose sums up to each one are `sums`. Weights of 1 give what
    /// `index(below:)` gives.
    fileprivate mutating func index(sums: [Double]) -> Int {
        let place = uniform() * (sums.last ?? 0)
        return sums.firstIndex { place < $0 } ?? sums.count - 1
    }

    /// A whole number of 0..<bound.
    mutating func index(below bound: Int) -> Int { min(bound - 1, Int(uniform() * Double(bound))) }
}
