import Autoencoders
import Kernels
import Networks
import SystemPackage
import Tensors
import Testing
import Training

@Suite struct NeighborSubsamplingTests {
    /// Pixels that tell their place: channel c of pixel (y, x) is c * 10000 + y * 100 + x.
    private func map(height: Int, width: Int) -> PlanarImage {
        let image = PlanarImage(channels: 2, height: height, width: width)
        for c in 0..<2 {
            for y in 0..<height { for x in 0..<width { image.view.row(c, y)[x] = Float(c * 10_000 + y * 100 + x) } }
        }
        return image
    }

    @Test(arguments: [(2, 2), (40, 60), (41, 61), (1, 9), (0, 0)])
    func everyPixelIsOfItsOwnCellAndTheTwoAreNeighbours(height: Int, width: Int) {
        let image = map(height: height, width: width)
        var random = RandomStream(seed: 8)
        var counts: [[Int]: Int] = [:]
        for _ in 0..<20 {
            let subsampling = NeighborSubsampling(height: height, width: width, random: &random)
            #expect((subsampling.height, subsampling.width) == (height / 2, width / 2))
            let first = PlanarImage(channels: 2, height: height / 2, width: width / 2)
            let second = PlanarImage(channels: 2, height: height / 2, width: width / 2)
            subsampling.apply(to: image.view, first: first.view, second: second.view)
            for y in 0..<height / 2 {
                for x in 0..<width / 2 {
                    let (a, b) = (Int(first.view.row(0, y)[x]), Int(second.view.row(0, y)[x]))
                    let places = [a / 100 - 2 * y, a % 100 - 2 * x, b / 100 - 2 * y, b % 100 - 2 * x]
                    #expect(places.allSatisfy { $0 == 0 || $0 == 1 })
                    #expect(abs(places[0] - places[2]) + abs(places[1] - places[3]) == 1)
                    #expect(Int(first.view.row(1, y)[x]) == a + 10_000 && Int(second.view.row(1, y)[x]) == b + 10_000)
                    counts[places, default: 0] += 1
                }
            }
        }
        let total = 20 * (height / 2) * (width / 2)
        guard total > 1000 else { return }
        #expect(counts.count == 8)
        for count in counts.values {
            #expect(abs(Double(count) - Double(total) / 8) < 4 * (Double(total) * 7 / 64).squareRoot())
        }
    }

    /// Choices of neighbouring cells have nothing to do with one another.
    @Test func cellsAreIndependent() {
        let image = map(height: 80, width: 80)
        var random = RandomStream(seed: 9)
        var sums = [0.0, 0.0]
        var count = 0.0
        for _ in 0..<20 {
            let subsampling = NeighborSubsampling(height: 80, width: 80, random: &random)
            let first = PlanarImage(channels: 2, height: 40, width: 40)
            let second = PlanarImage(channels: 2, height: 40, width: 40)
            subsampling.apply(to: image.view, first: first.view, second: second.view)
            func side(_ y: Int, _ x: Int) -> Double { Int(first.view.row(0, y)[x]) % 2 == 0 ? -1 : 1 }
            for y in 0..<39 {
                for x in 0..<39 {
                    sums[0] += side(y, x) * side(y, x + 1)
                    sums[1] += side(y, x) * side(y + 1, x)
                    count += 1
                }
            }
        }
        for sum in sums { #expect(abs(sum / count) < 4 / count.squareRoot()) }
    }

    @Test func aSamplerOfNoisyPictures() throws {
        let data = try DataFolder()
        try data.writeNoise("a.png", width: 40, height: 35, seed: 1)
        let pool = try PicturePool(folders: [data.path], channels: 3, smallestSide: 32)
        let source = NoisyPatchSampler(pool: pool, seed: 6)
        #expect(source.largestSide == 17)
        let (input, target, again) = (
            PlanarImage(channels: 3, height: 16, width: 16), PlanarImage(channels: 3, height: 16, width: 16),
            PlanarImage(channels: 3, height: 16, width: 16)
        )
        let noisy = PlanarImage(channels: 3, height: 32, width: 32)
        for sample in 0..<10 {
            _ = try source.makePatch(
                step: 4, sample: sample, input: input.view, target: target.view, workspace: PatchWorkspace())
            let (subsampling, _) = try source.makeNoisyPatch(step: 4, sample: sample, noisy: noisy.view)
            subsampling.apply(to: noisy.view, first: again.view, second: again.view)
            #expect(again.samples == target.samples && input.samples != target.samples)
            subsampling.apply(to: noisy.view, first: again.view, second: target.view)
            #expect(again.samples == input.samples)
        }
        let large = PlanarImage(channels: 3, height: 36, width: 36)
        #expect(throws: TrainingDataError.self) {
            try source.makeNoisyPatch(step: 0, sample: 0, noisy: large.view)
        }
    }

    /// Targets move by gamma / (1 + gamma) times the difference of the same pixels restored, gamma growing with the steps.
    @Test func theNetworkMovesTheTargets() throws {
        let data = try DataFolder()
        try data.writeNoise("a.png", width: 40, height: 40, seed: 1)
        let network = try InitialWeights.network(of: UNet(widths: [8, 16], blocks: 1), seed: 3)
        let pool = try PicturePool(folders: [data.path], channels: 3, smallestSide: 32)
        let plain = NoisyPatchSampler(pool: pool, seed: 6)
        let source = NoisyPatchSampler(pool: pool, seed: 6, neighborWeight: 3, growingSteps: 2000)
        #expect((plain.restoredPixels, source.restoredPixels) == (0, 4))
        let trainable = TrainableNetwork(network, workers: 2, algorithm: .direct)
        trainable.packWeights()
        trainable.prepare(samples: 5, height: 16, width: 16)
        func image(_ side: Int) -> PlanarImage { PlanarImage(channels: 3, height: side, width: side) }
        func patch(_ source: NoisyPatchSampler, _ step: Int, _ sample: Int) throws -> [Float] {
            let (input, target) = (image(16), image(16))
            _ = try source.makePatch(
                step: step, sample: sample, input: input.view, target: target.view, workspace: PatchWorkspace())
            return target.samples
        }
        let executor = Executor(network: network, maximumHeight: 32, maximumWidth: 32)
        for (step, share) in [(0, Float(0)), (1000, 1.5 / 2.5), (2000, 3.0 / 4), (9000, 3.0 / 4)] {
            try source.prepare(step: step, samples: 5, side: 16, network: trainable)
            for sample in 0..<5 {
                let (noisy, restored, first, second) = (image(32), image(32), image(16), image(16))
                let (subsampling, _) = try plain.makeNoisyPatch(step: step, sample: sample, noisy: noisy.view)
                executor.run(input: noisy.view, output: restored.view)
                subsampling.apply(to: restored.view, first: first.view, second: second.view)
                let expected = zip(try patch(plain, step, sample), zip(first.samples, second.samples)).map {
                    $0 + share * ($1.0 - $1.1)
                }
                let distance = zip(try patch(source, step, sample), expected).map { abs($0 - $1) }.max() ?? 1
                #expect(distance < 1e-5, "step \(step)")
            }
        }
        // What was prepared for another step moves nothing.
        #expect(try patch(source, 8999, 0) == patch(plain, 8999, 0))
    }
}
