import Foundation
public import Tensors

/// Noise as a camera makes it: on a sensor's raw values, developed as the camera develops them, and added to the clean
/// picture, which else stays as it is.
///
/// The clean picture is taken back to a sensor's light: the tone curve, the colour matrix and the white balance are
/// undone. There each pixel of a Bayer mosaic gets normal noise of variance shot * value + read, the model of Foi,
/// Trimeche, Katkovnik and Egiazarian ("Practical Poissonian-Gaussian noise modeling and fitting for single-image
/// raw-data", 2008). The noise is demosaiced, goes through the white balance, the matrix and the tone curve, and is
/// then treated as cameras treat it: blurred, its colours more than its luma, and sharpened. What is added is the
/// difference that the noise makes, so the clean picture is what remains without it: neither sharper nor softer. The
/// mean over all noise is 0 in every tone, as it is beside a clean picture that is the mean of many shots.
///
/// The order of the random numbers: five uniform numbers (warmth of the light, colour matrix, contrast, the mosaic's
/// phase across and down), then, unless sigma is 0, row by row one normal number for every pixel of the picture and a
/// margin around it. The margin repeats the picture's edge; it is as wide as the blurs and the demosaicing need.
///
/// Grey pictures get the luma's part of the noise that the same grey in three channels gets, with sigma its deviation.
/// Three equal channels are colour.
///
/// What neighbours and channels share in the middle tone, and how strong noise is in a light grey (0.85) in parts of
/// that in a dark one (0.15), as measured; cameras differ by about 0.02, 0.05 and a tenth:
///
/// | parameters | neighbours | channels | light / dark |
/// |---|---|---|---|
/// | none | 0.60 | 0.31 | 0.69 |
/// | `blur=0.35:colour=1.45` | 0.59 | 0.11 | |
/// | `blur=0.62:colour=0.6` | 0.59 | 0.67 | |
/// | `blur=0.7:colour=1.45` | 0.77 | 0.10 | |
/// | `blur=0.9:colour=0.6` | 0.76 | 0.67 | |
/// | `blur=0:chroma=0:sharpen=0` | 0.40 | 0.42 | |
/// | `demosaic=bilinear` | 0.70 | 0.22 | |
/// | `chroma=3` | 0.65 | 0.29 | |
/// | `read=0.2` | | | 0.56 |
/// | `read=0` | | | 0.95 |
/// | `gamma=1.5:read=0` | | | 1.5 |
/// | `gamma=1:read=0` | | | 2.1 (2.0 to 2.4) |
///
/// Published pairs of noisy and clean photographs show 0.59 to 0.76, 0.10 to 0.67 and 0.55 to 2.4. So
/// `camera:1-12:read=0-0.2:gamma=1-2.4:blur=0.3-0.9:chroma=0.5-2:colour=0.6-1.45` covers them.
public struct CameraNoise: CorruptionStep {
    /// The deviation in the middle tone, the root of the mean square over the channels, on 0...1: up to 75 / 255.
    public var sigma: Double
    /// The share of read noise in the variance of green in the middle tone, 0 to 1; the rest follows the light.
    public var read: Double
    /// The exponent of the tone curve, 1 to 3.
    public var gamma: Double
    /// The standard deviation of the blur of the noise in pixels, 0 to 3.
    public var blur: Double
    /// The sharpening of the noise after that, 0 to 1: the share of the second difference that is taken away, along
    /// rows and along columns.
    public var sharpen: Double
    /// The standard deviation of a further blur of the colour noise in pixels, 0 to 5.
    public var chroma: Double
    /// The deviation of the colour noise in parts of the luma noise's, after both blurs, 0 to 3.
    public var colour: Double
    /// The interpolation of the colours that a pixel of the sensor does not see.
    public var demosaicing: Demosaicing
    /// The extent, 0 to 1, to which light, colour matrix and contrast vary: 0 for those of an ordinary camera in
    /// daylight alone.
    public var vary: Double

    /// Creates the noise of a camera; the ranges are those of the properties.
    ///
    /// - Parameter sigma: on 0...255, as in the text.
    public init(
        sigma: Double, read: Double = 0.1, gamma: Double = 2.2, blur: Double = 0.5, sharpen: Double = 0.1,
        chroma: Double = 1, colour: Double = 1.1, demosaicing: Demosaicing = .malvar, vary: Double = 1
    ) {
        self.sigma = sigma / 255
        self.read = read
        self.gamma = gamma
        self.blur = blur
        self.sharpen = sharpen
        self.chroma = chroma
        self.colour = colour
        self.demosaicing = demosaicing
        self.vary = vary
    }

    /// Creates the step from checked values of the parameters of `kind`.
    public init(_ values: CorruptionValues) {
        self.init(
            sigma: values.number("sigma"), read: values.number("read"), gamma: values.number("gamma"),
            blur: values.number("blur"), sharpen: values.number("sharpen"), chroma: values.number("chroma"),
            colour: values.number("colour"), demosaicing: Demosaicing(rawValue: values.choice("demosaic")) ?? .malvar,
            vary: values.number("vary"))
    }

    public static let kind = CorruptionKind(
        name: "camera",
        summary: "noise of a camera's sensor, developed as cameras do; sigma is its deviation in the middle tone (0 to "
            + "75); read (0 to 1), the share of noise that does not follow the light; gamma (1 to 3) of the tone curve; "
            + "blur (0 to 3) and sharpen (0 to 1) of the noise; chroma (0 to 5), further blur of the colour noise, and "
            + "colour (0 to 3), its strength; demosaic bilinear or malvar; vary (0 to 1): how different cameras are",
        parameters: [
            .init(name: "sigma", form: .number(0...75), standard: nil),
            .init(name: "read", form: .number(0...1), standard: "0.1"),
            .init(name: "gamma", form: .number(1...3), standard: "2.2"),
            .init(name: "blur", form: .number(0...3), standard: "0.5"),
            .init(name: "sharpen", form: .number(0...1), standard: "0.1"),
            .init(name: "chroma", form: .number(0...5), standard: "1"),
            .init(name: "colour", form: .number(0...3), standard: "1.1"),
            .init(name: "demosaic", form: .choice(Demosaicing.allCases.map(\.rawValue)), standard: "malvar"),
            .init(name: "vary", form: .number(0...1), standard: "1"),
        ],
        example: "camera:6")

    /// Parameters with their standard values are left out.
    public var description: String {
        var values: [(name: String, text: String)] = [
            ("read", CorruptionText.number(read)), ("gamma", CorruptionText.number(gamma)),
            ("blur", CorruptionText.number(blur)), ("sharpen", CorruptionText.number(sharpen)),
            ("chroma", CorruptionText.number(chroma)), ("colour", CorruptionText.number(colour)),
            ("demosaic", demosaicing.rawValue), ("vary", CorruptionText.number(vary)),
        ]
        values.removeAll { value in
            Self.kind.parameters.contains { $0.name == value.name && $0.standard == value.text }
        }
        return values.reduce("camera:\(CorruptionText.level(sigma))") { $0 + ":\($1.name)=\($1.text)" }
    }

    public var isNoise: Bool { true }

    public func apply(
        from source: PlanarView, to target: PlanarView, random: inout some RandomNumbers
    ) throws(CorruptionError) {
        /// A value between the typical one (`vary` 0) and a random one of the range (`vary` 1).
        func draw(_ range: ClosedRange<Double>, typical: Double) -> Double {
            typical + vary * (random.uniform(in: range) - typical)
        }
        let sensor = CameraSensor(
            warmth: draw(0...1, typical: 0.3), separation: draw(0.4...1.1, typical: 0.8))
        let contrast = draw(0...0.6, typical: 0.3)
        let (phaseX, phaseY) = (random.index(below: 2), random.index(below: 2))
        guard sigma > 0, source.height > 0, source.width > 0 else { return target.copySamples(from: source) }
        let curve = ToneCurve(gamma: gamma, contrast: contrast)
        let filters = CameraFilters(self, sensor: sensor, curve: curve, isGrey: source.channels != 3)
        CameraRows(
            of: source, sensor: sensor, curve: curve, demosaicing: demosaicing, filters: filters, phaseX: phaseX,
            phaseY: phaseY
        ).addNoise(to: target, random: &random)
    }
}
