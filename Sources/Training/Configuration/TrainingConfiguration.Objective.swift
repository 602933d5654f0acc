public import Autoencoders

extension TrainingConfiguration {
    /// The target that the network learns to make, and the measures of its results.
    public struct Objective: Sendable, Equatable {
        /// The target that the network learns to make.
        public var goal: Goal = .restoration
        /// The loss that measures the result; nil for the architecture's reconstruction terms.
        public var loss: Loss?
        /// The whole objective, in place of `loss`, `teacher`, `perceptual` and the architecture's terms; nil for
        /// these.
        public var terms: [ObjectiveTerm]?
        /// The model that the network learns from beside the pictures, by name or folder; see `TeacherNetwork`.
        public var teacher: String?
        /// The share of the loss that the teacher's results have, above 0, at most 1.
        public var teacherWeight = 0.5
        /// The model whose bottleneck features of result and target are compared too, by name or folder; see
        /// `PerceptualTerm`.
        public var perceptual: String?
        /// The weight of that distance beside the loss, above 0.
        public var perceptualWeight = 0.1

        /// Creates the objective of restoring with the architecture's terms.
        public init() {}
    }

    /// The target that the network learns to make of a corrupted picture.
    public enum Goal: String, Codable, Sendable, CaseIterable {
        /// The clean picture.
        case restoration
        /// The damage mask, in all channels: 1 where the corruption changed a pixel by more than 10 levels of 255, 0
        /// elsewhere. Where pictures come in pairs, their targets are the masks.
        case damageMask

        /// Reads a goal; "marks", which version 0.1 wrote, is `damageMask`.
        public init(from decoder: any Decoder) throws {
            let text = try decoder.singleValueContainer().decode(String.self)
            guard let goal = text == "marks" ? .damageMask : Goal(rawValue: text) else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: Self.allCases.map(\.rawValue).joined(separator: " or ")))
            }
            self = goal
        }
    }
}

extension TrainingConfiguration.Objective {
    static var keys: [ConfigurationKey<Self>] {
        [
            .init("goal", \.goal), .init("loss", \.loss), .init("objective", \.terms), .init("teacher", \.teacher),
            .init("teacherWeight", \.teacherWeight), .init("perceptual", \.perceptual),
            .init("perceptualWeight", \.perceptualWeight),
        ]
    }

    /// Returns the terms of the objective: the stated ones, or those that the loss, the teacher, the perceptual
    /// distance and the architecture make.
    func terms(of architecture: any Architecture) -> [ObjectiveTerm] {
        if let terms { return terms }
        let reconstruction = loss.map { [ObjectiveTerm]($0) } ?? architecture.reconstruction
        var result = reconstruction
        if let teacher {
            result = reconstruction.map { term in
                var term = term
                term.weight *= 1 - teacherWeight
                return term
            }.filter { $0.weight > 0 }
            result += reconstruction.map { term in
                var term = term
                term.name = "teacher " + term.name
                term.target = .model(teacher)
                term.weight *= teacherWeight
                return term
            }
        }
        if let perceptual { result.append(ObjectiveTerm(.perceptual(model: perceptual), weight: perceptualWeight)) }
        return result + architecture.regularisation
    }

    func check() throws(TrainingError) {
        if terms != nil {
            try TrainingError.check(loss == nil, "loss", "given beside objective", "one of the two")
            try TrainingError.check(
                teacher == nil, "teacher", "given beside objective", "a term with a model in its place")
            try TrainingError.check(
                perceptual == nil, "perceptual", "given beside objective", "a perceptual term in its place")
        }
        try TrainingError.check(
            teacherWeight > 0 && teacherWeight <= 1, "teacherWeight", teacherWeight, "above 0, at most 1")
        try TrainingError.check(
            perceptualWeight > 0 && perceptualWeight.isFinite, "perceptualWeight", perceptualWeight, "above 0")
    }
}
