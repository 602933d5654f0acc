/// The settings of a group of parameters that has an optimiser, a rate and a cadence of its own, such as the critic of
/// an adversarial autoencoder.
///
/// In a configuration: `{"name": "critic", "parameters": ["critic."], "optimiser": "sgd", "rate": 1e-3, "every": 2}`.
public struct ParameterGroup: Sendable, Equatable {
    /// The name of the group: unique among the groups, and not `ParameterGroup.rest`.
    public var name: String
    /// The prefixes of the names of its parameters.
    public var parameters: [String]
    /// The optimiser of the group; nil for the run's.
    public var optimiser: OptimiserSettings?
    /// The full learning rate, above 0, which follows the run's schedule; nil for the run's.
    public var rate: Double?
    /// The steps from one update of the group to the next, 1 or more.
    public var every: Int
    /// The first step, from 0, in which the group is updated.
    public var offset: Int

    /// The name of the group of all parameters that belong to no other one.
    public static let rest = "rest"

    /// Creates the settings of a group.
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
    /// A group with the places of its parameters in the flat vectors.
    public struct Group: Sendable {
        /// The name of the group.
        public let name: String
        /// The ranges of its parameters in the flat vectors, in order, adjacent ones joined.
        public let ranges: [Range<Int>]
        /// The settings of the group; nil for the rest.
        public let settings: ParameterGroup?

        /// Returns true where the group is updated in step `step`, from 0.
        public func isDue(atStep step: Int) -> Bool {
            guard let settings else { return true }
            return step >= settings.offset && (step - settings.offset) % settings.every == 0
        }

        /// Returns the number, from 1, of the update in a step in which the group is due.
        public func updateNumber(atStep step: Int) -> Int {
            guard let settings else { return step + 1 }
            return (step - settings.offset) / settings.every + 1
        }
    }

    /// The groups that have parameters, the stated ones first.
    public let groups: [Group]
    /// The tensors that are kept and not learnt.
    public let buffers: [ParameterRange]
    /// All tensors, buffers included.
    public let parameters: [ParameterRange]

    /// Puts all parameters into one group.
    public init(all parameters: [ParameterRange]) { self.init([], owners: [:], parameters) }

    /// Creates the stated groups, whose names `owners` has by parameter, and one for the rest.
    private init(_ stated: [Group], owners: [String: String], _ parameters: [ParameterRange]) {
        self.parameters = parameters
        buffers = parameters.filter { $0.keeping != nil }
        let rest = parameters.filter { $0.keeping == nil && owners[$0.name] == nil }
        groups =
            stated
            + (rest.isEmpty
                ? [] : [Group(name: ParameterGroup.rest, ranges: Self.joined(rest), settings: nil)])
    }

    /// Puts the parameters into the stated groups, and those that are left into the group `rest`.
    ///
    /// - Throws: `TrainingError.setting` for a group without parameters, one with a name that another has, a parameter
    ///   in two groups, a rate that is not above 0, or an invalid cadence.
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
