import Tensors

/// The optimisers of a run's groups of parameters, and the update of its buffers.
final class GroupedOptimiser: Sendable {
    private struct Member: Sendable {
        let group: ParameterGroups.Group
        let optimiser: Optimiser
        /// The group's rate divided by the run's.
        let rateFactor: Double
    }

    private let groups: ParameterGroups
    private let members: [Member]
    private let clipping: Double?

    /// Creates the optimisers with zero state.
    ///
    /// - Parameters:
    ///   - optimiser, rate: those of groups that state none.
    ///   - clipping: the largest norm of a group's gradient; nil for no limit.
    init(_ groups: ParameterGroups, optimiser: OptimiserSettings, rate: Double, clipping: Double?) {
        self.groups = groups
        self.clipping = clipping
        let count = groups.parameters.last?.range.upperBound ?? 0
        members = groups.groups.map { group in
            Member(
                group: group, optimiser: Optimiser(group.settings?.optimiser ?? optimiser, count: count),
                rateFactor: (group.settings?.rate).map { $0 / rate } ?? 1)
        }
    }

    /// Returns the norm of the gradient in each group.
    func norms(of gradient: UnsafePointer<Float>) -> [Double] {
        members.map { member in
            GradientNorm.joined(
                member.group.ranges.map { GradientNorm.norm(gradient + $0.lowerBound, count: $0.count) })
        }
    }

    /// The update of one step, which can be applied to any part of the vectors.
    struct Update: Sendable {
        fileprivate var parts: [(member: Int, ranges: [Range<Int>], step: Optimiser.Step)]
        fileprivate var samples: Int
    }

    /// Returns the update of the step `number`, from 0, for a gradient of these `norms` that a batch of `samples` gave.
    func update(step number: Int, rate: Double, norms: [Double], samples: Int) -> Update {
        let parts = members.indices.filter { members[$0].group.isDue(atStep: number) }.map { index in
            let member = members[index]
            return (
                index, member.group.ranges,
                Optimiser.Step(
                    number: member.group.updateNumber(atStep: number), rate: rate * member.rateFactor,
                    gradientFactor: GradientNorm.factor(norm: norms[index], limit: clipping))
            )
        }
        return Update(parts: parts, samples: samples)
    }

    /// Updates the elements `range`.
    ///
    /// Contract: two calls at the same time have disjoint ranges.
    func apply(
        _ update: Update, to weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, range: Range<Int>
    ) {
        for (member, ranges, step) in update.parts {
            for own in ranges.map({ $0.clamped(to: range) }) where !own.isEmpty {
                members[member].optimiser.update(weights, gradient: gradient, range: own, step)
            }
        }
        for buffer in groups.buffers {
            let keeping = buffer.keeping ?? 0
            let share = (1 - keeping) / Float(update.samples)
            for index in buffer.range.clamped(to: range) {
                weights[index] = keeping * weights[index] + share * gradient[index]
            }
        }
    }

    // MARK: State

    /// The state that a checkpoint holds: the vectors of each group's optimiser, tensor by tensor, the states of one
    /// kind together.
    var states: [(name: String, shape: [Int], elements: [Float])] {
        places.map { place in
            (place.name, place.parameter.shape, place.parameter.range.map { place.vector.base[$0] })
        }
    }

    /// Sets the state from that of a checkpoint.
    ///
    /// - Returns: the name of a tensor that is missing or has another length; nil where all are there.
    func restore(_ states: [String: [Float]]) -> String? {
        for place in places {
            guard let elements = states[place.name], elements.count == place.parameter.range.count else {
                return place.name
            }
            for (index, element) in zip(place.parameter.range, elements) { place.vector.base[index] = element }
        }
        return nil
    }

    private var places: [(name: String, parameter: ParameterRange, vector: AlignedBuffer<Float>)] {
        members.flatMap { member in
            zip(member.optimiser.settings.stateNames, member.optimiser.state).flatMap { name, vector in
                groups.parameters.filter { parameter in
                    parameter.keeping == nil
                        && member.group.ranges.contains {
                            $0.contains(parameter.range.lowerBound) || (parameter.range.isEmpty)
                        }
                }.map { ("\(name)/\($0.name)", $0, vector) }
            }
        }
    }
}
