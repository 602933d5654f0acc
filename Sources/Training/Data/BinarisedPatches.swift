import Latents
public import Tensors

/// Patches of two levels, drawn anew each time that one is taken: each sample is 1 with the grey level as its chance
/// (after Burda, Grosse and Salakhutdinov 2016). Input and target are the same draw.
public struct BinarisedPatches: PatchSource {
    /// The source of the patches with grey levels, uncorrupted.
    public let patches: PatchSampler

    /// Creates patches of two levels.
    ///
    /// - Parameter patches: of scale 1.
    public init(_ patches: PatchSampler) {
        precondition(patches.scale == 1)
        self.patches = patches
    }

    public var seed: UInt64 { patches.seed }
    public var channels: Int { patches.channels }
    public var scale: Int { 1 }
    public var largestSide: Int { patches.largestSide }

    public func makePatch(
        step: Int, sample: Int, input: PlanarView, target: PlanarView, workspace: PatchWorkspace
    ) throws -> SampleFacts {
        let facts = try patches.makePatch(
            step: step, sample: sample, input: input, target: target, workspace: workspace)
        // A stream of its own: the patches are those of the same seed with grey levels.
        var random = RandomStream(seed: ~seed, step, sample)
        for channel in 0..<input.channels {
            for y in 0..<input.height {
                let row = input.row(channel, y)
                for x in 0..<input.width { row[x] = random.uniform() < Double(row[x]) ? 1 : 0 }
            }
        }
        target.copySamples(from: input)
        return facts
    }
}

extension BytePicture {
    /// Returns the picture as a binarisation that is the same each time has it; itself where none is.
    ///
    /// - Parameter index: the place of the picture among all, by which `assess` draws, too.
    func binarised(_ binarisation: Binarisation, index: Int) -> BytePicture {
        guard binarisation == .static || binarisation == .threshold else { return self }
        let grey = PlanarImage(channels: channels, height: height, width: width, samples: samples)
        return BytePicture(binarisation.applied(to: grey, row: index, seed: 0))
    }
}
