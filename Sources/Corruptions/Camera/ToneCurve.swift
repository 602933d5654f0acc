import Foundation

/// The tone curve by which a camera makes a picture of linear light: a power with a linear toe, then an S.
///
/// With x the light on 0...1, b the toe and c the contrast: s = ((x + b)^(1/gamma) - b^(1/gamma)) / ((1 + b)^(1/gamma)
/// - b^(1/gamma)), and the result is s + c (3 s^2 - 2 s^3 - s). A gamma of 1 and no contrast give the light itself.
/// Both directions are looked up in tables and interpolated linearly between their entries; the errors are below a
/// hundredth of a grey level.
struct ToneCurve: Sendable {
    /// So small that it shows in the blacks only, where a power alone would be infinitely steep.
    static let toe = 0.008

    let gamma: Double
    /// 0...0.9: a curve that is level at black and white cannot be undone.
    let contrast: Double
    private let tones: [Float]
    private let lights: [Float]
    private static let steps = 512

    init(gamma: Double, contrast: Double) {
        self.gamma = gamma
        self.contrast = contrast
        var (tones, lights): ([Float], [Float]) = ([], [])
        tones.reserveCapacity(Self.steps + 2)
        lights.reserveCapacity(Self.steps + 2)
        for k in 0...Self.steps {
            let place = Double(k) / Double(Self.steps)
            tones.append(Float(Self.tone(of: place * place, gamma: gamma, contrast: contrast)))
            lights.append(Float(Self.light(of: place, gamma: gamma, contrast: contrast)))
        }
        // So that the place of 1 has a right neighbour.
        self.tones = tones + [1]
        self.lights = lights + [1]
    }

    /// The tone of light within 0...1.
    static func tone(of light: Double, gamma: Double, contrast: Double) -> Double {
        let low = pow(toe, 1 / gamma)
        let s = (pow(light + toe, 1 / gamma) - low) / (pow(1 + toe, 1 / gamma) - low)
        return s + contrast * (3 * s * s - 2 * s * s * s - s)
    }

    /// The light of a tone within 0...1; the S is undone by Newton's method.
    static func light(of tone: Double, gamma: Double, contrast: Double) -> Double {
        var s = tone
        if contrast > 0 {
            for _ in 0..<6 {
                let value = s + contrast * (3 * s * s - 2 * s * s * s - s)
                s = max(0, min(1, s - (value - tone) / (1 + contrast * (6 * s - 6 * s * s - 1))))
            }
        }
        let low = pow(toe, 1 / gamma)
        return max(0, pow(s * (pow(1 + toe, 1 / gamma) - low) + low, gamma) - toe)
    }

    /// The light of the middle tone, 0.5.
    var middle: Double { Self.light(of: 0.5, gamma: gamma, contrast: contrast) }

    /// The slope of the curve in the middle tone.
    var middleSlope: Double {
        let low = pow(Self.toe, 1 / gamma)
        let inner = pow(middle + Self.toe, 1 / gamma - 1) / gamma / (pow(1 + Self.toe, 1 / gamma) - low)
        // The S goes through the middle with a slope of 1 + contrast / 2.
        return inner * (1 + contrast / 2)
    }

    /// Writes the light of `count` tones, which are clipped to 0...1.
    func writeLights(of tones: UnsafePointer<Float>, to result: UnsafeMutablePointer<Float>, count: Int) {
        lights.withUnsafeBufferPointer { lights in
            for x in 0..<count { result[x] = Self.value(max(0, min(1, tones[x])), in: lights) }
        }
    }

    /// Replaces noise on light by the noise that it makes in the tones: half of the difference of the tones with the
    /// noise added and taken away, both clipped to 0...1.
    ///
    /// So noise of mean 0 stays so at every brightness, as in pairs whose clean picture is the mean of many.
    func bend(_ noise: UnsafeMutablePointer<Float>, at lights: UnsafePointer<Float>, count: Int) {
        tones.withUnsafeBufferPointer { tones in
            for x in 0..<count {
                let brighter = Self.value(max(0, min(1, lights[x] + noise[x])).squareRoot(), in: tones)
                let darker = Self.value(max(0, min(1, lights[x] - noise[x])).squareRoot(), in: tones)
                noise[x] = 0.5 * (brighter - darker)
            }
        }
    }

    /// The linear interpolation between the two entries of a table beside `place`, 0...1.
    @inline(__always)
    private static func value(_ place: Float, in table: UnsafeBufferPointer<Float>) -> Float {
        let position = place * Float(steps)
        let index = Int(position)
        let (left, right) = (table[index], table[index + 1])
        return left + (position - Float(index)) * (right - left)
    }

    /// By how much more than its slope says the curve amplifies noise of deviation `deviation` on the light of the
    /// middle tone: 1 for little noise; clipping makes it less, the curve's bend more.
    func amplification(of deviation: Double) -> Double {
        guard deviation > 0 else { return 1 }
        // The normal distribution's integral by steps of a quarter of its deviation.
        var (squares, weights) = (0.0, 0.0)
        for k in 1...16 {
            let z = Double(k) / 4
            let weight = exp(-z * z / 2)
            func tone(_ light: Double) -> Double {
                Self.tone(of: max(0, min(1, light)), gamma: gamma, contrast: contrast)
            }
            let half = 0.5 * (tone(middle + z * deviation) - tone(middle - z * deviation))
            squares += weight * half * half
            weights += weight * z * z
        }
        return (squares / weights).squareRoot() / (deviation * middleSlope)
    }
}
