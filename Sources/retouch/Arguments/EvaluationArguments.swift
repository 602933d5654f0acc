import ArgumentParser
import Evaluation
import Filters
import Quality
import Restoration

/// The noise level that a model gets in an evaluation: `auto`, `given`, or a standard deviation on 0...255.
struct EvaluatedSigma: ExpressibleByArgument {
    var level: NoiseLevel
    var knowledge: EvaluationPlan.NoiseKnowledge
    /// The argument as it was typed.
    var text: String

    init?(argument: String) {
        text = argument
        switch argument {
        case "auto": (level, knowledge) = (.automatic, .estimated)
        case "given": (level, knowledge) = (.automatic, .given)
        default:
            guard let sigma = Float(argument), (0...255).contains(sigma) else { return nil }
            (level, knowledge) = (.sigma(sigma / 255), .blind)
        }
    }
}

/// A list of figures in dB, separated by commas.
struct DecibelList: ExpressibleByArgument {
    var values: [Double]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        values = parts.compactMap { Double($0) }.filter(\.isFinite)
        guard values.count == parts.count else { return nil }
    }
}

/// The work that methods are measured at.
enum EvaluationTask: String, ExpressibleByArgument, CaseIterable {
    /// Undoing a corruption of the whole picture.
    case restore
    /// Finding damage and filling it.
    case mend
}

/// A list of classical methods by name, separated by commas; `none` is the corruption alone.
struct BaselineList: ExpressibleByArgument {
    /// The names as they were typed, each known for one task or the other.
    private var names: [String]

    init?(argument: String) {
        names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard names.allSatisfy({ Self.allValueStrings.contains($0) }) else { return nil }
    }

    /// The methods for restoring; nil where one is for mending.
    var methods: [EvaluationMethod]? {
        let known =
            names.compactMap { $0 == "none" ? .unrestored : FilterKind(rawValue: $0).map { .filter($0) } }
            as [EvaluationMethod]
        return known.count == names.count ? known : nil
    }

    /// The methods for mending; nil where one is for restoring.
    var mending: [MendMethod]? {
        let known = names.compactMap { name in
            name == "none"
                ? MendMethod() : InpaintingKind(rawValue: name).map { MendMethod(filler: .classical($0)) }
        }
        return known.count == names.count ? known : nil
    }

    /// The names for help.
    static var allValueStrings: [String] {
        ["none"] + FilterKind.allCases.map(\.rawValue) + InpaintingKind.allCases.map(\.rawValue)
    }
}

extension InpaintingKind {
    /// The names separated by commas, for help.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension FilterKind {
    /// The names separated by commas, for help.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension EvaluationPlan.InputForm: ExpressibleByArgument {}

extension Metric {
    /// The names separated by commas, for help.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// Returns the metrics of a list separated by commas.
    ///
    /// - Throws: `ValidationError` that names the one that is unknown, and those that are known.
    static func list(_ text: String) throws -> [Metric] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let metric = Metric(rawValue: String(name)) else {
                throw ValidationError("--metrics: unknown metric \"\(name)\", known: \(names)")
            }
            return metric
        }
    }
}
