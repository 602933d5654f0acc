import Foundation
import Quality
import Tensors
import Testing

/// Expected figures: scikit-image 0.26.0 (`structural_similarity` with `gaussian_weights=True, sigma=1.5,
/// use_sample_covariance=False, data_range=255`, mean of the channels) and NumPy 2.4.6 on the same pictures. Whole levels
/// are compared exactly, luma and windows in Float32.
@Suite("PSNR and SSIM against other programs' figures")
struct ComparisonTests {
    @Test("float noise, neither clipped nor rounded, against 8-bit original")
    func before() throws {
        let scores = try Comparison(reference: testPicture(), protocol: .awgn).scores(of: noisyTestPicture(), .before)
        #expect(abs(scores.psnr - 20.290703757243147) < 1e-6)
        #expect(abs(try #require(scores.ssim) - 0.8441826513149202) < 1e-6)
    }

    @Test("the same clipped and rounded to 8 bits")
    func after() throws {
        for measured in [MeasurementProtocol.awgn, .awgn8Bit, .jpeg] {
            let scores = try Comparison(reference: testPicture(), protocol: measured).scores(
                of: noisyTestPicture(), .after)
            #expect(abs(scores.psnr - 20.728108312327574) < 1e-10)
            #expect(abs(try #require(scores.ssim) - 0.8486597157626311) < 1e-6)
        }
    }

    @Test("luma with a border of 3")
    func luma() throws {
        let scores = try Comparison(reference: testPicture(), protocol: .srRGB(scale: 3)).scores(
            of: noisyTestPicture(), .after)
        #expect(abs(scores.psnr - 25.51270399396816) < 1e-6)
        #expect(abs(try #require(scores.ssim) - 0.905821270367995) < 1e-6)
    }

    @Test("grey")
    func grey() throws {
        let scores = try Comparison(reference: testPicture().channel(0), protocol: .awgn8Bit).scores(
            of: noisyTestPicture().channel(0), .after)
        #expect(abs(scores.psnr - 20.786240819045148) < 1e-10)
        #expect(abs(try #require(scores.ssim) - 0.8374276416316656) < 1e-6)
    }

    @Test("a grey picture measured on luma is three equal channels")
    func greyLuma() throws {
        let (reference, image) = (testPicture().channel(0), try noisyTestPicture().channel(0))
        func tripled(_ image: PlanarImage) -> PlanarImage {
            PlanarImage(
                channels: 3, height: image.height, width: image.width,
                samples: image.samples + image.samples + image.samples)
        }
        let grey = try Comparison(reference: reference, protocol: .srRGB(scale: 2)).scores(of: image, .after)
        let colour = try Comparison(reference: tripled(reference), protocol: .srRGB(scale: 2)).scores(
            of: tripled(image), .after)
        #expect(abs(grey.psnr - colour.psnr) < 1e-6)
        #expect(abs(try #require(grey.ssim) - #require(colour.ssim)) < 1e-6)
    }

    @Test("luma rounded to 8 bits, as MATLAB has it of integers")
    func lumaPlane() throws {
        let exact = try Luma.plane(of: testPicture(), rounded: false)
        let expected: [Double] = [57.768882352941176, 70.65123529411764, 84.39241176470588]
        for (x, value) in expected.enumerated() { #expect(abs(Double(exact.view.row(0, 5)[x]) * 255 - value) < 1e-5) }
        let rounded = try Luma.plane(of: testPicture(), rounded: true)
        let whole = (0..<10).map { Int((rounded.view.row(0, 5)[$0] * 255).rounded()) }
        #expect(whole == [58, 71, 84, 99, 71, 86, 102, 76, 94, 112])
        #expect(try Luma.plane(of: testPicture().channel(1), rounded: true).samples == testPicture().channel(1).samples)
    }

    @Test("one sample off by one level, by hand")
    func oneSample() throws {
        let reference = PlanarImage(
            channels: 3, height: 4, width: 5, samples: [Float](repeating: 100 / 255, count: 60))
        let scores = try Comparison(reference: reference, protocol: .awgn8Bit).scores(
            of: reference.filled(101 / 255, 2, 3, 4), .after)
        #expect(abs(scores.psnr - 10 * log10(255.0 * 255 * 60)) < 1e-9)
        #expect(scores.ssim == nil, "smaller than the window")
    }

    @Test("equal pictures are infinitely alike")
    func equal() throws {
        let scores = try Comparison(reference: testPicture(), protocol: .awgn8Bit).scores(of: testPicture(), .after)
        #expect(scores == Scores(psnr: .infinity, ssim: 1))
    }

    @Test("16 bits are compared as 16 bits")
    func sixteenBits() throws {
        let image = testPicture()
        let reference = image.filled(0.5, 0, 0, 0)
        let nearby = image.filled(0.5 + 3 / 65535, 0, 0, 0)
        #expect(
            try Comparison(reference: reference, protocol: .stored(bitDepth: 8)).scores(of: nearby, .after).psnr
                == .infinity)
        let scores = try Comparison(reference: reference, protocol: .stored(bitDepth: 16)).scores(of: nearby, .after)
        let error = 3.0 / 65535
        #expect(abs(scores.psnr + 10 * log10(error * error / Double(image.sampleCount))) < 1e-9)
    }

    @Test("rounding is at half a level, and clips")
    func rounding() throws {
        let reference = PlanarImage(channels: 1, height: 1, width: 6, samples: [0, 10, 11, 255, 0, 1].map { $0 / 255 })
        let image = PlanarImage(
            channels: 1, height: 1, width: 6, samples: [-3, 10.49, 10.51, 400, 0.49, 0.51].map { $0 / 255 })
        let scores = try Comparison(reference: reference, protocol: .awgn8Bit).scores(of: image, .after)
        #expect(scores.psnr == .infinity)
        #expect(try Comparison(reference: reference, protocol: .awgn).scores(of: image, .before).psnr < 20)
    }

    @Test("alpha is not measured")
    func alpha() throws {
        let size = 37 * 53
        let samples = try noisyTestPicture().samples
        func withAlpha(_ value: Float, _ samples: [Float]) -> PlanarImage {
            PlanarImage(
                channels: 4, height: 37, width: 53, samples: samples + [Float](repeating: value, count: size))
        }
        let plain = try Comparison(reference: testPicture(), protocol: .awgn8Bit).scores(of: noisyTestPicture(), .after)
        let comparison = Comparison(reference: withAlpha(0, testPicture().samples), protocol: .awgn8Bit)
        #expect(try comparison.scores(of: withAlpha(1, samples), .after) == plain)
        #expect(try comparison.scores(of: noisyTestPicture(), .after) == plain)
    }
}

@Suite("What cannot be compared")
struct QualityErrorTests {
    @Test(
        "not a number and infinite samples are found, with their place", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(value: Float) throws {
        let image = testPicture().filled(value, 1, 36, 52)
        let expected = QualityError.notFinite(channel: 1, row: 36, column: 52)
        for measured in [MeasurementProtocol.awgn, .awgn8Bit, .awgn.on(.luma)] {
            #expect(throws: expected) {
                try Comparison(reference: testPicture(), protocol: measured).scores(of: image, .before)
            }
        }
        #expect(throws: expected) {
            try Comparison(reference: image, protocol: .awgn).scores(of: testPicture(), .before)
        }
        #expect(!Comparison.isFinite(image))
        #expect(Comparison.isFinite(testPicture()))
    }

    @Test("sizes, colours, channels and borders that do not fit")
    func mismatches() {
        let image = testPicture()
        let comparison = Comparison(reference: image, protocol: .awgn)
        #expect(throws: QualityError.size(foundWidth: 53, foundHeight: 36, expectedWidth: 53, expectedHeight: 37)) {
            try comparison.scores(of: PlanarImage(channels: 3, height: 36, width: 53), .after)
        }
        #expect(throws: QualityError.colour(foundChannels: 1, expectedChannels: 3)) {
            try comparison.scores(of: image.channel(0), .after)
        }
        #expect(throws: QualityError.channels(found: 5)) {
            try comparison.scores(of: PlanarImage(channels: 5, height: 37, width: 53), .after)
        }
        #expect(throws: QualityError.border(width: 53, height: 37, border: 19)) {
            try Comparison(reference: image, protocol: .srRGB(scale: 19)).scores(of: image, .after)
        }
    }

    @Test("protocols say what they are")
    func descriptions() {
        #expect(
            MeasurementProtocol.awgn.description
                == "awgn: channels as stored, border 0, before neither clipped nor rounded, "
                + "after clipped and rounded to 8 bits, range 255")
        #expect(MeasurementProtocol.srY(scale: 2).measuredChannels(colourChannels: 1) == .luma)
        #expect(MeasurementProtocol.awgn.measuredChannels(colourChannels: 1) == .grey)
        #expect(MeasurementProtocol.awgn.measuredChannels(colourChannels: 3) == .rgb)
    }
}
