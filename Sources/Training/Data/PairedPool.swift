import Files
public import SystemPackage
public import Tensors

/// The pairs of inputs and targets of two folders, paired by relative name.
public struct PairedPool: PatchSource {
    /// The pictures that the network gets.
    public let inputs: PicturePool
    /// The pictures that it is to make of them.
    public let targets: PicturePool
    public let seed: UInt64
    /// The ratio of the targets' sides to the inputs'.
    public let scale: Int
    /// True where patches are flipped and turned in the eight ways.
    public let turns: Bool
    private let smallestSide: Int
    /// The index of each input's target.
    private let partners: [Int]

    /// Reads both folders. Nothing may be left out: a picture that is damaged, too small or without partner is an
    /// error that names it.
    ///
    /// - Parameters:
    ///   - smallestSide: the side of the largest input patch.
    ///   - maximumBytes: of both folders' decoded pictures; at most half of it for inputs.
    /// - Throws: `TrainingDataError`.
    public init(
        inputs inputFolder: FilePath, targets targetFolder: FilePath, channels: Int, smallestSide: Int,
        turns: Bool = true, seed: UInt64, maximumBytes: Int = .max, workers: Int = 1
    ) throws(TrainingDataError) {
        let inputs = try PicturePool(
            folders: [inputFolder], channels: channels, smallestSide: smallestSide, maximumBytes: maximumBytes / 2,
            workers: workers)
        let targets = try PicturePool(
            folders: [targetFolder], channels: channels, smallestSide: smallestSide,
            maximumBytes: maximumBytes == .max ? .max : max(0, maximumBytes - inputs.byteCount), workers: workers)
        if let skipped = (inputs.skipped + targets.skipped).first { throw .unusablePair(skipped) }
        let names = (inputs.pictures.map(\.name), targets.pictures.map(\.name))
        let pairing = Pairing(names.0, with: names.1)
        let ambiguous = pairing.ambiguous.map(\.left)
        let lonely = zip(names.0, pairing.partners).filter { $0.1 == nil && !ambiguous.contains($0.0) }.map(\.0)
        guard lonely.isEmpty, ambiguous.isEmpty, pairing.unmatchedRight.isEmpty else {
            throw .unpaired(
                inputs: lonely, targets: pairing.unmatchedRight.map { names.1[$0] }, ambiguous: ambiguous)
        }
        let partners = pairing.partners.compactMap { $0 }
        let first = (inputs.pictures[0], targets.pictures[partners[0]])
        let scale = max(1, first.1.width / first.0.width)
        for (input, partner) in zip(inputs.pictures, partners) {
            let target = targets.pictures[partner]
            guard target.width == input.width * scale, target.height == input.height * scale else {
                throw .pairSizes(
                    name: input.name,
                    found: "\(input.width)x\(input.height) with a target of \(target.width)x\(target.height)",
                    expected: scale == 1 ? "the same size" : "\(scale) times the size, as of the first pair")
            }
        }
        self.inputs = inputs
        self.targets = targets
        self.partners = partners
        self.scale = scale
        self.turns = turns
        self.seed = seed
        self.smallestSide = inputs.pictures.reduce(Int.max) { min($0, $1.height, $1.width) }
    }

    /// The pairs, in the order of the inputs.
    public var pairs: [(input: PicturePool.Picture, target: PicturePool.Picture)] {
        zip(inputs.pictures, partners).map { ($0, targets.pictures[$1]) }
    }

    public var channels: Int { inputs.channels }
    public var largestSide: Int { smallestSide }

    public func makePatch(
        step: Int, sample: Int, input: PlanarView, target: PlanarView, workspace: PatchWorkspace
    ) throws -> SampleFacts {
        try checkSides(input: input, target: target)
        var random = RandomStream(seed: seed, step, sample)
        let index = inputs.index(ofPixel: random.integer(below: inputs.area))
        let picture = try inputs.picture(at: index)
        let partner = try targets.picture(at: partners[index])
        let orientation = turns ? random.integer(below: 8) : 0
        let side = input.height
        let top = random.integer(below: picture.height - side + 1)
        let left = random.integer(below: picture.width - side + 1)
        picture.copySquare(top: top, left: left, side: side, orientation: orientation, to: input)
        partner.copySquare(
            top: top * scale, left: left * scale, side: side * scale, orientation: orientation, to: target)
        return SampleFacts(noiseLevel: 0, picture: index)
    }
}
