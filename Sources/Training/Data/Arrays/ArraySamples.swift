public import Latents
import Networks
public import Tensors

/// A source of samples that are rows of arrays: tables as `[features, 1, 1]`, sequences as `[features, 1, time]`,
/// pictures as `[channels, height, width]`; each is equally likely.
public struct ArraySamples: SampleSource {
    public let seed: UInt64
    public let fields: [SampleField]
    private let arrays: [NumberArray]
    private let labels: ClassLabels?
    private let height: Int
    private let width: Int
    /// The standard deviation of the noise that is added to `picture`.
    private let noise: Float

    /// Creates a source of the rows of arrays.
    ///
    /// - Parameters:
    ///   - picture: the network's input.
    ///   - target: its desired result; by default the same.
    ///   - labels: a field `label` with one channel a class, of the picture's size.
    ///   - noise: the standard deviation of white noise that `picture` gets and `target` does not, 0 or more.
    /// - Throws: `TrainingError.setting` where the arrays have other counts or shapes that do not go together.
    public init(
        picture: NumberArray, target: NumberArray? = nil, labels: ClassLabels? = nil, noise: Float = 0, seed: UInt64
    ) throws(TrainingError) {
        let target = target ?? picture
        guard let shape = picture.sampleShape, let goal = target.sampleShape else {
            throw .setting(name: "picture", found: "the shape \(picture.shape)", expected: "2 to 4 sides")
        }
        guard goal.height == shape.height, goal.width == shape.width, target.count == picture.count else {
            throw .setting(
                name: "target", found: "the shape \(target.shape)",
                expected: "\(picture.count) samples of \(shape.height)x\(shape.width)")
        }
        guard labels.map({ $0.classes.count == picture.count }) != false else {
            throw .setting(
                name: "labels", found: "\(labels?.classes.count ?? 0) labels",
                expected: "one for each of \(picture.count)")
        }
        guard noise >= 0, noise.isFinite else {
            throw .setting(name: "noise", found: "\(noise)", expected: "0 or more")
        }
        self.seed = seed
        self.noise = noise
        self.labels = labels
        arrays = [picture, target]
        (height, width) = (shape.height, shape.width)
        fields =
            [SampleField("picture", channels: shape.channels), SampleField("target", channels: goal.channels)]
            + (labels.map { [SampleField("label", channels: $0.names.count)] } ?? [])
    }

    /// Returns the arrays' own size, whatever is asked for.
    public func size(forSide side: Int) -> (height: Int, width: Int) { (height, width) }

    public func makeSample(
        step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
    ) -> SampleFacts {
        var random = RandomStream(seed: seed, step, sample)
        let index = random.integer(below: arrays[0].count)
        for (array, view) in zip(arrays, fields) {
            array.elements.withUnsafeBufferPointer { elements in
                guard var source = elements.baseAddress else { return }
                source += index * array.sampleCount
                for channel in 0..<view.channels {
                    for row in 0..<view.height {
                        view.row(channel, row).update(from: source, count: view.width)
                        source += view.width
                    }
                }
            }
        }
        if noise > 0 {
            for channel in 0..<fields[0].channels {
                for row in 0..<fields[0].height {
                    let elements = fields[0].row(channel, row)
                    for x in 0..<fields[0].width { elements[x] += noise * Float(random.normal()) }
                }
            }
        }
        labels?.fill(fields[2], sample: index)
        return SampleFacts(picture: index)
    }
}
