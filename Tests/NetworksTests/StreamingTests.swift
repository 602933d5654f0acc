import Autoencoders
import Kernels
import Networks
import Tensors
import TestSupport
import Testing
import Workers

/// Rows in, rows out: the bits of the whole picture at once.
@Suite struct StreamingTests {
    /// Streams a picture twice, the second time over what the first one left.
    static func streamed(
        _ network: Network, _ picture: PlanarImage, rowsAtATime: Int, workers: Int = 1, isa: InstructionSet = .current
    ) -> PlanarImage {
        let executor = StreamingExecutor(
            network: network, height: picture.height, width: picture.width, rowsAtATime: rowsAtATime, workers: workers,
            instructionSet: isa)
        let result = PlanarImage(
            channels: network.outputChannels, height: network.scale * picture.height,
            width: network.scale * picture.width)
        let dirty = noise([picture.channels, picture.height, picture.width], seed: 99, in: 3...4).image
        for source in [dirty, picture] {
            var (rowsIn, rowsOut) = (0, 0)
            for chunk in 0..<executor.rowCounts.chunkCount {
                let rows = executor.rowCounts.pictureRows(ofChunk: chunk)
                let made = executor.rowCounts.resultRows(ofChunk: chunk)
                #expect(rows.lowerBound == rowsIn && made.lowerBound == rowsOut)
                (rowsIn, rowsOut) = (rows.upperBound, made.upperBound)
                executor.run(
                    chunk: chunk, input: source.view.cropped(rows: rows, columns: 0..<picture.width),
                    output: result.view.cropped(rows: made, columns: 0..<result.width), noiseLevel: 0.1,
                    sharing: .threads(workers))
            }
            #expect(rowsIn == picture.height && rowsOut == result.height)
        }
        return result
    }

    @Test(arguments: TileTests.cases.indices, InstructionSet.available)
    func rowsGiveTheBitsOfTheWholePicture(_ index: Int, isa: InstructionSet) throws {
        let network = try TileTests.cases[index].architecture.makeNetwork(weights: WeightSource(seed: 61))
        for algorithm in ConvolutionAlgorithm.available(isa) where algorithm != .direct {
            try check(network.computed(by: algorithm), "\(TileTests.cases[index].name), \(algorithm)", isa)
        }
    }

    private func check(_ network: Network, _ name: String, _ isa: InstructionSet) throws {
        let grid = network.grid
        for (height, width) in [(grid, grid), (29 * grid, 5 * grid), (3 * grid, 40), (264 / grid * grid, 72)] {
            let width = (width + grid - 1) / grid * grid
            let picture = noise([network.inputChannels, height, width], seed: 62).image
            let whole = result(of: network, on: picture, noiseLevel: 0.1, isa: isa)
            for (rows, workers) in [(grid, 1), (2 * grid, 3), (64, 1), (64, 2), (height, 2)] {
                let found = Self.streamed(network, picture, rowsAtATime: rows, workers: workers, isa: isa)
                #expect(
                    bitDifference(found.samples, whole.samples) == nil,
                    "\(name) \(height)x\(width), \(rows) rows, \(workers) workers")
            }
        }
    }

    /// Graphs that nobody drew: readers of all kinds, sums that cannot be written over what they add.
    @Test(arguments: 0..<120) func anyGraphStreams(_ seed: Int) throws {
        let network = try Network(PlanTests.randomGraph(seed: UInt64(seed)))
        let isa = InstructionSet.available[seed % InstructionSet.available.count]
        let (height, width) = (17 * network.grid, 3 * network.grid + (network.grid < 4 ? 8 * network.grid : 0))
        let picture = noise([network.inputChannels, height, width], seed: UInt64(seed), in: -1...1).image
        let whole = result(of: network, on: picture, noiseLevel: 0.1, isa: isa)
        for rows in [1, 2, 5] {
            let found = Self.streamed(
                network, picture, rowsAtATime: rows * network.grid, workers: rows, isa: isa)
            #expect(bitDifference(found.samples, whole.samples) == nil, "\(rows) grid steps at a time")
        }
    }

    /// Memory follows the width, not the height, and is what is told.
    @Test(arguments: [UNet.small, UNet.medium]) func memoryDoesNotGrowWithTheHeight(_ architecture: UNet) throws {
        var narrow = architecture
        narrow.widths = narrow.widths.map { $0 / 8 * 2 }
        let network = try narrow.makeNetwork(weights: WeightSource(seed: 63))
        func bytes(_ height: Int, _ width: Int) -> Int {
            StreamingExecutor.byteCount(network: network, height: height, width: width, rowsAtATime: 64, workers: 2)
        }
        #expect(bytes(20_000, 512) == bytes(4_000 + 20_000 % 64 - 4_000 % 64, 512))
        #expect(bytes(100_000, 512) <= bytes(20_048, 512) * 11 / 10)
        #expect(bytes(20_000, 4096) > 7 * bytes(20_000, 512))
    }

    /// What is told for any height is what an executor of that height holds.
    @Test func planningLeavesOutChunksThatChangeNothing() throws {
        let network = try UNet(widths: [16, 16, 16, 16], blocks: 1).makeNetwork(weights: WeightSource(seed: 64))
        for height in stride(from: 16, to: 2400, by: 112) {
            let told = StreamingExecutor.byteCount(
                network: network, height: height, width: 64, rowsAtATime: 64, workers: 1)
            let executor = StreamingExecutor(network: network, height: height, width: 64, rowsAtATime: 64)
            #expect(executor.byteCount == told, "height \(height)")
        }
    }
}
