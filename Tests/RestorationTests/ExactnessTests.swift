import Autoencoders
import Kernels
import Networks
import Restoration
import SystemPackage
import Tensors
import TestFolders
import TestSupport
import Testing

@Suite("Restored tiles equal the whole picture, every bit")
struct ExactnessTests {
    private let memory = 1 << 32

    @Test(
        "A denoiser's tiles: any core, any number of workers",
        arguments: [(0, 1), (16, 2), (61, 3), (128, 1), (250, 64), (512, 2)])
    func denoiserTiles(tileSize: Int, workers: Int) throws {
        let model = try TestModels.denoiser()
        let image = noise(channels: 3, height: 700, width: 1000, seed: 1)
        // Cores of 16 px compute a hundred times the picture: a part of it will do.
        let part = tileSize == 16 ? noise(channels: 3, height: 150, width: 211, seed: 2) : image
        let restorer = try Restorer(
            model: model, settings: RestorationSettings(noiseLevel: .sigma(0.1), tileSize: tileSize),
            memoryLimit: memory * workers)
        let restored = try restorer.restore(part, workers: workers)
        #expect(bitDifference(restored, wholePicture(part, through: model.network, noiseLevel: 0.1)) == nil)
    }

    @Test(
        "With products of BF16 too: rows, any core, any number of workers, the eight turns",
        .enabled(if: InstructionSet.current.hasBFloat16), arguments: [false, true])
    func fastTiles(selfEnsemble: Bool) throws {
        let plain = try TestModels.denoiser()
        var card = plain.card
        let operations = plain.network.operations(multiplyingBFloat16By: .winogradBFloat16).map(\.name)
        card.fast = .init(operations: operations.filter { $0 != "decoder0.block0.convolution0" }, quality: [])
        let model = Model(name: plain.name, card: card, network: plain.network)
        let image = noise(channels: 3, height: 300, width: 401, seed: 9)
        var restored: [PlanarImage] = []
        for (tileSize, workers) in [(0, 1), (0, 3), (61, 2), (128, 64)] {
            let restorer = try Restorer(
                model: model,
                settings: RestorationSettings(selfEnsemble: selfEnsemble, tileSize: tileSize, precision: .fast),
                memoryLimit: memory * workers)
            #expect(restorer.model.network.algorithm == (selfEnsemble ? .bfloat16 : .winogradBFloat16))
            #expect(restorer.model.network.float32Operations == ["decoder0.block0.convolution0"])
            restored.append(try restorer.restore(image, workers: workers))
            if !selfEnsemble {
                let whole = wholePicture(image, through: restorer.model.network)
                #expect(bitDifference(restored[0], whole) == nil)
            }
        }
        for other in restored.dropFirst() { #expect(bitDifference(other, restored[0]) == nil) }
        let float32 = wholePicture(image, through: plain.network)
        #expect(bitDifference(restored[0], float32) != nil)
    }

    @Test(
        "The shipped models, in both precisions",
        arguments: [
            "1x-Denoise-S", "1x-Denoise-M", "1x-Denoise-L", "1x-Scan-S", "1x-Scan-M", "2x-Upscale-M", "4x-Upscale-M",
        ],
        Precision.allCases)
    func shippedModels(name: String, precision: Precision) throws {
        let model = try loadModel(at: repository.appending("models").appending(name))
        #expect(model.card.fast != nil)
        let image = noise(channels: 3, height: 210, width: 290, seed: 10)
        for (tileSize, workers, limit) in [(0, 1, memory), (0, 3, memory), (100, 64, memory * 64), (0, 2, 60 << 20)] {
            let restorer = try Restorer(
                model: model, settings: RestorationSettings(tileSize: tileSize, precision: precision),
                memoryLimit: limit)
            let found = try restorer.restore(image, workers: workers)
            let whole = wholePicture(image, through: restorer.model.network)
            #expect(bitDifference(found, whole) == nil, "tiles of \(tileSize), \(workers) workers, \(limit) bytes")
        }
    }

    @Test("An upscaler's tiles", arguments: [0, 33, 100], [1, 3])
    func enlargerTiles(tileSize: Int, workers: Int) throws {
        let model = try TestModels.upscaler()
        let image = noise(channels: 3, height: 211, width: 307, seed: 3)
        let restorer = try Restorer(
            model: model, settings: RestorationSettings(tileSize: tileSize), memoryLimit: memory)
        #expect(
            bitDifference(
                try restorer.restore(image, workers: workers), wholePicture(image, through: model.network)) == nil)
    }

    @Test("Any memory limit that is not refused gives the same bits", arguments: [1000, 9000])
    func memoryLimits(width: Int) throws {
        let model = try TestModels.shallowDenoiser()
        let image = noise(channels: 3, height: 200_000 / width, width: width, seed: 4)
        let expected = wholePicture(image, through: model.network)
        var plans = Set<RestorationSummary>()
        var limit = 1 << 30
        while true {
            let restorer = try Restorer(model: model, memoryLimit: limit)
            do {
                let summary = try restorer.estimate(height: image.height, width: width, channels: 3, workers: 1).summary
                #expect(summary.byteCount <= limit)
                plans.insert(summary)
                #expect(bitDifference(try restorer.restore(image, workers: 1), expected) == nil, "\(summary)")
                limit = summary.byteCount * 9 / 10
            } catch RestorationError.memory {
                break
            }
        }
        #expect(plans.count >= 3, "the limits were meant to force different plans")
        // Rows that are too wide give way to tiles.
        #expect(width < 9000 || plans.contains { $0.halo > 0 })
    }

    @Test("Small pictures, smaller than the grid too", arguments: [1, 2, 7, 15, 16, 17, 33], [1, 5, 31])
    func smallPictures(height: Int, width: Int) throws {
        let model = try TestModels.denoiser()
        let image = noise(channels: 3, height: height, width: width, seed: 5)
        let restored = try Restorer(model: model, memoryLimit: memory).restore(image, workers: 2)
        #expect(restored.height == height && restored.width == width)
        // The oracle mirrors once, which is enough for sides of 9 and more.
        if height > 8 && width > 8 {
            #expect(bitDifference(restored, wholePicture(image, through: model.network)) == nil)
        }
    }

    /// The last band of squares holds few rows of the picture, and reflections of rows above it.
    @Test("A picture that ends in the first rows of a square", arguments: [17, 18, 25, 33, 47], [16, 17])
    func squares(height: Int, width: Int) throws {
        let architecture = VariationalAutoencoder(widths: [4], latentSide: 8, latentChannels: 2)
        let restorer = try Restorer(model: TestModels.model(architecture, name: "squares"), memoryLimit: memory)
        let image = noise(channels: 3, height: height, width: width, seed: 6)
        let (rows, columns) = ((height + 15) / 16 * 16, (width + 15) / 16 * 16)
        let padded = PlanarImage(channels: 3, height: rows, width: columns)
        for c in 0..<3 {
            for y in 0..<rows {
                for x in 0..<columns {
                    padded.view.row(c, y)[x] =
                        image.view.row(c, y < height ? y : 2 * (height - 1) - y)[x < width ? x : 2 * (width - 1) - x]
                }
            }
        }
        let expected = PlanarImage(channels: 3, height: height, width: width)
        let whole = try restorer.restore(padded, workers: 1)
        expected.view.copySamples(from: whole.view.cropped(rows: 0..<height, columns: 0..<width))
        for workers in [1, 2] {
            let restored = try restorer.restore(image, workers: workers)
            #expect(bitDifference(restored, expected) == nil)
        }
    }

    /// Joins the tiles of a plan without `Restorer`.
    private func joined(_ image: PlanarImage, plan: TilePlan, network: Network) -> PlanarImage {
        let result = PlanarImage(channels: 3, height: image.height, width: image.width)
        let runner = TileRunner(
            network: network, height: plan.paddedHeight, width: plan.paddedWidth, usesEnsemble: false)
        for tile in (0..<plan.bandCount).flatMap(plan.tiles(ofBand:)) {
            let restored = runner.run(
                image.view.cropped(rows: tile.paddedRows, columns: tile.paddedColumns), noiseLevel: 0)
            let top = tile.rows.lowerBound - tile.paddedRows.lowerBound
            let left = tile.columns.lowerBound - tile.paddedColumns.lowerBound
            result.view.cropped(rows: tile.rows, columns: tile.columns).copySamples(
                from: restored.cropped(
                    rows: top..<top + tile.rows.count, columns: left..<left + tile.columns.count))
        }
        return result
    }

    @Test("The halo is what it must be: with direct sums, one grid step less fails")
    func haloIsTight() throws {
        let tiled = try TestModels.denoiser().network
        let image = noise(channels: 3, height: 416, width: 416, seed: 6)
        for network in [tiled, tiled.computed(by: .direct)] {
            let expected = wholePicture(image, through: network)
            let grid = network.tileGrid
            let halo = (network.bitRadius + grid - 1) / grid * grid
            func plan(halo: Int) -> TilePlan {
                TilePlan(height: 416, width: 416, coreHeight: 224, coreWidth: 224, halo: halo)
            }
            #expect(bitDifference(joined(image, plan: plan(halo: halo), network: network), expected) == nil)
            // Through Winograd's tiles the last pixels change rounding at most: NaN shows that they are read
            // (`RadiusTests`).
            if network.algorithm == .direct {
                #expect(bitDifference(joined(image, plan: plan(halo: halo - grid), network: network), expected) != nil)
            }
        }
    }

    @Test("What lies outside the halo changes nothing, not even NaN")
    func nothingOutsideTheHaloIsUsed() throws {
        let model = try TestModels.denoiser()
        let grid = model.network.tileGrid
        let halo = (model.network.bitRadius + grid - 1) / grid * grid
        let side = 3 * grid + 2 * halo + 4 * grid
        let image = noise(channels: 3, height: side, width: side, seed: 7)
        let core = 2 * grid + halo..<2 * grid + halo + 3 * grid
        let expected = wholePicture(image, through: model.network)
        let seen = core.lowerBound - halo..<core.upperBound + halo
        for c in 0..<3 {
            for y in 0..<side {
                for x in 0..<side where !(seen.contains(y) && seen.contains(x)) { image.view.row(c, y)[x] = .nan }
            }
        }
        let found = wholePicture(image, through: model.network)
        func part(_ image: PlanarImage) -> PlanarImage {
            let part = PlanarImage(channels: 3, height: core.count, width: core.count)
            part.view.copySamples(from: image.view.cropped(rows: core, columns: core))
            return part
        }
        #expect(bitDifference(part(found), part(expected)) == nil)
    }

    @Test("Strength and alpha, in rows and in tiles", arguments: [1, 2], [2, 4])
    func strengthAndAlpha(scale: Int, channels: Int) throws {
        let model = try scale == 1 ? TestModels.denoiser() : TestModels.upscaler()
        let image = noise(channels: channels, height: 307, width: 211, seed: 9)
        func restored(tileSize: Int, workers: Int) throws -> PlanarImage {
            try Restorer(
                model: model, settings: RestorationSettings(strength: 0.6, tileSize: tileSize),
                memoryLimit: memory * workers
            ).restore(image, hasAlpha: true, workers: workers)
        }
        let expected = try restored(tileSize: 512, workers: 1)
        for (tileSize, workers) in [(0, 1), (0, 3), (64, 2)] {
            #expect(bitDifference(try restored(tileSize: tileSize, workers: workers), expected) == nil)
        }
    }

    @Test("The mean over eight orientations, over tiles", arguments: [0, 48])
    func ensembleTiles(tileSize: Int) throws {
        let model = try TestModels.shallowDenoiser()
        let image = noise(channels: 3, height: 88, width: 132, seed: 8)
        let restorer = try Restorer(
            model: model, settings: RestorationSettings(selfEnsemble: true, tileSize: tileSize), memoryLimit: memory)
        let restored = try restorer.restore(image, workers: 2)
        let expected = try Restorer(
            model: model, settings: RestorationSettings(selfEnsemble: true), memoryLimit: memory
        ).restore(image, workers: 1)
        #expect(bitDifference(restored, expected) == nil)
    }
}
