import Quality
import Tensors
import Testing

/// Pictures rounded to different depths are compared on one scale, the finer one's.
@Suite struct MixedDepthTests {
    private func protocolOf(
        _ reference: MeasurementProtocol.Rounding, _ after: MeasurementProtocol.Rounding
    ) -> MeasurementProtocol {
        MeasurementProtocol(
            name: "mixed", channels: .stored, border: 0, referenceRounding: reference, beforeRounding: after,
            afterRounding: after)
    }

    @Test(arguments: [(4, 8), (8, 16), (16, 8), (4, 16), (3, 3), (3, 8)])
    func whatIsTheSameIsTheSameAtEveryDepth(reference: Int, after: Int) throws {
        // Levels of the coarser depth are levels of the finer one.
        let coarse = (1 << min(reference, after)) - 1
        let picture = PlanarImage(
            channels: 1, height: 16, width: 16, samples: (0..<256).map { Float($0 * 7 % (coarse + 1)) / Float(coarse) })
        let comparison = Comparison(reference: picture, protocol: protocolOf(.bits(reference), .bits(after)))
        // 8 bits are no whole number of steps of 3.
        let figures = try comparison.figures(of: picture, .after, metrics: [.psnr])
        if (reference, after) == (3, 8) {
            #expect(figures.psnr > 50 && figures.maximumDifference <= 0.5)
        } else {
            #expect(figures.psnr == .infinity && figures.maximumDifference == 0)
        }
    }

    @Test func aDifferenceCountsInLevelsOf255() throws {
        let reference = PlanarImage(
            channels: 1, height: 16, width: 16, samples: Array(repeating: 100.0 / 255, count: 256))
        let moved = PlanarImage(channels: 1, height: 16, width: 16, samples: Array(repeating: 110.0 / 255, count: 256))
        for (first, second) in [(8, 16), (16, 8), (8, 8)] {
            let figures = try Comparison(reference: reference, protocol: protocolOf(.bits(first), .bits(second)))
                .figures(of: moved, .after, metrics: [.psnr])
            #expect(abs(figures.maximumDifference - 10) < 1e-4, "\(first) and \(second) bits")
        }
    }
}
