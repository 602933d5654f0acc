import Foundation
import Quality
import Reports

/// The reasons why a result without a reference needs review, in words.
///
/// The bounds, of the 25 `gb82` photographs: under white noise of sigma 10, 25 and 50 and as they are none passes one,
/// restored by `1x-Scan-S` or `1x-Denoise-M`. Under grain of 12 and JPEG of quality 40 two do by `1x-Scan-S` (sand and
/// flowers: texture that is taken for grain comes out otherwise when it is turned), and under grain all by
/// `1x-Denoise-M`, which leaves it. Farthest towards the bounds: two thirds to 1.06 of the noise taken away,
/// neighbours' correlation 0.08 above the noise's, 0.15 with edges where the residual was 2 levels and more, a
/// disagreement of 2.7 levels under sigma 10 and 1.4 without noise.
struct ResultReview {
    let remarks: [String]

    /// Reviews a result.
    ///
    /// - Parameters:
    ///   - residual: the figures of the whole picture's residual.
    ///   - examination: the examination of its middle, where that is large enough.
    ///   - noise: the noise of the picture before.
    ///   - strength: the share of the restored picture in the output.
    init(_ residual: ResidualFigures, examination: PartExamination?, noise: NoiseEstimate, strength: Double) {
        var remarks: [String] = []
        let sigma = noise.sigma * 255
        let (taken, expected) = (residual.deviation, sigma * strength)
        let names = residual.means.count == 3 ? ["red", "green", "blue"] : ["grey"]
        for (channel, (name, mean)) in zip(names, residual.means).enumerated() {
            // Noise that black cuts off has a mean of 0.8 sigma a sample cut off at most, by which the picture becomes
            // darker; at white brighter.
            let cut = mean > 0 ? residual.black[channel] : residual.white[channel]
            guard abs(mean) > max(1.5, sigma / 12) + sigma * cut else { continue }
            let direction = mean < 0 ? "brighter" : "darker"
            remarks.append("the mean of \(name) became \(direction) by \(Self.text(abs(mean))) levels")
        }
        if sigma >= 5, taken < 0.5 * expected {
            remarks.append(
                "little was taken away: \(Self.text(taken)) levels, the noise is estimated at \(Self.text(sigma))")
        }
        if taken > 1.25 * expected + 3 {
            remarks.append(
                "more was taken away than noise: \(Self.text(taken)) levels, the noise is estimated at "
                    + Self.text(sigma))
        }
        if taken >= 2, residual.neighbourCorrelation > noise.neighbourCorrelation + 0.3 {
            remarks.append(
                "what was taken away has structure: neighbours correlate by \(Self.text(residual.neighbourCorrelation, 2)), "
                    + "those of the noise by \(Self.text(noise.neighbourCorrelation, 2))")
        }
        if taken >= 2, residual.edgeCorrelation > 0.35 {
            remarks.append(
                "what was taken away lies at edges: it correlates with them by \(Self.text(residual.edgeCorrelation, 2))"
            )
        }
        if let examination = examination?.figures, examination.disagreement > Self.greatestDisagreement(sigma: sigma) {
            remarks.append(
                "turned and mirrored, the middle of the picture comes out otherwise, by "
                    + "\(Self.text(examination.disagreement)) levels")
        }
        if let expected = examination?.figures.expectedPSNR, expected.after < expected.before {
            remarks.append(
                "restoring is expected to lose \(Self.text(expected.before - expected.after)) dB in the middle of the picture (Stein's estimate)"
            )
        }
        self.remarks = remarks
    }

    private static func greatestDisagreement(sigma: Double) -> Double { 1.5 + sigma / 8 }

    private static func text(_ value: Double, _ places: Int = 1) -> String { String(format: "%.\(places)f", value) }
}
