import Autoencoders
import Kernels
import Networks
import Tensors
import TestSupport
import Testing

/// The computed reach against what a change of the picture really reaches, and tiles against the whole picture.
@Suite struct RadiusTests {
    /// Networks with the reach and the grid that the shipped shapes have, with few channels to be quick.
    static let cases: [(name: String, architecture: any Architecture, radius: Int, grid: Int)] = [
        ("U-Net of four levels", UNet(widths: [4, 4, 4, 4], blocks: 1), 94, 16),
        ("U-Net of two levels", UNet(widths: [5, 17], blocks: 2, noiseMap: false), 38, 4),
        ("U-Net of one level", UNet(channels: 1, widths: [6], blocks: 1), 8, 2),
        ("upscaling by 2", PlainStack(width: 8, layers: 4, activation: .prelu, scale: 2, skip: .bicubic), 4, 1),
        ("one layer by 3", PlainStack(width: 8, layers: 1, activation: .prelu, scale: 3, skip: .bicubic), 2, 1),
        ("residual", PlainStack(width: 8, layers: 5, activation: .relu, scale: 1, skip: .residual), 5, 1),
        ("nearest by 4", PlainStack(width: 8, layers: 2, activation: .relu, scale: 4, skip: .nearest), 2, 1),
        ("autoencoder", ConvolutionalAutoencoder(widths: [8, 8, 8], latentChannels: 4), 30, 8),
        (
            "upsampling autoencoder",
            ConvolutionalAutoencoder(widths: [8, 8], latentChannels: 4, decoder: .upsample), 18, 4
        ),
    ]

    /// With direct sums, which read what the result depends on and no more.
    static func network(_ index: Int) throws -> Network {
        try cases[index].architecture.makeNetwork(weights: WeightSource(seed: UInt64(index + 1)))
            .computed(by: .direct)
    }

    @Test(arguments: cases.indices) func radiusAndGridAreComputed(_ index: Int) throws {
        let network = try Self.network(index)
        #expect(network.receptiveRadius == Self.cases[index].radius)
        #expect(network.grid == Self.cases[index].grid)
        #expect(network.bitRadius == network.receptiveRadius && network.tileGrid == network.grid)
    }

    /// Networks whose 3x3 convolutions take Winograd's tiles, all of them or some.
    static let tiled: [any Architecture] = [
        UNet(widths: [16, 16, 16, 16], blocks: 1), UNet(widths: [5, 17], blocks: 2, noiseMap: false),
        PlainStack(width: 16, layers: 4, activation: .prelu, scale: 2, skip: .bicubic),
        PlainStack(width: 16, layers: 5, activation: .relu, scale: 1, skip: .residual),
        ConvolutionalAutoencoder(widths: [16, 20], latentChannels: 8, decoder: .upsample),
    ]

    @Test(arguments: tiled.indices) func nanReachesAsFarAsTilesAreRead(_ index: Int) throws {
        let network = try Self.tiled[index].makeNetwork(weights: WeightSource(seed: 5))
        #expect(network.bitRadius > network.receptiveRadius && network.tileGrid > network.grid)
        try check(network, name: "\(Self.tiled[index])")
    }

    /// A row or column of NaN: it reaches the core exactly where the walk through the graph says that it is read.
    @Test(arguments: cases.indices) func nanReachesTheCoreFromWithinTheIntervalOnly(_ index: Int) throws {
        try check(Self.network(index), name: Self.cases[index].name)
    }

    private func check(_ network: Network, name: String) throws {
        let (grid, scale) = (network.tileGrid, network.scale)
        let halo = (network.bitRadius + 1 + grid - 1) / grid * grid
        // Two steps of core, so that a core of odd and even steps is seen.
        let core = halo..<halo + 2 * grid
        let side = core.upperBound + halo
        let narrow = grid
        let interval = network.graph.inputInterval(
            for: Interval(scale * core.lowerBound, scale * core.upperBound),
            blockRows: network.graph.blockRows(asked: network.algorithm))
        #expect(core.lowerBound - interval.lower <= network.bitRadius)
        #expect(interval.upper - core.upperBound <= network.bitRadius)
        #expect(max(core.lowerBound - interval.lower, interval.upper - core.upperBound) == network.bitRadius)
        try #require(interval.lower >= 1 && interval.upper < side)
        for isVertical in [true, false] {
            let (rows, columns) = isVertical ? (side, narrow) : (narrow, side)
            let executor = Executor(network: network, maximumHeight: rows, maximumWidth: columns)
            let output = PlanarImage(
                channels: network.outputChannels, height: scale * rows, width: scale * columns)
            for line in [interval.lower - 1, interval.lower, interval.upper - 1, interval.upper] {
                let picture = noise([network.inputChannels, rows, columns], seed: 11).image
                for channel in 0..<network.inputChannels {
                    for place in 0..<narrow {
                        picture.view.row(channel, isVertical ? line : place)[isVertical ? place : line] = .nan
                    }
                }
                executor.run(input: picture.view, output: output.view)
                var isReached = false
                for channel in 0..<network.outputChannels {
                    for y in 0..<scale * rows {
                        for x in 0..<scale * columns {
                            let along = (isVertical ? y : x) / scale
                            if core.contains(along), output.view.row(channel, y)[x].isNaN { isReached = true }
                        }
                    }
                }
                let isInside = interval.lower..<interval.upper ~= line
                #expect(isReached == isInside, "\(name), line \(line) of \(interval)")
            }
        }
    }

    /// Winograd F(4x4, 3x3) computes 4x4 blocks together and so reads further; the figures are those of the design.
    @Test func blocksOfRowsWidenTheBitRadius() throws {
        for (unet, plain, blocks) in [(UNet.small, 94, 1), (UNet.medium, 186, 2)] {
            var narrow = unet
            narrow.widths = [2, 2, 2, 2]
            let graph = try narrow.makeNetwork(weights: WeightSource(seed: 1)).graph
            let rows: (Int) -> Int = {
                (graph.nodes[$0].operation as? Convolution)?.kernelSize == 3 ? 4 : 1
            }
            let grid = graph.grid(blockRows: rows)
            #expect(grid == 64)
            #expect(graph.radius(grid: graph.grid()) == plain, "\(blocks) blocks")
            let radius = graph.radius(grid: grid, blockRows: rows)
            #expect(radius > plain)
        }
    }
}
