public import Networks

/// A trained network whose results are half of what another one learns: knowledge distillation (Hinton, Vinyals and Dean
/// 2015; for restoring as in Hui et al. 2018). It runs forward alone, on the same patch and told the same noise level.
public struct Teacher: Sendable {
    public let network: Network
    /// The share of the loss that its results have, above 0 and at most 1.
    public let weight: Double

    /// - Parameters:
    ///   - student: what learns from it.
    ///   - stages: of the run, whose patches must fit both.
    /// - Throws: `TrainingError.setting` where channels, scale or the grid of the teacher do not go with the student's.
    public init(
        _ network: Network, weight: Double, student: Network, stages: [PatchStages.Stage]
    ) throws(TrainingError) {
        func kind(_ network: Network) -> String {
            "\(network.inputChannels) channels in, \(network.outputChannels) out, enlarging by \(network.scale)"
        }
        guard kind(network) == kind(student) else {
            throw .setting(
                name: "teacher", found: kind(network), expected: "\(kind(student)), as the network that learns")
        }
        try stages.checkPatches(multiplesOf: network.grid * network.scale, for: "the teacher")
        self.network = network
        self.weight = weight
    }
}
