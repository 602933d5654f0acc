import Foundation
public import Networks
public import Tensors

/// The two halves of an autoencoder: an encoder from pictures to latents, a decoder from latents to pictures.
///
/// A latent is `[channels, height, width]`: one pixel for each square of `side` x `side` pixels of the picture.
///
/// Contract: any thread, each call by itself; an executor is made for every call, so this is for pictures by the
/// hundred, not for tiles.
public struct LatentModel: Sendable {
    /// The whole network, encoder and decoder.
    public let network: Network
    /// The part of the network from the latent to the picture.
    package let decoder: Network
    private let latent: Graph.Value

    /// Splits a network at its latent.
    ///
    /// - Throws: `RestorationError.noLatent` where the network has no latent, a skip connection around it as a U-Net
    ///   does, or no decoder as a classifier.
    public init(_ network: Network) throws(RestorationError) {
        guard network.graph.classes == nil, let latent = network.graph.latent,
            let graph = try? network.graph.suffix(from: latent),
            let decoder = try? Network(graph, algorithm: network.algorithm)
        else { throw .noLatent }
        self.network = network
        self.decoder = decoder
        self.latent = latent
    }

    /// The side, in pixels of the picture, of the square that one pixel of the latent stands for.
    public var side: Int { decoder.scale / network.scale }

    /// The number of channels of the latent.
    public var channels: Int { decoder.inputChannels }

    /// True where latents are kept near the standard normal distribution, so that decoding samples of it gives
    /// pictures.
    public var isVariational: Bool { network.graph.isVariational }

    /// Encodes a picture, and decodes its latent.
    ///
    /// - Parameter image: `[channels, height, width]` with the channels that the network takes, values 0...1; reflected
    ///   at the right and the bottom up to multiples of the network's grid.
    /// - Returns: the latent of the reflected picture; the result has the picture's own size times the network's scale.
    /// - Throws: `RestorationError.channels`, `.notFinite`.
    /// - Complexity: `multiplyAddsPerPixel` multiply-adds a pixel, and memory for the whole picture's activations, or
    ///   for one patch where the network takes patches.
    public func encode(_ image: PlanarImage) throws(RestorationError) -> (latent: Tensor, result: PlanarImage) {
        try encode(image, reading: latent)
    }

    /// Measures how the latent's channels are used for these pictures; nil where latents are not sampled.
    ///
    /// - Throws: what `encode` throws.
    public func use(of images: [PlanarImage]) throws(RestorationError) -> LatentUse? {
        guard let statistics = network.graph.latentStatistics else { return nil }
        var use = LatentUse(channels: channels)
        for image in images { use.add(try encode(image, reading: statistics).latent) }
        return use
    }

    /// Encodes a picture and returns another value of the network, one at the latent's resolution, in place of the
    /// latent.
    private func encode(
        _ image: PlanarImage, reading value: Graph.Value
    ) throws(RestorationError) -> (latent: Tensor, result: PlanarImage) {
        guard image.channels == network.inputChannels else {
            throw .channels(found: image.channels, expected: "\(network.inputChannels)")
        }
        let padded = image.reflected(toMultiplesOf: network.grid)
        let output = PlanarImage(
            channels: network.outputChannels, height: padded.height * network.scale,
            width: padded.width * network.scale)
        let (height, width) = network.patchSide.map { ($0, $0) } ?? (padded.height, padded.width)
        let executor = Executor(network: network, maximumHeight: height, maximumWidth: width)
        var whole = Tensor(
            shape: [network.graph.shape(of: value).channels, padded.height / side, padded.width / side])
        for top in stride(from: 0, to: padded.height, by: height) {
            for left in stride(from: 0, to: padded.width, by: width) {
                let part = executor.run(
                    input: padded.view.cropped(rows: top..<top + height, columns: left..<left + width),
                    output: output.view.cropped(
                        rows: top * network.scale..<(top + height) * network.scale,
                        columns: left * network.scale..<(left + width) * network.scale), reading: value)
                guard let part else { throw .noLatent }
                guard part.elements.allSatisfy(\.isFinite) else { throw .notFinite(x: left, y: top) }
                whole.place(part, row: top / side, column: left / side)
            }
        }
        let result = output.cropped(
            top: 0, left: 0, height: image.height * network.scale, width: image.width * network.scale)
        return (whole, result)
    }

    /// Decodes a latent.
    ///
    /// - Parameter latent: `[channels, height, width]`.
    /// - Returns: `[outputChannels, height * side, width * side]`, times the network's scale.
    /// - Throws: `RestorationError.latentShape`.
    public func decode(_ latent: Tensor) throws(RestorationError) -> PlanarImage {
        guard latent.shape.count == 3, latent.shape[0] == channels, latent.shape[1] > 0, latent.shape[2] > 0 else {
            throw .latentShape(found: latent.shape, channels: channels)
        }
        let (height, width) = (latent.shape[1], latent.shape[2])
        let output = PlanarImage(
            channels: decoder.outputChannels, height: height * decoder.scale, width: width * decoder.scale)
        let input = PlanarImage(channels: channels, height: height, width: width, samples: latent.elements)
        let (rows, columns) = network.patchSide == nil ? (height, width) : (1, 1)
        let executor = Executor(network: decoder, maximumHeight: rows, maximumWidth: columns)
        for row in stride(from: 0, to: height, by: rows) {
            for column in stride(from: 0, to: width, by: columns) {
                executor.run(
                    input: input.view.cropped(rows: row..<row + rows, columns: column..<column + columns),
                    output: output.view.cropped(
                        rows: row * decoder.scale..<(row + rows) * decoder.scale,
                        columns: column * decoder.scale..<(column + columns) * decoder.scale))
            }
        }
        return output
    }

    /// Decodes latents of one pixel each, sampled from the standard normal distribution.
    ///
    /// - Parameters:
    ///   - seed: decides every picture by itself: the first ones stay as they are when more are asked for.
    ///   - spread: the factor on the latents; below 1 for pictures nearer to the mean.
    /// - Throws: `RestorationError.noPrior` where the network's latents have no known distribution.
    public func samples(count: Int, seed: UInt64, spread: Float = 1) throws(RestorationError) -> [PlanarImage] {
        guard isVariational else { throw .noPrior }
        var pictures: [PlanarImage] = []
        for index in 0..<count {
            var random = RandomStream(seed: seed, index)
            let numbers = (0..<channels).map { _ in Float(random.normal()) * spread }
            pictures.append(try decode(Tensor(shape: [channels, 1, 1], elements: numbers)))
        }
        return pictures
    }

    /// The way from one latent to another.
    public enum Path: String, Sendable, CaseIterable {
        /// The straight line.
        case linear
        /// The arc around the origin, along which lengths change evenly: latents of a normal distribution lie near a
        /// sphere, and the middle of a straight line lies within it (Shoemake 1985, White 2016).
        case spherical

        /// Returns what lies at a share of the way, 0...1.
        func point(_ a: [Float], _ b: [Float], _ share: Float) -> [Float] {
            func sum(_ p: [Float], _ q: [Float]) -> Double { zip(p, q).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
            let (first, last) = (sum(a, a).squareRoot(), sum(b, b).squareRoot())
            let angle = acos(max(-1, min(1, sum(a, b) / max(1e-30, first * last))))
            // Along one line through the origin there is no arc, or no single one.
            guard self == .spherical, first > 0, last > 0, angle > 1e-6, angle < .pi - 1e-6 else {
                return zip(a, b).map { $0 * (1 - share) + $1 * share }
            }
            let t = Double(share)
            let length = first * (1 - t) + last * t
            let (p, q) = (
                length / first * sin((1 - t) * angle) / sin(angle), length / last * sin(t * angle) / sin(angle)
            )
            return zip(a, b).map { Float(p * Double($0) + q * Double($1)) }
        }
    }

    /// Decodes the latents on the way between those of two pictures, both ends included.
    ///
    /// - Parameters:
    ///   - count: the number of pictures, 2 or more.
    /// - Throws: `RestorationError.otherSize` where the pictures differ in size, and what `encode` throws.
    public func interpolation(
        from first: PlanarImage, to last: PlanarImage, count: Int, path: Path = .linear
    ) throws(RestorationError) -> [PlanarImage] {
        precondition(count >= 2)
        guard first.height == last.height, first.width == last.width else {
            throw .otherSize(
                found: "\(last.width) x \(last.height)",
                expected: "\(first.width) x \(first.height), as the first one has")
        }
        let (a, b) = (try encode(first).latent, try encode(last).latent)
        var pictures: [PlanarImage] = []
        for index in 0..<count {
            let share = Float(index) / Float(count - 1)
            let latent = Tensor(shape: a.shape, elements: path.point(a.elements, b.elements, share))
            pictures.append(
                try decode(latent).cropped(
                    top: 0, left: 0, height: first.height * network.scale, width: first.width * network.scale))
        }
        return pictures
    }

    /// Returns, for each channel of the latent, what the decoder adds to the picture of a latent of zeros where that
    /// channel is 1: for a single linear layer the channel's weights.
    public func features() throws(RestorationError) -> [PlanarImage] {
        let zero = try decode(Tensor(shape: [channels, 1, 1])).samples
        var features: [PlanarImage] = []
        for channel in 0..<channels {
            var latent = Tensor(shape: [channels, 1, 1])
            latent.elements[channel] = 1
            let picture = try decode(latent)
            features.append(
                PlanarImage(
                    channels: picture.channels, height: picture.height, width: picture.width,
                    samples: zip(picture.samples, zero).map { $0 - $1 }))
        }
        return features
    }
}

extension Tensor {
    /// Copies `part` into this tensor, both `[channels, height, width]`, at a row and a column.
    package mutating func place(_ part: Tensor, row: Int, column: Int) {
        for channel in 0..<shape[0] {
            for y in 0..<part.shape[1] {
                for x in 0..<part.shape[2] {
                    elements[(channel * shape[1] + row + y) * shape[2] + column + x] =
                        part.elements[(channel * part.shape[1] + y) * part.shape[2] + x]
                }
            }
        }
    }
}

extension PlanarImage {
    /// Returns the image with its last rows and columns reflected behind it, up to multiples of `grid`, as every way of
    /// restoring does.
    package func reflected(toMultiplesOf grid: Int) -> PlanarImage {
        func extent(_ side: Int) -> Int { (side + grid - 1) / grid * grid }
        guard height % grid != 0 || width % grid != 0 else { return self }
        let result = PlanarImage(channels: channels, height: extent(height), width: extent(width))
        for c in 0..<channels {
            for y in 0..<result.height {
                let source = view.row(c, Restoration.reflected(y, count: height))
                let target = result.view.row(c, y)
                for x in 0..<result.width { target[x] = source[Restoration.reflected(x, count: width)] }
            }
        }
        return result
    }
}
