public import Networks
public import Tensors

/// Something that every sample of a training run holds: a picture, what it is to become, a label, a condition.
///
/// A network's inputs and the targets of its objective are found in the data by these names.
public struct SampleField: Sendable, Equatable {
    public let name: String
    /// Channels, and the sides beside those of the sample's picture.
    public let shape: ValueShape

    public init(_ name: String, channels: Int, resolution: Resolution = .one) {
        self.name = name
        shape = ValueShape(channels: channels, resolution: resolution)
    }

    public init(_ name: String, _ shape: ValueShape) {
        self.name = name
        self.shape = shape
    }
}

/// Makes the samples of a training run, each a pure function of the run's seed, the step and the place in the batch (and
/// of the network's weights, where `prepare` looks at them): any worker may make any sample, and a run that is resumed
/// sees the same ones.
public protocol SampleSource: Sendable {
    /// Of the run; a network's own draws depend on it too.
    var seed: UInt64 { get }
    /// What each sample holds, `picture` (what goes into the network) first.
    var fields: [SampleField] { get }

    /// The size of the picture of a sample where the run asks for squares of `side` pixels: these, but for data that have
    /// a size of their own.
    func size(forSide side: Int) -> (height: Int, width: Int)

    /// Pixels that `prepare` restores for each of a picture's pixels.
    var restoredPixels: Double { get }

    /// Called before the samples of a step are made, one call at a time; for sources that look at the network.
    ///
    /// - Parameters:
    ///   - side: of the pictures.
    ///   - network: with the weights of the step packed.
    func prepare(step: Int, samples: Int, side: Int, network: TrainableNetwork) throws

    /// Fills one sample's `fields`, each `[channels, height, width]` of its shape, with samples on 0...1 (noise is not
    /// clipped); labels are 1 in the channel of their class and 0 elsewhere, or 0 in all where nobody knows it.
    ///
    /// - Throws: `TrainingDataError`, `CorruptionError`.
    func makeSample(
        step: Int, sample: Int, fields: [PlanarView], workspace: PatchWorkspace
    ) throws -> SampleFacts
}

extension SampleSource {
    public func size(forSide side: Int) -> (height: Int, width: Int) { (side, side) }
    public var restoredPixels: Double { 0 }
    public func prepare(step: Int, samples: Int, side: Int, network: TrainableNetwork) throws {}
}

/// What is known of a sample beside its fields.
public struct SampleFacts: Sendable, Equatable {
    /// The standard deviation of white noise on 0...1, to be told to a network that takes it; 0 where it is not told.
    public var noiseLevel: Float
    /// The index of its picture in the pool; nil where it was taken from none.
    public var picture: Int?

    public init(noiseLevel: Float = 0, picture: Int? = nil) {
        self.noiseLevel = noiseLevel
        self.picture = picture
    }
}
