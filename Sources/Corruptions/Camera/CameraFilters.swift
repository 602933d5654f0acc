import Foundation
import Tensors

/// The filters that noise passes behind the tone curve, and the strength that it has before it: calibrated, so that the
/// deviation in the middle tone is what was asked for.
///
/// The pipeline between a raw pixel and the result is linear for little noise, so the variance follows from its
/// responses to one noisy pixel of each of the mosaic's four phases: 5x5 pixels, then the blurs, whose effect is a sum
/// over the autocorrelations of both.
struct CameraFilters: Sendable {
    /// Weights of the luma's blur and sharpening along one direction, odd in number, of sum 1.
    let luma: [Float]
    let chroma: [Float]
    /// Factors of luma noise and colour noise that come with the second direction.
    let lumaGain: Float
    let chromaGain: Float
    /// Variance of the noise on a raw value: `shot` times the value, and `read`.
    let shot: Double
    let read: Double

    init(_ noise: CameraNoise, sensor: CameraSensor, curve: ToneCurve, isGrey: Bool) {
        let smooth = Self.gaussian(noise.blur)
        let luma = Self.convolved(smooth, [-noise.sharpen, 1 + 2 * noise.sharpen, -noise.sharpen])
        let chroma = Self.gaussian((noise.blur * noise.blur + noise.chroma * noise.chroma).squareRoot())
        let middle = curve.middle
        // Deviations in parts of that of green in the middle tone.
        let deviations = sensor.gains.map { ((1 - noise.read) / $0 + noise.read).squareRoot() }
        let (ofLuma, mixed, ofChroma) = (
            Self.correlation(luma, luma), Self.correlation(luma, chroma), Self.correlation(chroma, chroma)
        )
        var (before, lumaVariance, covariance, chromaVariance) = (0.0, 0.0, 0.0, 0.0)
        for phase in 0..<4 {
            let responses = Self.responses(
                of: noise.demosaicing, phaseX: phase & 1, phaseY: phase >> 1, sensor: sensor, deviations: deviations)
            let brightness = responses[0].indices.map {
                CameraRows.red * responses[0][$0] + CameraRows.green * responses[1][$0]
                    + CameraRows.blue * responses[2][$0]
            }
            lumaVariance += Self.variance(brightness, brightness, ofLuma) / 4
            for response in responses {
                before += response.reduce(0) { $0 + $1 * $1 } / 12
                guard !isGrey else { continue }
                let colour = zip(response, brightness).map { $0 - $1 }
                covariance += Self.variance(brightness, colour, mixed) / 12
                chromaVariance += Self.variance(colour, colour, ofChroma) / 12
            }
        }
        let strength = chromaVariance > 0 ? noise.colour * (lumaVariance / chromaVariance).squareRoot() : 0
        let after = lumaVariance + 2 * strength * covariance + strength * strength * chromaVariance
        // A channel's noise meets the curve as strong as noise is to be in the end; the filters' gain sees to the rest.
        let deviation = noise.sigma / curve.middleSlope
        let variance = deviation * deviation / before
        shot = (1 - noise.read) * variance / middle
        read = noise.read * variance
        let gain = (before / after).squareRoot() / curve.amplification(of: deviation)
        self.luma = luma.map(Float.init)
        self.chroma = chroma.map(Float.init)
        lumaGain = Float(gain)
        chromaGain = Float(gain * strength)
    }

    /// The widest filter's radius.
    var radius: Int { max(luma.count, chroma.count) / 2 }

    /// Normalised weights; the one weight 1 for no blur.
    private static func gaussian(_ deviation: Double) -> [Double] {
        guard deviation > 0 else { return [1] }
        let radius = Int((3 * deviation).rounded(.up))
        let raw = (-radius...radius).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum }
    }

    private static func convolved(_ a: [Double], _ b: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: a.count + b.count - 1)
        for (i, left) in a.enumerated() {
            for (j, right) in b.enumerated() { result[i + j] += left * right }
        }
        return result
    }

    /// The sums over i of `a[i] * b[i + d]` for d = -4...4, both counted from their middles.
    private static func correlation(_ a: [Double], _ b: [Double]) -> [Double] {
        (-4...4).map { d in
            a.indices.reduce(0) { sum, i in
                let j = i - a.count / 2 + d + b.count / 2
                return b.indices.contains(j) ? sum + a[i] * b[j] : sum
            }
        }
    }

    /// The sum over all pixels of the product of two 5x5 responses after their filters, whose correlation is given.
    private static func variance(_ a: [Double], _ b: [Double], _ correlation: [Double]) -> Double {
        var sum = 0.0
        for i in 0..<25 where a[i] != 0 {
            for j in 0..<25 {
                sum += a[i] * b[j] * correlation[4 + i / 5 - j / 5] * correlation[4 + i % 5 - j % 5]
            }
        }
        return sum
    }

    /// The response of the 5x5 pixels around one noisy raw pixel of a phase, in red, green and blue.
    private static func responses(
        of demosaicing: CameraNoise.Demosaicing, phaseX: Int, phaseY: Int, sensor: CameraSensor, deviations: [Double]
    ) -> [[Double]] {
        let field = PlanarImage(channels: 1, height: 9, width: 9)
        let colours = PlanarImage(channels: 3, height: 5, width: 5)
        field.view.row(0, 4)[4] = Float(deviations[phaseX + phaseY])
        for y in 0..<5 {
            // The noisy pixel is the third of the third row.
            demosaicing.write(
                (0..<5).map { field.view.row(0, y + $0) }, phaseY: (y + phaseY) & 1, phaseX: phaseX,
                red: colours.view.row(0, y), green: colours.view.row(1, y), blue: colours.view.row(2, y), count: 5)
        }
        let samples = colours.samples
        return (0..<3).map { c in
            var sums = [Double](repeating: 0, count: 25)
            for k in 0..<3 {
                for i in 0..<25 { sums[i] += sensor.developing[3 * c + k] * Double(samples[25 * k + i]) }
            }
            return sums
        }
    }
}
