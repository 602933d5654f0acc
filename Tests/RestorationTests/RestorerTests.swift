import Imaging
import Kernels
import Networks
import Restoration
import Synchronization
import Tensors
import TestSupport
import Testing
import Workers

@Suite("Restoring a picture")
struct RestorerTests {
    private let memory = 1 << 30

    private func channel(_ index: Int, of image: PlanarImage) -> PlanarImage {
        let copy = PlanarImage(channels: 1, height: image.height, width: image.width)
        copy.view.copySamples(from: image.view.channels(from: index, count: 1))
        return copy
    }

    /// `image` flipped and turned: the plain definition that the ensemble is tested against.
    private func oriented(_ image: PlanarImage, _ index: Int, back: Bool = false) -> PlanarImage {
        let transposes = index & 4 != 0
        let height = transposes ? image.width : image.height
        let width = transposes ? image.height : image.width
        let result = PlanarImage(channels: image.channels, height: height, width: width)
        for c in 0..<image.channels {
            for y in 0..<height {
                for x in 0..<width {
                    // Forward: flip, then transpose. Back: transpose, then flip.
                    var (sourceY, sourceX) = transposes ? (x, y) : (y, x)
                    let flipsColumns = index & (back && transposes ? 2 : 1) != 0
                    let flipsRows = index & (back && transposes ? 1 : 2) != 0
                    if flipsColumns { sourceX = image.width - 1 - sourceX }
                    if flipsRows { sourceY = image.height - 1 - sourceY }
                    result.view.row(c, y)[x] = image.view.row(c, sourceY)[sourceX]
                }
            }
        }
        return result
    }

    @Test func ensembleIsTheMeanOfEight() throws {
        let model = try TestModels.shallowDenoiser()
        let image = noise(channels: 3, height: 32, width: 48, seed: 1)
        let restored = try Restorer(
            model: model, settings: RestorationSettings(selfEnsemble: true), memoryLimit: memory
        ).restore(image, workers: 1)
        var sums = [Float](repeating: 0, count: image.sampleCount)
        for index in 0..<8 {
            let turned = oriented(image, index)
            #expect(bitDifference(oriented(turned, index, back: true), image) == nil)
            let result = oriented(wholePicture(turned, through: model.network), index, back: true)
            for (i, sample) in result.samples.enumerated() { sums[i] += sample }
        }
        // The ensemble takes direct sums alone, the network Winograd.
        for (found, sum) in zip(restored.samples, sums) { #expect(abs(found - sum / 8) <= 4e-6) }
    }

    @Test func greyThroughAColourModelIsTheMeanOfThree() throws {
        let model = try TestModels.shallowDenoiser()
        let grey = noise(channels: 1, height: 40, width: 56, seed: 2)
        let restored = try Restorer(model: model, memoryLimit: memory).restore(grey, workers: 1)
        let thrice = PlanarImage(
            channels: 3, height: 40, width: 56, samples: grey.samples + grey.samples + grey.samples)
        let colour = wholePicture(thrice, through: model.network)
        #expect(restored.channels == 1)
        for i in 0..<40 * 56 {
            let samples = colour.samples
            let mean = (samples[i] + samples[i + 40 * 56] + samples[i + 2 * 40 * 56]) / 3
            #expect(abs(restored.samples[i] - mean) <= 1e-6)
            if i > 200 { break }
        }
    }

    @Test func greyGoesThroughTheGreyModelWhereThereIsOne() throws {
        let greyModel = try TestModels.shallowDenoiser(channels: 1)
        let grey = noise(channels: 1, height: 40, width: 56, seed: 3)
        let restored = try Restorer(model: TestModels.denoiser(), greyModel: greyModel, memoryLimit: memory)
            .restore(grey, workers: 1)
        #expect(bitDifference(restored, wholePicture(grey, through: greyModel.network)) == nil)
    }

    @Test func colourGoesThroughAGreyModelChannelByChannel() throws {
        let model = try TestModels.shallowDenoiser(channels: 1)
        let image = noise(channels: 3, height: 40, width: 56, seed: 4)
        let restored = try Restorer(model: model, memoryLimit: memory).restore(image, workers: 2)
        for c in 0..<3 {
            #expect(
                bitDifference(
                    channel(c, of: restored), wholePicture(channel(c, of: image), through: model.network)) == nil)
        }
    }

    @Test(arguments: [Float(0), 0.25, 1])
    func strengthBlends(strength: Float) throws {
        let model = try TestModels.upscaler()
        let image = noise(channels: 3, height: 37, width: 53, seed: 5)
        let restored = try Restorer(
            model: model, settings: RestorationSettings(strength: strength, tileSize: 20), memoryLimit: memory
        ).restore(image, workers: 2)
        let network = wholePicture(image, through: model.network)
        let original = PlanarImage(channels: 3, height: 74, width: 106)
        BicubicUpsampling(factor: 2).apply(image.view, to: original.view)
        for (found, (one, other)) in zip(restored.samples, zip(network.samples, original.samples)) {
            #expect(abs(found - (other + strength * (one - other))) <= 1e-6)
        }
    }

    /// Brightness gets the kept share of what was taken off; differences of channels stay those of the result, so noise
    /// of colours is gone. A grey picture whose grain is kept whole is the original.
    @Test(arguments: [Float(0.4), 1], [0, 32])
    func grainIsKept(share: Float, tileSize: Int) throws {
        let model = try TestModels.denoiser()
        for channels in [1, 3] {
            let image = noise(channels: channels, height: 61, width: 83, seed: 15)
            let restored = try Restorer(
                model: model, settings: RestorationSettings(tileSize: tileSize, keptGrain: share), memoryLimit: memory
            ).restore(image, workers: 2)
            let without = try Restorer(model: model, memoryLimit: memory).restore(image, workers: 2)
            let (found, bare, original) = (restored.view, without.view, image.view)
            for y in 0..<61 {
                for x in 0..<83 {
                    func mean(_ view: PlanarView) -> Float {
                        (0..<channels).reduce(0) { $0 + view.row($1, y)[x] } / Float(channels)
                    }
                    #expect(abs(mean(found) - (mean(bare) + share * (mean(original) - mean(bare)))) <= 1e-6)
                    for c in 0..<channels {
                        let colour = (found.row(c, y)[x] - mean(found), bare.row(c, y)[x] - mean(bare))
                        #expect(abs(colour.0 - colour.1) <= 1e-6)
                    }
                }
            }
        }
        #expect(throws: RestorationError.self) {
            try Restorer(model: TestModels.upscaler(), settings: .init(keptGrain: share), memoryLimit: memory)
        }
    }

    @Test func alphaIsCarriedAndEnlarged() throws {
        let image = noise(channels: 4, height: 45, width: 61, seed: 6)
        let same = try Restorer(model: TestModels.shallowDenoiser(), memoryLimit: memory)
            .restore(image, hasAlpha: true, workers: 2)
        #expect(bitDifference(channel(3, of: same), channel(3, of: image)) == nil)

        let upscaled = try Restorer(
            model: TestModels.upscaler(), settings: RestorationSettings(tileSize: 16), memoryLimit: memory
        ).restore(image, hasAlpha: true, workers: 2)
        let expected = PlanarImage(channels: 1, height: 90, width: 122)
        BicubicUpsampling(factor: 2).apply(channel(3, of: image).view, to: expected.view)
        #expect(bitDifference(channel(3, of: upscaled), expected) == nil)
    }

    @Test("Colours under transparent pixels do not bleed")
    func transparentPixelsDoNotBleed() throws {
        // Two pictures that differ only where nobody sees it, in wild ways.
        let image = noise(channels: 4, height: 300, width: 200, seed: 7)
        let other = PlanarImage(channels: 4, height: 300, width: 200, samples: image.samples)
        for y in 0..<300 {
            for x in 0..<200 {
                let isHidden = (x / 50 + y / 70) % 2 == 0
                for picture in [image, other] where isHidden { picture.view.row(3, y)[x] = 0 }
                for c in 0..<3 where isHidden { other.view.row(c, y)[x] = 1 - image.view.row(c, y)[x] }
            }
        }
        let restorer = try Restorer(
            model: TestModels.denoiser(), settings: RestorationSettings(tileSize: 64), memoryLimit: memory)
        let restored = try restorer.restore(image, hasAlpha: true, workers: 2)
        #expect(bitDifference(restored, try restorer.restore(other, hasAlpha: true, workers: 1)) == nil)
    }

    @Test func progressAddsUpToThePicture() throws {
        let restorer = try Restorer(
            model: TestModels.shallowDenoiser(), settings: RestorationSettings(tileSize: 30), memoryLimit: memory)
        let image = noise(channels: 3, height: 101, width: 75, seed: 8)
        let pixels = Mutex(0)
        let errors = Mutex<[any Error]>([])
        WorkerTeam(workers: 2).forEach(1) { worker, _ in
            do {
                let sink = ImageRowSink(channels: 3, height: 101, width: 75)
                try restorer.restore(from: ImageRowSource(image), hasAlpha: false, to: sink, on: worker) { count in
                    pixels.withLock { $0 += count }
                }
            } catch { errors.withLock { $0.append(error) } }
        }
        #expect(errors.withLock { $0.isEmpty })
        #expect(pixels.withLock { $0 } == 101 * 75)
    }
}

@Suite("What cannot be restored")
struct RestorationErrorTests {
    private func run(
        _ image: PlanarImage, _ restorer: Restorer, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) -> (any Error)? {
        let failure = Mutex<(any Error)?>(nil)
        WorkerTeam(workers: 2).forEach(1) { worker, _ in
            do {
                let sink = ImageRowSink(channels: image.channels, height: image.height, width: image.width)
                try restorer.restore(
                    from: ImageRowSource(image), hasAlpha: false, to: sink, on: worker, isCancelled: isCancelled)
            } catch { failure.withLock { $0 = error } }
        }
        return failure.withLock { $0 }
    }

    @Test func aResultThatIsNotFiniteFails() throws {
        let restorer = try Restorer(
            model: TestModels.shallowDenoiser(), settings: RestorationSettings(tileSize: 32), memoryLimit: 1 << 30)
        let image = noise(channels: 3, height: 96, width: 96, seed: 1)
        image.view.row(1, 70)[40] = .infinity
        guard case .notFinite? = run(image, restorer) as? RestorationError else {
            Issue.record("a picture with an infinite sample was restored")
            return
        }
    }

    @Test func aConstantResultOfAPictureThatIsNotFails() throws {
        let model = try TestModels.shallowDenoiser()
        let image = noise(channels: 3, height: 40, width: 40, seed: 2)
        let flat = PlanarImage(channels: 3, height: 40, width: 40)
        let blank = try Restorer(model: TestModels.blank(), memoryLimit: 1 << 30)
        #expect(run(image, blank) as? RestorationError == .constantOutput(value: 0))
        #expect(run(flat, blank) == nil)
        #expect(run(flat, try Restorer(model: model, memoryLimit: 1 << 30)) == nil)
    }

    @Test func stoppingStops() throws {
        let restorer = try Restorer(
            model: TestModels.shallowDenoiser(), settings: RestorationSettings(tileSize: 16), memoryLimit: 1 << 30)
        let asked = Mutex(0)
        let error = run(noise(channels: 3, height: 160, width: 160, seed: 3), restorer) {
            asked.withLock {
                $0 += 1
                return $0 > 20
            }
        }
        #expect(error as? RestorationError == .cancelled)
    }

    @Test func settingsOutsideTheirRangeAreRefused() throws {
        let model = try TestModels.upscaler()
        for settings in [
            RestorationSettings(strength: 2.5), RestorationSettings(strength: .nan), RestorationSettings(tileSize: -1),
            RestorationSettings(noiseLevel: .sigma(2)), RestorationSettings(noiseLevel: .sigma(0.1)),
            RestorationSettings(noiseLevel: .automatic),
        ] {
            #expect(throws: RestorationError.self) {
                try Restorer(model: model, settings: settings, memoryLimit: 1 << 30)
            }
        }
        #expect(throws: RestorationError.noEstimate) {
            try Restorer(
                model: TestModels.shallowDenoiser(), settings: RestorationSettings(noiseLevel: .automatic),
                memoryLimit: 1 << 30
            ).restore(noise(channels: 3, height: 16, width: 16, seed: 4), workers: 1)
        }
    }

    @Test func tooLittleMemoryIsSaid() throws {
        let restorer = try Restorer(model: TestModels.denoiser(), memoryLimit: 100_000)
        guard
            case .memory(let needed, let limit)? = run(noise(channels: 3, height: 500, width: 500, seed: 5), restorer)
                as? RestorationError
        else {
            Issue.record("100 kB were enough")
            return
        }
        #expect(needed > limit && limit == 100_000)
    }
}
