import Imaging
public import Networks
import Restoration
public import Tensors

/// Makes vectors of pictures with a model: latents where it has a latent, else the means of its features.
///
/// - An autoencoder gives its latent; a variational one the means of the distribution, and the variances if asked.
/// - A network that restores gives its bottleneck features, averaged over the picture; where all of its values have the
///   picture's size, what its last convolution reads. A noise-conditioned one is told that the noise is unknown. A
///   classifier gives what its head reads.
///
/// Pictures are converted to the network's channels, transparent ones laid on white, and reflected at the right and the
/// bottom up to multiples of the network's grid, as in training and restoring.
///
/// Contract: any thread, any number of calls at the same time; the vectors do not depend on it.
public struct LatentEncoder: Sendable {
    /// The part of a picture that a vector stands for.
    public enum Extent: String, Sendable, Codable, CaseIterable {
        /// The whole picture: the latent's channels, rows and columns in that order. All pictures must give latents of one
        /// shape.
        case whole
        /// A square of the picture: a vector for each pixel of the latent.
        case tiles
        /// The whole picture: the mean over the latent's pixels.
        case mean
    }

    /// The value that vectors are made of.
    public enum Kind: String, Sendable, Codable {
        /// The latent, which a decoder reads.
        case latent
        /// Hidden features of a network that restores.
        case features
    }

    /// The vectors of a picture.
    public struct Vectors: Sendable, Equatable {
        /// The shape of each vector, `[channels, height, width]`.
        public var shape: [Int]
        /// The vectors, one after the other.
        public var means: [Float]
        /// The variances of the same numbers; nil where none were asked for.
        public var variances: [Float]?
        /// The place of each vector's square; empty where it is the whole picture.
        public var places: [LatentTable.Place]

        /// The numbers of a vector.
        public var dimension: Int { shape.reduce(1, *) }
        /// The number of vectors.
        public var count: Int { means.count / dimension }
    }

    /// The network that encodes.
    public let network: Network
    /// The value that vectors are made of.
    public let kind: Kind
    /// The part of a picture that a vector stands for.
    public let extent: Extent
    /// True where each vector comes with its variances.
    public let givesVariances: Bool
    /// The number of channels of a latent.
    public let channels: Int
    /// The side, in pixels of the picture, of the square that one pixel of the latent stands for.
    public let side: Int
    private let value: Graph.Value
    private let isSampled: Bool
    private let executors = ExecutorPool()

    /// Creates an encoder of a network.
    ///
    /// - Parameters:
    ///   - extent: by default the whole picture for latents, and the mean, which alone is possible, for features.
    ///   - variances: true where variances are asked for, too.
    /// - Throws: `LatentError.setting` where the network has neither latent nor hidden features, more inputs than the
    ///   picture, or no variances.
    public init(_ network: Network, extent: Extent? = nil, variances: Bool = false) throws(LatentError) {
        let graph = network.graph
        guard graph.inputs.count == 1, [1, 3].contains(network.inputChannels) else {
            throw .setting(
                name: "the model", found: "one of other inputs than a picture",
                expected: "one of grey or colour pictures")
        }
        if (try? LatentModel(network)) != nil, let latent = graph.latent {
            kind = .latent
            value = graph.latentStatistics ?? latent
            isSampled = graph.latentStatistics != nil
            channels = graph.shape(of: latent).channels
            self.extent = extent ?? .whole
        } else {
            guard let features = graph.hiddenFeatures else {
                throw .setting(name: "the model", found: "one without hidden features", expected: "an autoencoder")
            }
            guard extent == nil || extent == .mean else {
                throw .setting(
                    name: "the model", found: "one that restores",
                    expected:
                        "an autoencoder for latents of whole pictures or tiles; features are averaged over the picture")
            }
            kind = .features
            value = features
            isSampled = false
            channels = graph.shape(of: features).channels
            self.extent = .mean
        }
        guard !variances || isSampled else {
            throw .setting(
                name: "the model", found: "one whose latents have no variances", expected: "a variational autoencoder")
        }
        givesVariances = variances
        side = graph.shape(of: value).resolution.denominator
        self.network = network
    }

    /// Returns the bytes that encoding a picture takes beside the picture itself.
    public func byteCount(height: Int, width: Int) -> Int {
        let (rows, columns) = (extended(height), extended(width))
        let (top, left) = network.patchSide.map { ($0, $0) } ?? (rows, columns)
        return Executor.arenaByteCount(network: network, height: top, width: left)
            + (2 * network.inputChannels + network.outputChannels * network.scale * network.scale + 2 * channels)
            * rows * columns * MemoryLayout<Float>.stride
    }

    private func extended(_ side: Int) -> Int { (side + network.grid - 1) / network.grid * network.grid }

    /// Encodes a picture.
    ///
    /// - Parameter image: samples on 0...1 of 1 to 4 channels: grey or colours, with or without alpha.
    /// - Throws: `LatentError.setting` where the latent is one of several squares though the whole picture was asked for,
    ///   or is not finite.
    /// - Complexity: the multiply-adds of the network up to the latent.
    public func encode(_ image: PlanarImage) throws(LatentError) -> Vectors {
        let picture = image.onWhite.converted(toChannels: network.inputChannels)
        let (height, width) = (extended(picture.height), extended(picture.width))
        if extent == .whole, let side = network.patchSide, height > side || width > side {
            throw .setting(
                name: "the picture", found: "of \(image.width)x\(image.height) pixels",
                expected: "at most \(side)x\(side), which one latent stands for; --tiles or --mean takes larger ones")
        }
        let values = try values(of: picture.reflected(toMultiplesOf: network.grid))
        guard values.elements.allSatisfy(\.isFinite) else {
            throw .setting(name: "the latent", found: "not finite", expected: "numbers")
        }
        let (rows, columns) = (values.shape[1], values.shape[2])
        let count = channels * rows * columns
        let means = Array(values.elements[..<count])
        let variances = givesVariances ? values.elements[count..<2 * count].map { exponential($0) } : nil
        switch extent {
        case .whole:
            return Vectors(shape: [channels, rows, columns], means: means, variances: variances, places: [])
        case .mean:
            let pixels = rows * columns
            return Vectors(
                shape: [channels, 1, 1], means: sums(of: means, pixels).map { Float($0 / Double(pixels)) },
                // Of independent numbers' mean.
                variances: variances.map { sums(of: $0, pixels).map { Float($0 / Double(pixels * pixels)) } },
                places: [])
        case .tiles:
            return Vectors(
                shape: [channels, 1, 1], means: pixelwise(means), variances: variances.map(pixelwise),
                places: (0..<rows * columns).map { .init(top: $0 / columns * side, left: $0 % columns * side) })
        }
    }

    /// Returns the value that vectors are made of, for a picture on the grid.
    private func values(of picture: PlanarImage) throws(LatentError) -> Tensor {
        let scale = network.scale
        let (height, width) = network.patchSide.map { ($0, $0) } ?? (picture.height, picture.width)
        let output = PlanarImage(channels: network.outputChannels, height: height * scale, width: width * scale)
        let executor = executors.take(network, height: height, width: width)
        defer { executors.give(executor) }
        var whole = Tensor(
            shape: [(isSampled ? 2 : 1) * channels, picture.height / side, picture.width / side])
        for top in stride(from: 0, to: picture.height, by: height) {
            for left in stride(from: 0, to: picture.width, by: width) {
                let part = executor.value(
                    value, of: picture.view.cropped(rows: top..<top + height, columns: left..<left + width),
                    output: output.view)
                guard let part else {
                    throw .setting(name: "the model", found: "one whose features are not kept", expected: "another")
                }
                whole.place(part, row: top / side, column: left / side)
            }
        }
        return whole
    }

    /// Returns the sum over each channel's pixels.
    private func sums(of numbers: [Float], _ pixels: Int) -> [Double] {
        (0..<channels).map { channel in
            numbers[channel * pixels..<(channel + 1) * pixels].reduce(0.0) { $0 + Double($1) }
        }
    }

    /// Returns the numbers with each pixel's channels one after the other.
    private func pixelwise(_ numbers: [Float]) -> [Float] {
        let pixels = numbers.count / channels
        return (0..<pixels).flatMap { pixel in (0..<channels).map { numbers[$0 * pixels + pixel] } }
    }
}
