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
