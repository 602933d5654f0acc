import Autoencoders
import Latents
import Networks
import Restoration
import Tensors
import Testing
import Workers

/// What each number of a latent does, with a linear decoder whose answers are known.
@Suite struct TraversalTests {
    /// Two numbers for 2x2 pixels: the first moves one sample by 0.1, the second all by 0.3.
    private static func model() throws -> Model {
        var graph = Graph(inputChannels: 1)
        var h = try graph.append(Unshuffle(), graph.picture, name: "patches")
        h = try graph.append(
            Convolution(
                weights: Tensor(shape: [2, 4, 1, 1], elements: [1, 0, 0, 0, 0, 1, 0, 0]), bias: Tensor(shape: [2])), h,
            name: "latent")
        h = try graph.append(
            Convolution(
                weights: Tensor(shape: [4, 2, 1, 1], elements: [0.1, 0.3, 0, 0.3, 0, 0.3, 0, 0.3]),
                bias: Tensor(shape: [4])), h, name: "decoder")
        try graph.append(Shuffle(factor: 2), h, name: "picture")
        return Model(
            name: "t", card: ModelCard(name: "t", inputChannels: 1, outputChannels: 1), network: try Network(graph))
    }

    @Test func theTellingNumberComesFirst() throws {
        let decoder = try LatentDecoder(Self.model(), dimension: 2)
        let found = try LatentTraversal(
            decoder, from: [1, 2], centres: [0, 0], deviations: [1, 2], reach: 3, count: 3, most: 5, loop: .threads(2))
        #expect(found.rows.map(\.number) == [1, 0])
        // -6, 0 and 6 in place of 2: differences of 2.4, 0.6 and 1.2 in each sample.
        #expect(abs(found.rows[0].change - (2.4 * 2.4 + 0.6 * 0.6 + 1.2 * 1.2) / 3) < 1e-5)
        // -3, 0 and 3 in place of 1: 0.4, 0.1 and 0.2 in one of four.
        #expect(abs(found.rows[1].change - (0.16 + 0.01 + 0.04) / 12) < 1e-6)
        #expect(found.rows[0].pictures.count == 3)
        let last = found.rows[0].pictures[2].samples
        for (sample, expected) in zip(last, [1.9, 1.8, 1.8, 1.8] as [Float]) { #expect(abs(sample - expected) < 1e-5) }
        let one = try LatentTraversal(
            decoder, from: [1, 2], centres: [0, 0], deviations: [1, 2], reach: 3, count: 2, most: 1)
        #expect(one.rows.count == 1)
    }

    /// Ends, lengths and angles of the two ways.
    @Test func waysBetweenLatents() throws {
        let latents = try LatentModel(Self.model().network)
        func picture(_ a: Float, _ b: Float) -> PlanarImage {
            PlanarImage(channels: 1, height: 2, width: 2, samples: [a, b, 0, 0])
        }
        func middle(_ path: LatentModel.Path, _ a: PlanarImage, _ b: PlanarImage) throws -> [Float] {
            // The latent itself, since its numbers are those of the first two samples.
            let row = try latents.interpolation(from: a, to: b, count: 3, path: path)
            let second = row[1].samples[1] / 0.3
            return [(row[1].samples[0] - 0.3 * second) / 0.1, second]
        }
        let straight = try middle(.linear, picture(1, 0), picture(0, 1))
        #expect(abs(straight[0] - 0.5) < 1e-4 && abs(straight[1] - 0.5) < 1e-4)
        let round = try middle(.spherical, picture(1, 0), picture(0, 1))
        #expect(abs(round[0] - 0.70711) < 1e-4 && abs(round[1] - 0.70711) < 1e-4, "\(round)")
        let longer = try middle(.spherical, picture(1, 0), picture(0, 3))
        #expect(abs((longer[0] * longer[0] + longer[1] * longer[1]).squareRoot() - 2) < 1e-3)
        let same = try middle(.spherical, picture(1, 0), picture(2, 0))
        #expect(abs(same[0] - 1.5) < 1e-4 && abs(same[1]) < 1e-5)
    }
}
