/// How a run states a group of parameters that has an optimiser, a rate and a cadence of its own, such as the critic of an
/// adversarial autoencoder.
///
/// In a configuration: `{"name": "critic", "parameters": ["critic."], "optimiser": "sgd", "rate": 1e-3, "every": 2}`.
public struct ParameterGroup: Sendable, Equatable {
    /// Unique among the groups, and not `ParameterGroup.rest`.
    public var name: String
    /// What the names of its parameters begin with.
    public var parameters: [String]
    /// Nil for the run's.
    public var optimiser: OptimiserSettings?
    /// The full learning rate, which follows the run's schedule; nil for the run's.
    public var rate: Double?
    /// It is updated in each step whose number, from 0, is `offset` more than a multiple of this; 1 for every step.
    public var every: Int
    public var offset: Int

    /// The name of the group of all parameters that belong to no other one.
    public static let rest = "rest"

    public init(
        name: String, parameters: [String], optimiser: OptimiserSettings? = nil, rate: Double? = nil, every: Int = 1,
        offset: Int = 0
    ) {
        self.name = name
        self.parameters = parameters
        self.optimiser = optimiser
        self.rate = rate
        self.every = every
        self.offset = offset
    }
}

extension ParameterGroup: Codable {
    public init(from decoder: any Decoder) throws {
        var fields = try StrictFields(decoder)
        name = try fields.take("name") ?? ""
        parameters = try fields.take("parameters") ?? []
        optimiser = try fields.take("optimiser")
        rate = try fields.take("rate")
        every = try fields.take("every") ?? 1
        offset = try fields.take("offset") ?? 0
        try fields.finish()
    }
}

/// The parameters of a network in the groups of a run, and its buffers.
public struct ParameterGroups: Sendable {
    /// A group with where its parameters lie in the flat vectors.
    public struct Group: Sendable {
        public let name: String
        /// In order, those that touch joined.
        public let ranges: [Range<Int>]
        /// Nil for the rest.
        public let settings: ParameterGroup?

        /// Whether it is updated in step `step`, from 0.
        public func isDue(atStep step: Int) -> Bool {
            guard let settings else { return true }
            return step >= settings.offset && (step - settings.offset) % settings.every == 0
        }

        /// The number of the update in a step in which it is due, from 1.
        public func updateNumber(atStep step: Int) -> Int {
            guard let settings else { return step + 1 }
            return (step - settings.offset) / settings.every + 1
        }
    }

    /// Those that have parameters, the stated ones first.
    public let groups: [Group]
    /// What is kept and not learnt.
    public let buffers: [ParameterRange]
    /// All of them.
    public let parameters: [ParameterRange]

    /// All parameters in one group.
    public init(all parameters: [ParameterRange]) { self.init([], owners: [:], parameters) }

    /// The stated groups, whose names `owners` has by parameter, and one for the rest.
    private init(_ stated: [Group], owners: [String: String], _ parameters: [ParameterRange]) {
        self.parameters = parameters
        buffers = parameters.filter { $0.keeping != nil }
        let rest = parameters.filter { $0.keeping == nil && owners[$0.name] == nil }
        groups =
            stated
            + (rest.isEmpty
                ? [] : [Group(name: ParameterGroup.rest, ranges: Self.joined(rest), settings: nil)])
    }

    /// - Throws: `TrainingError.setting` for a group without parameters, one with a name that another has, a parameter in
    ///   two groups, or a cadence that is none.
    public init(_ stated: [ParameterGroup], of parameters: [ParameterRange]) throws(TrainingError) {
        var owners: [String: String] = [:]
        var groups: [Group] = []
        for group in stated {
            let name = "group '\(group.name)'"
            guard !group.name.isEmpty, group.name != ParameterGroup.rest,
                !groups.contains(where: { $0.name == group.name })
            else {
                throw .setting(name: name, found: "a name that is empty or taken", expected: "a name of its own")
            }
            guard group.every >= 1, group.offset >= 0 else {
                throw .setting(
                    name: name, found: "every \(group.every) steps from \(group.offset) on",
                    expected: "every 1 or more, from 0 on or later")
            }
            if let rate = group.rate, !(rate > 0 && rate.isFinite) {
                throw .setting(name: name, found: "the rate \(rate)", expected: "a number above 0")
            }
            let own = parameters.filter { parameter in
                parameter.keeping == nil && group.parameters.contains { parameter.name.hasPrefix($0) }
            }
            guard !own.isEmpty else {
                throw .setting(
                    name: name, found: "no parameter that begins with \(group.parameters.joined(separator: " or "))",
                    expected: "some of \(parameters.map(\.name).joined(separator: ", "))")
            }
            for parameter in own {
                if let other = owners.updateValue(group.name, forKey: parameter.name) {
                    throw .setting(
                        name: name, found: "the parameter \(parameter.name), which '\(other)' has",
                        expected: "each parameter in one group")
                }
            }
            groups.append(Group(name: group.name, ranges: Self.joined(own), settings: group))
        }
        self.init(groups, owners: owners, parameters)
    }

    private static func joined(_ parameters: [ParameterRange]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for range in parameters.map(\.range) {
            if let last = ranges.last, last.upperBound == range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }
}
