/// The time of one run, step by step.
public struct ExecutionProfile: Sendable {
    /// One step of the plan, with what was fused into it.
    public struct Step: Sendable {
        /// The name of the step: that of the graph's node whose value it makes, or of the change of layout that it is.
        public let name: String
        /// True for a 3x3 convolution over all channels.
        public let isThreeByThree: Bool
        /// The wall-clock time of the step in seconds.
        public let seconds: Double
        /// The multiply-adds of the step for the whole input.
        public let multiplyAdds: Double
    }

    /// The steps in the order of the plan.
    public let steps: [Step]

    /// Returns the fastest time of each step over several runs of one network on one size: what the code takes on a
    /// machine that is disturbed now and then. Nil where there are no profiles; the profiles themselves stay unchanged.
    public static func fastest(of profiles: [ExecutionProfile]) -> ExecutionProfile? {
        guard let first = profiles.first else { return nil }
        return ExecutionProfile(
            steps: first.steps.indices.compactMap { index in
                profiles.compactMap { $0.steps.indices.contains(index) ? $0.steps[index] : nil }
                    .min { $0.seconds < $1.seconds }
            })
    }

    /// The time of all steps in seconds, clearing of borders included.
    public var seconds: Double { steps.reduce(0) { $0 + $1.seconds } }
    /// The multiply-adds of all steps.
    public var multiplyAdds: Double { steps.reduce(0) { $0 + $1.multiplyAdds } }
    /// The time of the 3x3 convolutions in seconds, stores and fused operations included.
    public var threeByThreeSeconds: Double { steps.reduce(0) { $0 + ($1.isThreeByThree ? $1.seconds : 0) } }
    /// The multiply-adds of the 3x3 convolutions, those of fused operations included.
    public var threeByThreeMultiplyAdds: Double {
        steps.reduce(0) { $0 + ($1.isThreeByThree ? $1.multiplyAdds : 0) }
    }

    /// The floating-point operations a second in the 3x3 convolutions; a multiply-add counts as two.
    public var threeByThreeOperationsPerSecond: Double { 2 * threeByThreeMultiplyAdds / threeByThreeSeconds }
}
