import Autoencoders
import Kernels
import Networks
import Tensors
import TestSupport
import Testing

/// A tile with its halo gives its core the bits of the whole picture.
@Suite struct TileTests {
    static let cases: [(name: String, architecture: any Architecture)] = [
        ("U-Net of three levels", UNet(widths: [18, 20, 24], blocks: 1)),
        ("U-Net of two levels, two blocks", UNet(channels: 1, widths: [16, 33], blocks: 2, noiseMap: false)),
        ("upscaling by 2", PlainStack(width: 20, layers: 6, activation: .prelu, scale: 2, skip: .bicubic)),
        ("upscaling by 3", PlainStack(width: 17, layers: 3, activation: .relu, scale: 3, skip: .bicubic)),
        ("residual", PlainStack(width: 16, layers: 5, activation: .relu, scale: 1, skip: .residual)),
        ("autoencoder", ConvolutionalAutoencoder(widths: [16, 20], latentChannels: 8)),
        ("upsampling autoencoder", ConvolutionalAutoencoder(widths: [16, 20], latentChannels: 8, decoder: .upsample)),
    ]

    /// Covers `picture` with cores of `core` pixels, each with `halo` pixels around it, and puts the results together.
    static func tiled(
        _ network: Network, _ picture: PlanarImage, core: (rows: Int, columns: Int), halo: Int, isa: InstructionSet
    ) -> PlanarImage {
        let scale = network.scale
        let joined = PlanarImage(
            channels: network.outputChannels, height: scale * picture.height, width: scale * picture.width)
        // One executor for all tiles: those at the edges are smaller.
        let executor = Executor(
            network: network, maximumHeight: min(picture.height, core.rows + 2 * halo),
            maximumWidth: min(picture.width, core.columns + 2 * halo), instructionSet: isa)
        for top in stride(from: 0, to: picture.height, by: core.rows) {
            for left in stride(from: 0, to: picture.width, by: core.columns) {
                let (bottom, right) = (min(picture.height, top + core.rows), min(picture.width, left + core.columns))
                let rows = max(0, top - halo)..<min(picture.height, bottom + halo)
                let columns = max(0, left - halo)..<min(picture.width, right + halo)
                let output = PlanarImage(
                    channels: network.outputChannels, height: scale * rows.count, width: scale * columns.count)
                executor.run(
                    input: picture.view.cropped(rows: rows, columns: columns), output: output.view, noiseLevel: 0.1)
                for channel in 0..<network.outputChannels {
                    for y in scale * top..<scale * bottom {
                        let source = output.view.row(channel, y - scale * rows.lowerBound)
                        let target = joined.view.row(channel, y)
                        for x in scale * left..<scale * right { target[x] = source[x - scale * columns.lowerBound] }
                    }
                }
            }
        }
        return joined
    }

    @Test(arguments: cases.indices, InstructionSet.available)
    func tilesEqualTheWholePicture(_ index: Int, isa: InstructionSet) throws {
        let network = try Self.cases[index].architecture.makeNetwork(weights: WeightSource(seed: 21))
        try check(network, "\(Self.cases[index].name)", isa)
        for algorithm in ConvolutionAlgorithm.available(isa) where algorithm != network.algorithm {
            try check(network.computed(by: algorithm), "\(Self.cases[index].name), \(algorithm)", isa)
        }
    }

    private func check(_ network: Network, _ name: String, _ isa: InstructionSet) throws {
        let grid = network.tileGrid
        let halo = (network.bitRadius + grid - 1) / grid * grid
        let (height, width) = (3 * halo / grid * grid + 5 * grid, 4 * halo / grid * grid + 3 * grid)
        let picture = noise([network.inputChannels, height, width], seed: 22).image
        let whole = result(of: network, on: picture, noiseLevel: 0.1, isa: isa)
        #expect(!whole.samples.contains { !$0.isFinite })
        for core in [(grid, 7 * grid), (5 * grid, 3 * grid), (height, 2 * grid), (halo + grid, halo + grid)] {
            let joined = Self.tiled(network, picture, core: core, halo: halo, isa: isa)
            #expect(bitDifference(joined.samples, whole.samples) == nil, "\(name), cores of \(core)")
        }
        // A halo that is one step of the grid too small shows, where a change at its edge is more than rounding.
        guard network.algorithm == .direct else { return }
        let joined = Self.tiled(network, picture, core: (5 * grid, 5 * grid), halo: halo - grid, isa: isa)
        #expect(bitDifference(joined.samples, whole.samples) != nil)
    }

    /// What lies outside the halo is never looked at.
    @Test func nanOutsideTheHaloChangesNothing() throws {
        let network = try UNet(widths: [16, 20, 24], blocks: 1).makeNetwork(weights: WeightSource(seed: 23))
        let grid = network.tileGrid
        let halo = (network.bitRadius + grid - 1) / grid * grid
        let core = 2 * grid
        let side = 2 * halo + core + 2 * grid
        let picture = noise([3, side, side], seed: 24).image
        let whole = result(of: network, on: picture)
        let inside = grid..<side - grid
        for channel in 0..<3 {
            for y in 0..<side {
                for x in 0..<side where !inside.contains(y) || !inside.contains(x) {
                    picture.view.row(channel, y)[x] = .nan
                }
            }
        }
        let spoilt = result(of: network, on: picture)
        let part = inside.lowerBound + halo..<inside.upperBound - halo
        #expect(
            bitDifference(
                spoilt.part(rows: part, columns: part).samples, whole.part(rows: part, columns: part).samples) == nil)
        #expect(spoilt.samples.contains { !$0.isFinite })
    }
}
