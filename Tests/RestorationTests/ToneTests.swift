import Foundation
import Imaging
import Restoration
import Tensors
import TestSupport
import Testing

@Suite("Tone")
struct ToneTests {
    /// The picture of `PyTorch/training/tone.py`'s figures below.
    private func picture() -> PlanarImage {
        let image = PlanarImage(channels: 3, height: 60, width: 80)
        for c in 0..<3 {
            for y in 0..<60 {
                for x in 0..<80 {
                    let value = Double((x * 7 + y * 13 + c * 29) % 97) / 96 * (0.7 - 0.1 * Double(c)) + 0.15
                    image.view.row(c, y)[x] = Float((value * 255).rounded() / 255)
                }
            }
        }
        return image
    }

    private func estimate(of image: PlanarImage, rowsAtATime: Int = 7) -> FadingEstimate {
        var estimate = FadingEstimate(height: image.height, width: image.width, channels: min(3, image.channels))
        for first in stride(from: 0, to: image.height, by: rowsAtATime) {
            estimate.add(
                image.view.cropped(rows: first..<min(image.height, first + rowsAtATime), columns: 0..<image.width))
        }
        return estimate
    }

    @Test func figuresAreThoseOfTheReference() throws {
        let estimate = estimate(of: picture())
        let features = [
            0.15822, 0.16725, 0.23882, 0.43610, 0.66492, 0.97072, 1.41656, 1.67554, 1.71483, 0.28348, 0.28856, 0.35700,
            0.54750, 0.76660, 1.05226, 1.44708, 1.67554, 1.71483, 0.41864, 0.43024, 0.49031, 0.67410, 0.87703, 1.12925,
            1.49459, 1.67554, 1.71483,
        ]
        #expect(zip(estimate.features, features).allSatisfy { abs($0 - $1) < 1e-5 })
        let values = FadingEstimate.estimate(features)
        let expected = [0.27945, 0.23910, 0.29235, 0.02126, 0.03895, 0.08980]
        #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 2e-4 }, "\(values)")
        let correction = try #require(estimate.correction)
        let image = picture()
        let toned = PlanarImage(channels: 3, height: 60, width: 80)
        try TonedRowSource(ImageRowSource(image), hasAlpha: false, correction, isNeutral: false).readRows(
            into: toned.view)
        for (place, value) in [
            ((0, 0, 0), 0.06840), ((5, 7, 1), 0.36725), ((30, 41, 2), 0.37832), ((59, 79, 0), 0.49932),
        ] {
            #expect(abs(Double(toned.view.row(place.2, place.0)[place.1]) - value) < 3e-4)
        }
    }

    @Test func theInverseGivesThePictureBack() {
        let correction = ToneCorrection(gains: [1.2, 1.4, 1.1], stains: [0.01, 0.05, 0.12])
        for c in 0..<3 {
            var last = -1.0
            for step in 0...200 {
                let sample = 0.02 + 0.7 * Double(step) / 200
                let result = correction.corrected(sample, channel: c)
                #expect(result >= last, "monotonous")
                last = result
                guard result > 0.001 && result < 0.999 else { continue }
                let density = -log10(ToneCorrection.linear(result)) / correction.gains[c] + correction.stains[c]
                #expect(abs(-log10(ToneCorrection.linear(sample)) - density) < 1e-6)
            }
        }
        let half = correction.scaled(by: 0.5)
        #expect(abs(half.gains[0] * half.gains[0] - 1.2) < 1e-12 && half.stains[2] == 0.06)
        #expect(correction.scaled(by: 0).gains == [1, 1, 1])
    }

    @Test func tablesAreTheFormula() {
        let correction = ToneCorrection(gains: [1.35], stains: [0.08])
        let table = correction.table(ofChannel: 0)
        var samples = (0...1000).map { Float($0) / 1000 }
        let expected = samples.map { correction.corrected(Double($0), channel: 0) }
        samples.withUnsafeMutableBufferPointer { ToneCorrection.apply(table, to: $0.baseAddress!, count: $0.count) }
        #expect(zip(samples, expected).allSatisfy { abs(Double($0) - $1) < 2e-4 })
    }

    @Test func greyStaysGreyAndAlphaStays() throws {
        let faded = PlanarImage(channels: 4, height: 50, width: 50)
        for y in 0..<50 {
            for x in 0..<50 {
                for c in 0..<3 { faded.view.row(c, y)[x] = 0.35 + 0.4 * Float((x * 5 + y * 3) % 50) / 49 }
                faded.view.row(3, y)[x] = Float(x) / 49
            }
        }
        var counted = FadingEstimate(height: 50, width: 50, channels: 3)
        counted.add(faded.view)
        let correction = try #require(counted.correction)
        #expect(correction.gains.count == 1 && counted.isMonochrome)
        let toned = PlanarImage(channels: 4, height: 50, width: 50)
        try TonedRowSource(ImageRowSource(faded), hasAlpha: true, correction, isNeutral: false).readRows(
            into: toned.view)
        #expect(toned.view.hasEqualChannels(of: 3))
        #expect(toned.samples.suffix(2500) == faded.samples.suffix(2500))
        #expect(toned.samples.prefix(2500) != faded.samples.prefix(2500))
    }

    @Test func damageDoesNotCount() {
        let image = picture()
        var mask = PixelMask(height: 60, width: 80)
        let scratched = PlanarImage(channels: 3, height: 60, width: 80)
        scratched.view.copySamples(from: image.view)
        for y in 0..<60 {
            for x in 30..<36 {
                mask[y, x] = 255
                for c in 0..<3 { scratched.view.row(c, y)[x] = 1 }
            }
        }
        var (with, without) = (
            FadingEstimate(height: 60, width: 80, channels: 3), FadingEstimate(height: 60, width: 80, channels: 3)
        )
        with.add(scratched.view, leavingOut: MaskRuns(mask))
        without.add(scratched.view)
        let expected = estimate(of: image).features
        #expect(zip(with.features, expected).allSatisfy { abs($0 - $1) < 0.06 })
        #expect(zip(without.features, expected).contains { abs($0 - $1) > 0.1 })
    }

    @Test func sepiaIsMonochromeAndColoursAreNot() throws {
        let sepia = PlanarImage(channels: 3, height: 50, width: 50)
        for y in 0..<50 {
            for x in 0..<50 {
                let value = Float((x * 5 + y * 3) % 50) / 49
                for (c, high) in [Float(0.95), 0.85, 0.65].enumerated() {
                    sepia.view.row(c, y)[x] = 0.1 + (high - 0.1) * value
                }
            }
        }
        #expect(estimate(of: sepia).isMonochrome)
        #expect(!estimate(of: picture()).isMonochrome)
        let neutral = PlanarImage(channels: 3, height: 50, width: 50)
        try TonedRowSource(ImageRowSource(sepia), hasAlpha: false, nil, isNeutral: true).readRows(into: neutral.view)
        #expect(neutral.view.hasEqualChannels)
    }
}

extension PlanarView {
    fileprivate func hasEqualChannels(of count: Int) -> Bool { channels(from: 0, count: count).hasEqualChannels }
}
