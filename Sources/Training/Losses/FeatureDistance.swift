public import Networks

/// How far what a trained network sees in a result is from what it sees in the target: a perceptual loss (Johnson, Alahi
/// and Fei-Fei 2016), over the deepest values of one of our own networks, whose weights stay as they are.
///
/// The distance of a sample is the mean of the squared differences of those values, told no noise level; its loss gets
/// `weight` times that.
///
/// - Complexity: three times the multiply-adds of the network's first half, for each sample.
public struct FeatureDistance: Sendable {
    /// The operations up to the deepest values.
    public let graph: Graph
    public let weight: Double

    /// - Parameters:
    ///   - network: what looks at results and targets.
    ///   - weight: above 0.
    ///   - student: what learns from it.
    ///   - stages: of the run, whose patches must fit the network that looks.
    /// - Throws: `TrainingError.setting` where the network makes pictures no smaller, draws or penalises values in
    ///   training, takes other channels than the student makes, or other patches.
    public init(
        _ network: Network, weight: Double, student: Network, stages: [PatchStages.Stage]
    ) throws(TrainingError) {
        guard let deepest = network.graph.deepest, let graph = try? network.graph.prefix(through: deepest) else {
            throw .setting(
                name: "perceptual", found: "a network whose values have the picture's size",
                expected: "one that makes pictures smaller, such as a unet")
        }
        guard !graph.nodes.contains(where: { $0.operation.actsInTrainingAlone }) else {
            throw .setting(
                name: "perceptual", found: "a network that draws or penalises its values in training",
                expected: "one that does not, such as a unet")
        }
        guard network.inputChannels == student.outputChannels else {
            throw .setting(
                name: "perceptual", found: "\(network.inputChannels) channels",
                expected: "\(student.outputChannels), as the network that learns makes")
        }
        try stages.checkPatches(multiplesOf: network.grid, for: "the network behind the perceptual loss")
        self.graph = graph
        self.weight = weight
    }
}
