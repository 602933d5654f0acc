public import Networks
public import Tensors

/// A field that every sample of a training run holds: a picture, a target, a label, a condition.
///
/// A network's inputs and the targets of its objective are found in the data by these names.
public struct SampleField: Sendable, Equatable {
    /// The name of the field.
    public let name: String
    /// The channels, and the resolution relative to the sample's picture.
    public let shape: ValueShape

    /// Creates a field with `channels` channels at `resolution`, relative to the sample's picture.
    public init(_ name: String, channels: Int, resolution: Resolution = .one) {
        self.name = name
        shape = ValueShape(channels: channels, resolution: resolution)
    }

    /// Creates a field of a shape.
    public init(_ name: String, _ shape: ValueShape) {
        self.name = name
        self.shape = shape
    }
}

/// A source of the samples of a training run, each a pure function of the run's seed, the step and the index in the
/// batch (and of the network's weights, where `prepare` uses them): any worker may make any sample, and a run that is
/// resumed sees the same ones.
public protocol SampleSource: Sendable {
    /// The seed of the run; a network's own random numbers depend on it too.
    var seed: UInt64 { get }
    /// The fields of each sample, `picture` (the network's input) first.
    var fields: [SampleField] { get }

    /// Returns the size of a sample's picture where the run asks for squares of `side` pixels: this size, except for
    /// data that have a size of their own.
    func size(forSide side: Int) -> (height: Int, width: Int)

    /// The pixels that `prepare` restores for each of a picture's pixels.
    var restoredPixels: Double { get }

    /// Prepares a step before its samples are made, one call at a time; for sources that use the network.
    ///
    /// - Parameters:
    ///   - side: of the pictures.
    ///   - network: with the weights of the step packed.
    func prepare(step: Int, samples: Int, side: Int, network: TrainableNetwork) throws

    /// Fills one sample's `fields`, each `[channels, height, width]` of its shape, with samples on 0...1 (noise is not
    /// clipped); labels are 1 in the channel of their class and 0 elsewhere, or 0 in all where the class is unknown.
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

/// The facts about a sample beside its fields.
public struct SampleFacts: Sendable, Equatable {
    /// The standard deviation of white noise on 0...1, for a noise-conditioned network; 0 where it is not given.
    public var noiseLevel: Float
    /// The index of its picture in the pool; nil where it was taken from none.
    public var picture: Int?

    /// Creates the facts of a sample.
    public init(noiseLevel: Float = 0, picture: Int? = nil) {
        self.noiseLevel = noiseLevel
        self.picture = picture
    }
}
