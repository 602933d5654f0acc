import Autoencoders
import Kernels
import Networks
import Tensors
import TestSupport
import Testing
import Workers

@Suite struct ExecutorTests {
    /// D-S with its shipped weights' shapes: what scales by a power of two keeps every bit, what scales by three agrees
    /// within rounding.
    @Test func withoutBiasesTheNetworkIsHomogeneous() throws {
        for architecture in [UNet.small, UNet(channels: 1, widths: [16, 24], blocks: 2, noiseMap: false)] {
            let network = try architecture.makeNetwork(weights: WeightSource(seed: 31))
            #expect(network.isHomogeneous)
            let picture = noise([network.inputChannels, 48, 32], seed: 32).image
            let plain = result(of: network, on: picture, noiseLevel: 0.1)
            for factor in [0.25 as Float, 3, 7.5] {
                let scaled = PlanarImage(
                    channels: picture.channels, height: 48, width: 32, samples: picture.samples.map { factor * $0 })
                let found = result(of: network, on: scaled, noiseLevel: 0.1 * factor)
                let expected = plain.samples.map { factor * $0 }
                if factor == 0.25 {
                    #expect(bitDifference(found.samples, expected) == nil)
                } else {
                    let truth = Tensor(shape: found.tensor.shape, elements: expected)
                    let tolerance = roundingTolerance(depth: 1152, layers: network.graph.nodes.count, peak: truth.peak)
                    #expect(difference(found.tensor, truth, tolerance: tolerance) == nil)
                }
            }
        }
    }

    @Test func biasesMakeItInhomogeneous() throws {
        let network = try PlainStack(width: 8, layers: 3, activation: .relu, scale: 1, skip: .residual)
            .makeNetwork(weights: WeightSource(seed: 33))
        #expect(!network.isHomogeneous)
    }

    @Test func noiseLevelReachesTheResult() throws {
        let network = try UNet(widths: [8, 8], blocks: 1).makeNetwork(weights: WeightSource(seed: 34))
        #expect(network.acceptsNoiseLevel)
        let picture = noise([3, 16, 16], seed: 35).image
        let blind = result(of: network, on: picture)
        #expect(bitDifference(result(of: network, on: picture, noiseLevel: 0.2).samples, blind.samples) != nil)
        let mapless = try UNet(widths: [8, 8], blocks: 1, noiseMap: false).makeNetwork(weights: WeightSource(seed: 34))
        #expect(!mapless.acceptsNoiseLevel)
        #expect(
            bitDifference(
                result(of: mapless, on: picture, noiseLevel: 0.2).samples, result(of: mapless, on: picture).samples)
                == nil)
    }

    /// One executor, many sizes in turn, up and down: each result is that of an executor made for it.
    @Test(arguments: InstructionSet.available) func smallerPicturesUseTheSameArena(_ isa: InstructionSet) throws {
        let network = try UNet(widths: [17, 20, 33], blocks: 1).makeNetwork(weights: WeightSource(seed: 36))
        let executor = Executor(network: network, maximumHeight: 96, maximumWidth: 128, instructionSet: isa)
        for (height, width) in [(96, 128), (8, 8), (96, 8), (16, 128), (56, 72), (8, 128), (96, 128)] {
            let picture = noise([3, height, width], seed: UInt64(height * 1000 + width), in: -1...1).image
            let output = PlanarImage(channels: 3, height: height, width: width)
            executor.run(input: picture.view, output: output.view)
            #expect(
                bitDifference(output.samples, result(of: network, on: picture, isa: isa).samples) == nil,
                "\(height)x\(width)")
        }
    }

    /// Views into the middle of larger images, in and out, as tiles are.
    @Test func stridesOfViewsDoNotMatter() throws {
        for architecture: any Architecture in [
            UNet(widths: [8, 12], blocks: 1) as any Architecture,
            PlainStack(width: 8, layers: 2, activation: .prelu, scale: 2, skip: .bicubic),
            PlainStack(width: 8, layers: 2, activation: .relu, scale: 3, skip: .nearest),
        ] {
            let network = try architecture.makeNetwork(weights: WeightSource(seed: 37))
            let scale = network.scale
            let large = noise([3, 40, 40], seed: 38).image
            let (rows, columns) = (4..<28, 8..<24)
            let canvas = noise([3, 40 * scale, 40 * scale], seed: 39).image
            let before = canvas.samples
            let executor = Executor(network: network, maximumHeight: 40, maximumWidth: 40)
            let (outRows, outColumns) = (4 * scale..<28 * scale, 8 * scale..<24 * scale)
            executor.run(
                input: large.view.cropped(rows: rows, columns: columns),
                output: canvas.view.cropped(rows: outRows, columns: outColumns))
            let after = canvas.samples
            let expected = result(of: network, on: large.part(rows: rows, columns: columns))
            #expect(
                bitDifference(canvas.part(rows: outRows, columns: outColumns).samples, expected.samples) == nil)
            // Nothing is written around the view.
            let spoilt = after.indices.filter { index in
                let (y, x) = (index / (40 * scale) % (40 * scale), index % (40 * scale))
                return !(outRows.contains(y) && outColumns.contains(x)) && after[index] != before[index]
            }
            #expect(spoilt == [])
        }
    }

    /// Executors share a network's packed weights, never memory.
    @Test func workersGiveTheSameBits() throws {
        let network = try UNet(widths: [16, 32], blocks: 1).makeNetwork(weights: WeightSource(seed: 40))
        let pictures = (0..<6).map { noise([3, 40, 24], seed: UInt64($0)).image }
        let alone = pictures.map { result(of: network, on: $0) }
        let together = pictures.map { _ in PlanarImage(channels: 3, height: 40, width: 24) }
        ParallelLoop.threads(pictures.count).forEach(pictures.count) { _, index in
            let executor = Executor(network: network, maximumHeight: 40, maximumWidth: 24)
            executor.run(input: pictures[index].view, output: together[index].view)
        }
        for index in pictures.indices { #expect(bitDifference(together[index].samples, alone[index].samples) == nil) }
    }

    @Test func profileCountsEveryMultiplyAddAndChangesNothing() throws {
        let network = try UNet.small.makeNetwork(weights: WeightSource(seed: 41))
        let picture = noise([3, 32, 48], seed: 42).image
        let output = PlanarImage(channels: 3, height: 32, width: 48)
        let executor = Executor(network: network, maximumHeight: 32, maximumWidth: 48)
        let profile = executor.profile(input: picture.view, output: output.view)
        #expect(bitDifference(output.samples, result(of: network, on: picture).samples) == nil)
        #expect(profile.multiplyAdds == network.multiplyAddsPerPixel * 32 * 48)
        // All but the strided and transposed convolutions.
        let others = 2 * (48 * 64 * 4 / 16 + 64 * 96 * 4 / 64 + 96 * 128 * 4 / 256)
        #expect(profile.threeByThreeMultiplyAdds == (network.multiplyAddsPerPixel - Double(others)) * 32 * 48)
        #expect(profile.steps.allSatisfy { $0.seconds >= 0 })
        #expect(profile.threeByThreeSeconds <= profile.seconds)
    }

    @Test func arenaIsWhatIsToldAndMuchLessThanAllValues() throws {
        let network = try UNet.small.makeNetwork(weights: WeightSource(seed: 43))
        let bytes = Executor.arenaByteCount(network: network, height: 512, width: 512)
        // Two values of 48 channels at half the size, and a little for borders and the levels below.
        let two = 2 * 48 * 256 * 256 * 4
        #expect(bytes >= two)
        #expect(bytes <= two * 8 / 5)
        #expect(Executor.arenaByteCount(network: network, height: 16, width: 16) < bytes)
    }
}
