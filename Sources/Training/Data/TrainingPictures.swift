import Autoencoders
import Corruptions
import Latents
public import Networks
import SystemPackage

/// The pictures that a configuration names, read, and the source of their patches.
public struct TrainingPictures: Sendable {
    private let makeSource: @Sendable (_ steps: Int?) -> any PatchSource
    /// The classes of the pictures, with the resolution that the network or the objective takes them in; nil without
    /// any.
    let labels: (labels: ClassLabels, resolution: Resolution)?
    /// The pools of pictures; of pairs the inputs before the targets, and masks come last.
    public let pools: [PicturePool]

    /// Reads the pictures.
    ///
    /// - Parameter maximumBytes: of decoded pictures in memory.
    /// - Throws: `TrainingDataError`, `CorruptionError`; `TrainingError.setting` where the pictures or corruptions do
    ///   not downsample by the factor that the network upscales by.
    public init(
        _ configuration: TrainingConfiguration, network: Network, maximumBytes: Int, workers: Int
    ) throws {
        let side = configuration.sampling.stages.map(\.patch).max() ?? 0
        let colours = network.inputChannels - (configuration.source.masks == nil ? 0 : 1)
        func pool(
            _ paths: [String], channels: Int = colours, smallestSide: Int
        ) throws(TrainingDataError) -> PicturePool {
            try PicturePool(
                folders: paths.map { FilePath($0) }, channels: channels, smallestSide: smallestSide,
                maximumBytes: maximumBytes, workers: workers)
        }
        func check(_ scale: Int, _ name: String, _ found: String) throws(TrainingError) {
            guard scale == network.scale else {
                throw .setting(name: name, found: found, expected: "\(network.scale), by which the network upscales")
            }
        }
        let (sampling, source) = (configuration.sampling, configuration.source)
        let turns = sampling.augmentation.flips
        switch source.pictures {
        case .pairs(let inputs, let targets):
            let pairs = try PairedPool(
                inputs: FilePath(inputs), targets: FilePath(targets), channels: network.inputChannels,
                smallestSide: side / network.scale, turns: turns, seed: configuration.seed,
                maximumBytes: maximumBytes, workers: workers)
            try check(pairs.scale, "targets", "\(pairs.scale) times as wide as inputs")
            makeSource = { _ in pairs }
            pools = [pairs.inputs, pairs.targets]
            labels = nil
        case .noisy(let images):
            try check(1, "noisyImages", "of the size that they are to have")
            let noisy = try pool(images, smallestSide: 2 * side)
            makeSource = { steps in
                NoisyPatchSampler(
                    pool: noisy, turns: turns, seed: configuration.seed, neighborWeight: source.neighborWeight,
                    growingSteps: max(1, steps ?? 1))
            }
            pools = [noisy]
            labels = nil
        case .clean(let images):
            let corruptions = try CorruptionDistribution(sampling.corruptions)
            try check(
                corruptions.reduction, "corruptions", "making pictures \(corruptions.reduction) times smaller")
            var clean = try pool(images, smallestSide: side + 2 * sampling.margin * network.scale)
            let labels = try Self.labels(configuration, of: clean.pictures)
            if let labels, network.graph.classes != nil {
                // What has no label says nothing to a classifier.
                clean = clean.drawing { labels.classes[$0] != nil }
            }
            self.labels = labels.map { ($0, Self.labelResolution(configuration, network)) }
            if let binarisation = sampling.binarisation { clean = clean.binarised(binarisation) }
            let sampler = PatchSampler(
                pool: clean, corruptions: corruptions,
                settings: .init(
                    turns: turns, reducedShare: sampling.downscaling ? 0.5 : 0,
                    greyShare: sampling.augmentation.greyShare, toningShare: sampling.augmentation.toningShare,
                    generatedShare: source.generatedShare, insetShare: source.insetShare,
                    hueShare: sampling.augmentation.hueShare, saturationShare: sampling.augmentation.saturationShare,
                    knownNoiseShare: network.acceptsNoiseLevel ? sampling.noiseMapShare : 0,
                    textureChoices: sampling.textureChoices, textureShare: sampling.textureShare,
                    margin: sampling.margin, targetsDamageMask: configuration.objective.goal == .damageMask),
                seed: configuration.seed)
            if let masks = source.masks {
                let masks = try pool([masks], channels: 1, smallestSide: side)
                let patches = MaskedPatches(sampler, masks: masks)
                makeSource = { _ in patches }
                pools = [clean, masks]
            } else if sampling.binarisation == .dynamic {
                makeSource = { _ in BinarisedPatches(sampler) }
                pools = [clean]
            } else {
                makeSource = { _ in sampler }
                pools = [clean]
            }
        }
    }

    /// Reads the labels of pictures; nil where none are asked for.
    private static func labels(
        _ configuration: TrainingConfiguration, of pictures: [PicturePool.Picture]
    ) throws -> ClassLabels? {
        let source = configuration.source
        guard let place = source.labels else { return nil }
        // Pictures of an array are known by their numbers.
        let isArray =
            source.paths.count == 1 && pictures.first.map { $0.name != $0.path } == true
            && pictures.first?.path == source.paths.first.map { FilePath($0) }
        let names = pictures.map { isArray ? $0.name.lastComponent.map { FilePath($0.string) } ?? $0.name : $0.name }
        let classifier = configuration.architecture as? Classifier
        var labels = try ClassLabels(
            place == TrainingConfiguration.Source.labelsOfFolders
                ? ClassLabels.folders(of: names)
                : ClassLabels.labels(in: FilePath(place), of: names, refusesUnknown: classifier != nil))
        if let classifier, classifier.classes != labels.names.count {
            throw TrainingError.setting(
                name: "labels", found: "of \(labels.names.count) classes (\(labels.shownNames))",
                expected: "\(classifier.classes), which the network tells, among pictures that can be used")
        }
        if let count = source.labelsPerClass { labels = try labels.thinned(perClass: count, seed: configuration.seed) }
        return labels
    }

    /// Returns the resolution of the labels: that of an input of the network, or of the value that a term compares with
    /// them.
    private static func labelResolution(_ configuration: TrainingConfiguration, _ network: Network) -> Resolution {
        let graph = network.graph
        let term = configuration.objectiveTerms.first { $0.target == .sample("label") }
        let value = graph.input(named: "label") ?? term.flatMap { graph.value(named: $0.value) }
        return value.map { graph.shape(of: $0).resolution } ?? .one
    }

    /// Returns the source of the patches of a run of so many steps; nil where they are not known yet, for measuring.
    public func source(steps: Int?) -> any PatchSource { makeSource(steps) }

    /// Returns the source of the samples of a run: its patches, with labels where the configuration has them.
    public func samples(steps: Int?) -> any SampleSource {
        let patches = makeSource(steps)
        return labels.map { LabelledPatches(patches, labels: $0.labels, resolution: $0.resolution) } ?? patches
    }

    /// The number of pictures; pairs count once.
    public var count: Int { pools[0].pictures.count }
    /// The pictures that are not used, of all pools.
    public var skipped: [TrainingDataError.SkippedPicture] { pools.flatMap(\.skipped) }
    /// The list of the pictures for the run's folder.
    public var list: PictureList { PictureList(pools) }
}
