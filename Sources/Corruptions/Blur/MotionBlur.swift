import Foundation
public import Tensors

/// Blur along a line, as of a camera that moved while the shutter was open; edges are mirrored.
///
/// The line is a segment `length` - 1 pixels long with the pixel at its middle; a neighbour's weight is 1 less its
/// distance from the segment in pixels, not under 0, and the weights are divided by their sum (as `fspecial('motion')`
/// of MATLAB defines it). At angle 0 that is the mean of `length` pixels in a row where the length is odd.
public struct MotionBlur: CorruptionStep {
    /// The length of the line in pixels, 1 to 100; 1 blurs nothing.
    public var length: Double
    /// The angle of the line in degrees, counter-clockwise from the right, -360 to 360.
    public var angle: Double

    /// Creates a blur of a length in pixels at an angle in degrees.
    public init(length: Double, angle: Double = 0) {
        self.length = length
        self.angle = angle
    }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) {
        self.init(length: values.number("length"), angle: values.number("angle"))
    }

    public static let kind = CorruptionKind(
        name: "motion",
        summary: "blur along a line of a length in pixels (1 to 100) at an angle in degrees, counter-clockwise",
        parameters: [
            .init(name: "length", form: .number(1...100), standard: nil),
            .init(name: "angle", form: .number(-360...360), standard: "0"),
        ],
        example: "motion:length=9:angle=30")

    public var description: String {
        "motion:\(CorruptionText.number(length)):angle=\(CorruptionText.number(angle))"
    }

    /// A neighbour and its weight.
    private struct Tap {
        var dy: Int
        var dx: Int
        var weight: Float
    }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        let (taps, margin) = taps()
        MirroredPlane.forEach(source, margin: margin) { c, plane in
            for y in 0..<source.height {
                let result = target.row(c, y)
                for x in 0..<source.width { result[x] = 0 }
                for tap in taps {
                    let row = plane.row(y + margin + tap.dy) + margin + tap.dx
                    for x in 0..<source.width { result[x] += tap.weight * row[x] }
                }
            }
        }
    }

    private func taps() -> (taps: [Tap], margin: Int) {
        let half = (length - 1) / 2
        let radians = angle * .pi / 180
        // Rows count downwards.
        let (right, down) = (cos(radians), -sin(radians))
        let margin = Int(half.rounded(.up)) + 1
        var weights: [(dy: Int, dx: Int, weight: Double)] = []
        for dy in -margin...margin {
            for dx in -margin...margin {
                let along = Double(dx) * right + Double(dy) * down
                let beside = Double(dy) * right - Double(dx) * down
                let beyond = max(0, abs(along) - half)
                let weight = 1 - (beside * beside + beyond * beyond).squareRoot()
                // What rounding leaves of 0 is no tap.
                if weight > 1e-12 { weights.append((dy, dx, weight)) }
            }
        }
        let sum = weights.reduce(0) { $0 + $1.weight }
        return (weights.map { Tap(dy: $0.dy, dx: $0.dx, weight: Float($0.weight / sum)) }, margin)
    }
}
