public import Latents
public import Networks
public import Tensors

/// A source of patches with the class of the picture that each was taken from, as a field `label` of one channel a
/// class.
public struct LabelledPatches: SampleSource {
    /// The source of the patches.
    public let patches: any PatchSource
    /// The classes of the pictures.
    public let labels: ClassLabels
    public let fields: [SampleField]

    /// Adds the classes of pictures to their patches.
    ///
    /// - Parameters:
    ///   - labels: one for each picture of the patches' pool; patches that belong to none, such as synthetic ones, have
    ///     no label.
    ///   - resolution: the resolution of the label relative to the network's picture: every pixel of it has the class.
    public init(_ patches: any PatchSource, labels: ClassLabels, resolution: Resolution) {
        self.patches = patches
        self.labels = labels
        fields =
            patches.fields + [SampleField("label", channels: labels.names.count, resolution: resolution)]
    }

    public var seed: UInt64 { patches.seed }
    public var restoredPixels: Double { patches.restoredPixels }

    public func prepare(step: Int, samples: Int, side: Int, network: TrainableNetwork) throws {
        try patches.prepare(step: step, samples: samples, side: side, network: network)
    }

    public func makeSample(
        step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
    ) throws -> SampleFacts {
        let facts = try patches.makeSample(
            step: step, sample: sample, fields: Array(fields.dropLast()), workspace: workspace)
        labels.fill(fields[fields.count - 1], sample: facts.picture)
        return facts
    }
}

extension ClassLabels {
    /// Writes 1 into the channel of a sample's class and 0 into the others; 0 into all where it is unknown.
    func fill(_ view: PlanarView, sample: Int?) {
        let known = sample.flatMap { classes[$0] }
        for channel in 0..<view.channels {
            view.channels(from: channel, count: 1).fill(with: channel == known ? 1 : 0)
        }
    }
}
