extension TrainingConfiguration {
    /// The course of the weights: optimiser, rates and averages.
    public struct Optimisation: Sendable, Equatable {
        /// The optimiser of the parameters.
        public var optimiser: OptimiserSettings = .adam(.init())
        /// The full learning rate, above 0.
        public var rate = 1e-3
        /// The course of the learning rate after the warm-up.
        public var schedule: RateSchedule.Shape = .cosine(final: 1e-6)
        /// The steps of learning-rate warm-up, fewer in a run that is no longer than it (`warmup(steps:)`).
        public var warmup = 300
        /// The largest norm of a gradient, above 0; nil for no limit.
        public var clipping: Double? = 1
        /// The share of the past in the averaged weights, 0..<1.
        public var averaging = 0.999
        /// The groups of parameters with an optimiser, a rate and a cadence of their own; all others follow the run's.
        public var groups: [ParameterGroup] = []

        /// Creates the standard course: Adam, a cosine from 1e-3, gradients clipped at 1.
        public init() {}

        /// The names of the groups that terms may move: the stated ones and the rest; none where all parameters are one
        /// group.
        public var groupNames: [String] { groups.isEmpty ? [] : groups.map(\.name) + [ParameterGroup.rest] }

        /// Returns the schedule of a run of `steps` steps.
        public func rates(steps: Int) -> RateSchedule {
            RateSchedule(rate: rate, warmup: warmup(steps: steps), shape: schedule, steps: steps)
        }

        /// Returns the steps of learning-rate warm-up of a run of `steps` steps: a tenth of them where `warmup` is not
        /// less than them.
        public func warmup(steps: Int) -> Int { warmup < steps ? warmup : steps / 10 }
    }
}

extension TrainingConfiguration.Optimisation {
    static var keys: [ConfigurationKey<Self>] {
        [
            .init("optimiser", \.optimiser), .init("rate", \.rate), .init("schedule", \.schedule),
            .init("warmup", \.warmup), .init("clipping", nullable: \.clipping), .init("averaging", \.averaging),
            .init("groups", \.groups),
        ]
    }

    func check() throws(TrainingError) {
        try TrainingError.checkPositive(rate, "rate")
        try TrainingError.check((0...1_000_000_000).contains(warmup), "warmup", warmup, "0 or more steps")
        switch schedule {
        case .constant: break
        case .cosine(let final):
            try TrainingError.check(final >= 0 && final <= rate, "finalRate", final, "0 to the rate, \(rate)")
        case .step(let every, let factor):
            try TrainingError.check(every >= 1, "schedule", "every=\(every)", "1 step or more")
            try TrainingError.check(factor > 0 && factor <= 1, "schedule", "factor=\(factor)", "above 0, at most 1")
        }
        if let clipping { try TrainingError.checkPositive(clipping, "clipping") }
        try checkBelowOne([(averaging, "averaging")])
        switch optimiser {
        case .momentum(let sgd):
            try checkBelowOne([(sgd.momentum, "momentum"), (sgd.weightDecay, "weightDecay")])
        case .adam(let adam), .adamW(let adam):
            try checkBelowOne([(adam.beta1, "beta1"), (adam.beta2, "beta2"), (adam.weightDecay, "weightDecay")])
            try TrainingError.checkPositive(adam.epsilon, "epsilon")
        }
    }

    private func checkBelowOne(_ values: [(value: Double, name: String)]) throws(TrainingError) {
        for (value, name) in values {
            try TrainingError.check((0..<1).contains(value), name, value, "0 or more, below 1")
        }
    }
}
