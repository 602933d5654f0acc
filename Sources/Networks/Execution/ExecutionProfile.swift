/// Where the time of one run went.
public struct ExecutionProfile: Sendable {
    /// One step of the plan, with what was fused into it.
    public struct Step: Sendable {
        public let name: String
        public let isThreeByThree: Bool
        public let seconds: Double
        public let multiplyAdds: Double
    }

    public let steps: [Step]

    /// The fastest time of each step of several runs of one network on one size: what the code takes, on a machine
    /// that is disturbed now and then. The runs themselves stay.
    public static func fastest(of profiles: [ExecutionProfile]) -> ExecutionProfile? {
        guard let first = profiles.first else { return nil }
        return ExecutionProfile(
            steps: first.steps.indices.compactMap { index in
                profiles.compactMap { $0.steps.indices.contains(index) ? $0.steps[index] : nil }
                    .min { $0.seconds < $1.seconds }
            })
    }

    /// Of all steps, clearing of borders included.
    public var seconds: Double { steps.reduce(0) { $0 + $1.seconds } }
    public var multiplyAdds: Double { steps.reduce(0) { $0 + $1.multiplyAdds } }
    /// Of the 3x3 convolutions, stores and what is fused into them included.
    public var threeByThreeSeconds: Double { steps.reduce(0) { $0 + ($1.isThreeByThree ? $1.seconds : 0) } }
    public var threeByThreeMultiplyAdds: Double {
        steps.reduce(0) { $0 + ($1.isThreeByThree ? $1.multiplyAdds : 0) }
    }

    /// Floating-point operations a second in the 3x3 convolutions, two for a multiply-add.
    public var threeByThreeOperationsPerSecond: Double { 2 * threeByThreeMultiplyAdds / threeByThreeSeconds }
}
