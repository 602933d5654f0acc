public import Tensors

/// A shape of 32x32 pixels on black that six independent factors decide, after dSprites (Matthey et al. 2017): data of which
/// it is known what varies, so that it can be measured how far the numbers of a latent are these factors.
///
/// The drawing never changes: a test holds a hash of it. It is the same on every machine: of Float64 only what IEEE 754
/// rounds in one way takes part. Samples are those of an 8-bit file.
public struct FactorShape: Sendable, Hashable {
    /// A factor: what varies, and how many values it has.
    public enum Factor: String, Sendable, CaseIterable {
        /// Square, ellipse, heart.
        case form
        /// Radius of the circle around it, from 3 to 8 pixels.
        case size
        /// Turned clockwise, in steps of 9 degrees.
        case angle
        /// Column of the centre, from 8.5 to 23.5 pixels.
        case x
        /// Row of the centre, from 8.5 to 23.5 pixels.
        case y
        /// Colour of the wheel from red over green and blue, in steps of 45 degrees.
        case hue

        /// The number of values, from 0 on.
        public var count: Int {
            switch self {
            case .form: 3
            case .size: 6
            case .angle: 40
            case .x, .y: 16
            case .hue: 8
            }
        }
    }

    /// The names of the forms by their values.
    public static let formNames = ["square", "ellipse", "heart"]
    /// The side of the picture in pixels.
    public static let side = 32
    /// The number of different shapes.
    public static let count = Factor.allCases.reduce(1) { $0 * $1.count }

    /// The values, in the order of `Factor.allCases`.
    public let values: [Int]

    /// Creates a shape of given values, in the order of `Factor.allCases`.
    ///
    /// - Precondition: each is 0 ..< the factor's count.
    public init(values: [Int]) {
        precondition(values.count == Factor.allCases.count)
        for (factor, value) in zip(Factor.allCases, values) { precondition((0..<factor.count).contains(value)) }
        self.values = values
    }

    /// Draws the values of a shape, each factor by itself: a pure function of a seed and a number.
    public init(seed: UInt64, index: Int) {
        var random = RandomStream(seed: seed, index)
        values = Factor.allCases.map { random.integer(below: $0.count) }
    }

    /// The samples `[32, 32, 3]`: row, column, channel; 0...255.
    public var bytes: [UInt8] {
        let (form, size, angle) = (values[0], values[1], values[2])
        let (x, y, hue) = (values[3], values[4], values[5])
        let radius = Double(3 + size)
        let (cosine, sine) = Self.direction(angle)
        let (centreX, centreY) = (8.5 + Double(x), 8.5 + Double(y))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.side * Self.side * 3)
        for row in 0..<Self.side {
            for column in 0..<Self.side {
                // Of 64 places within the pixel, those inside the shape.
                var inside = 0
                for place in 0..<64 {
                    let dx = Double(column) + (Double(place % 8) + 0.5) / 8 - centreX
                    let dy = Double(row) + (Double(place / 8) + 0.5) / 8 - centreY
                    let u = (dx * cosine + dy * sine) / radius
                    let v = (dy * cosine - dx * sine) / radius
                    if Self.contains(form, u, v) { inside += 1 }
                }
                for level in Self.colours[hue] { bytes.append(UInt8((level * inside + 32) / 64)) }
            }
        }
        return bytes
    }

    /// The picture: 3 channels of 0...1.
    public var image: PlanarImage {
        let (bytes, pixels) = (bytes, Self.side * Self.side)
        return PlanarImage(
            channels: 3, height: Self.side, width: Self.side,
            samples: (0..<3 * pixels).map { Float(bytes[$0 % pixels * 3 + $0 / pixels]) / 255 })
    }

    /// Red, green and blue of the hues, 0...255.
    private static let colours = [
        [255, 0, 0], [255, 191, 0], [128, 255, 0], [0, 255, 64], [0, 255, 255], [0, 64, 255], [128, 0, 255],
        [255, 0, 191],
    ]

    /// Returns cosine and sine of a number of steps of 9 degrees.
    private static func direction(_ steps: Int) -> (cosine: Double, sine: Double) {
        let (c, s) = (0.98768834059513777, 0.15643446504023087)
        var (cosine, sine) = (1.0, 0.0)
        for _ in 0..<steps { (cosine, sine) = (cosine * c - sine * s, sine * c + cosine * s) }
        return (cosine, sine)
    }

    /// Returns true for a place within a form, whose surrounding circle has the radius 1; `v` grows downwards. Places on the
    /// outline are within, whatever rounding does to them.
    private static func contains(_ form: Int, _ u: Double, _ v: Double) -> Bool {
        let rounding = 1e-9
        switch form {
        case 0: return max(abs(u), abs(v)) <= 0.70710678118654752 + rounding
        case 1: return u * u + 4 * v * v <= 1 + rounding
        default:
            // The curve (a² + b² - 1)³ = a² b³, 1.25 at most from its centre.
            let (a, b) = (1.25 * u, -1.25 * v)
            let power = a * a + b * b - 1
            return power * power * power <= a * a * (b * b * b) + rounding
        }
    }
}
