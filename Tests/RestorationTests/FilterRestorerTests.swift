import Filters
import Imaging
import Restoration
import Synchronization
import Tensors
import Testing
import Workers

/// A picture with `channels` channels, the last of which is alpha with a transparent corner where there are 2 or 4.
private func picture(channels: Int, height: Int = 70, width: Int = 24) -> PlanarImage {
    var random = RandomStream(seed: 11)
    let image = PlanarImage(channels: channels, height: height, width: width)
    for channel in 0..<channels {
        let isAlpha = (channels == 2 || channels == 4) && channel == channels - 1
        for y in 0..<height {
            for x in 0..<width {
                image.view.row(channel, y)[x] =
                    isAlpha ? (x + y < 12 ? 0 : 1) : 0.4 + Float(x) / 100 + 0.1 * Float(random.normal())
            }
        }
    }
    return image
}

private func restore(
    _ image: PlanarImage, hasAlpha: Bool, by restorer: FilterRestorer, estimate: Float? = nil, workers: Int = 1,
    isCancelled: @escaping @Sendable () -> Bool = { false }
) throws -> PlanarImage {
    let result = Mutex<Result<PlanarImage, any Error>?>(nil)
    WorkerTeam(workers: workers).forEach(1) { worker, _ in
        let outcome = Result {
            let sink = ImageRowSink(
                channels: image.channels, height: image.height * restorer.scale,
                width: image.width * restorer.scale)
            try restorer.restore(
                from: ImageRowSource(image), hasAlpha: hasAlpha, to: sink, estimatedSigma: estimate, on: worker,
                isCancelled: isCancelled)
            return sink.image
        }
        result.withLock { $0 = outcome }
    }
    return try #require(result.withLock { $0 }).get()
}

@Suite("Restoring with a filter")
struct FilterRestorerTests {
    @Test("the filter's result, with the noise level given or estimated, on any number of workers")
    func level() throws {
        let image = picture(channels: 3)
        let expected = try BlockMatching3D().apply(to: image, noiseSigma: Double(Float(0.1)))
        let given = try FilterRestorer(filter: BlockMatching3D(), settings: .init(noiseLevel: .sigma(0.1)))
        #expect(!given.needsEstimate)
        #expect(try restore(image, hasAlpha: false, by: given).samples == expected.samples)
        #expect(try restore(image, hasAlpha: false, by: given, workers: 3).samples == expected.samples)
        for level in [NoiseLevel.automatic, .blind] {
            let estimated = try FilterRestorer(filter: BlockMatching3D(), settings: .init(noiseLevel: level))
            #expect(estimated.needsEstimate)
            #expect(try restore(image, hasAlpha: false, by: estimated, estimate: 0.1).samples == expected.samples)
            #expect(throws: RestorationError.noEstimate) { try restore(image, hasAlpha: false, by: estimated) }
        }
    }

    @Test("alpha is carried, what lies under it does not bleed, grey stays one channel", arguments: [2, 4])
    func alpha(channels: Int) throws {
        let image = picture(channels: channels)
        let restorer = try FilterRestorer(filter: NonLocalMeans(), settings: .init(noiseLevel: .sigma(0.1)))
        let result = try restore(image, hasAlpha: true, by: restorer)
        let alpha = channels - 1
        for y in 0..<image.height {
            for x in 0..<image.width { #expect(result.view.row(alpha, y)[x] == image.view.row(alpha, y)[x]) }
        }
        let changed = picture(channels: channels)
        for channel in 0..<alpha { changed.view.row(channel, 2)[3] = 9 }
        #expect(try restore(changed, hasAlpha: true, by: restorer).samples == result.samples)
    }

    @Test("strength blends with the original")
    func strength() throws {
        let image = picture(channels: 1)
        func result(_ strength: Float) throws -> PlanarImage {
            try restore(
                image, hasAlpha: false,
                by: FilterRestorer(
                    filter: BayesShrink(), settings: .init(strength: strength, noiseLevel: .sigma(0.1))))
        }
        let (full, half) = (try result(1), try result(0.5))
        #expect(try result(0).samples == image.samples)
        for (index, sample) in half.samples.enumerated() {
            #expect(abs(sample - (full.samples[index] + image.samples[index]) / 2) < 1e-6)
        }
    }

    @Test("enlarging, alpha too; no estimate is asked for")
    func enlarging() throws {
        let image = picture(channels: 4, height: 9, width: 7)
        let restorer = try FilterRestorer(filter: BicubicUpscaling(by: 2))
        #expect(!restorer.needsEstimate && restorer.scale == 2)
        let result = try restore(image, hasAlpha: true, by: restorer)
        let expected = image.resampled(toHeight: 18, width: 14)
        #expect(
            result.view.row(3, 5)[4] == expected.view.row(3, 5)[4] && result.width == 14 && result.height == 18)
    }

    @Test("what is refused, and stopping")
    func refused() throws {
        #expect(throws: RestorationError.self) {
            try FilterRestorer(filter: NonLocalMeans(), settings: .init(selfEnsemble: true))
        }
        #expect(throws: RestorationError.self) {
            try FilterRestorer(filter: NonLocalMeans(), settings: .init(strength: 2.1))
        }
        let restorer = try FilterRestorer(filter: BlockMatching3D(), settings: .init(noiseLevel: .sigma(0.1)))
        let image = picture(channels: 3)
        #expect(throws: RestorationError.cancelled) {
            try restore(image, hasAlpha: false, by: restorer, isCancelled: { true })
        }
        let asked = Mutex(0)
        #expect(throws: RestorationError.cancelled) {
            try restore(
                image, hasAlpha: false, by: restorer,
                isCancelled: {
                    asked.withLock {
                        $0 += 1
                        return $0 > 2
                    }
                })
        }
        image.view.row(0, 3)[3] = .nan
        #expect(throws: FilterError.notFinite(channel: 0, row: 3)) {
            try restore(image, hasAlpha: false, by: restorer)
        }
        #expect(throws: RestorationError.channels(found: 2, expected: "1 or 3")) {
            try restore(picture(channels: 2), hasAlpha: false, by: restorer)
        }
        #expect(restorer.heldBytes(height: .max / 8, width: 64, channels: 3, workers: 2) >= Int.max / 4)
    }
}
