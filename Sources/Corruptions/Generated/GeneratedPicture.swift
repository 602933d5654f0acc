public import Tensors

/// A picture that no camera took: drawn by a program from a kind and a seed, without noise.
///
/// Networks that have seen photographs alone destroy patterns, text and strong colours. These pictures are for training
/// on such things and for test sets of them. A picture is a pure function of its kind, its seed and its size, and the
/// same on every machine: of Float32 only what IEEE 754 rounds in one way takes part, and no function of a C library.
/// Samples are those of an 8-bit file.
public struct GeneratedPicture: Sendable, Hashable {
    /// The kind of the picture.
    public var kind: Kind
    /// The seed: pictures of one kind and size differ by it alone.
    public var seed: UInt64

    /// Creates the picture of a kind and a seed; nothing is drawn yet.
    public init(_ kind: Kind, seed: UInt64) {
        self.kind = kind
        self.seed = seed
    }

    /// True where the three channels are equal; of every kind some pictures are grey.
    public var isGrey: Bool {
        var random = stream
        return random.uniform() < kind.greyShare
    }

    private var stream: RandomStream { RandomStream(seed: seed, kind.number) }

    /// The picture as 3 channels of 0...1.
    public func image(height: Int, width: Int) -> PlanarImage {
        let image = PlanarImage(channels: 3, height: height, width: width)
        draw(on: image.view)
        return image
    }

    /// Fills `picture`, which has 3 channels and at least one pixel.
    public func draw(on picture: PlanarView) {
        precondition(picture.channels == 3 && picture.height > 0 && picture.width > 0)
        var random = stream
        let isGrey = random.uniform() < kind.greyShare
        kind.draw(on: picture, random: &random)
        if isGrey { picture.removeColour() }
        for c in 0..<3 {
            for y in 0..<picture.height {
                let row = picture.row(c, y)
                for x in 0..<picture.width { row[x] = Wave.rounded(max(0, min(1, row[x])) * 255) / 255 }
            }
        }
    }
}

extension GeneratedPicture {
    /// The subject that is drawn. The raw value is the kind's name on the command line.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case checker
        case lines
        case orderedDither = "ordered-dither"
        case diffusedDither = "diffused-dither"
        case halftone
        case weave
        case grid
        case grating
        case text
        case lineArt = "line-art"
        case screenshot
        case pixelArt = "pixel-art"
        case chart
        case gradient
        case stars
        case flats

        /// A description of the kind in a few words.
        public var summary: String {
            switch self {
            case .checker: "fields of 1 to 8 pixels in two colours"
            case .lines: "columns, rows or dots of 1 to 4 pixels"
            case .orderedDither: "Bayer's dither of shadings, 1 bit"
            case .diffusedDither: "error diffusion of shadings, 2 to 6 levels"
            case .halftone: "printers' screens of 2 to 8 pixels, also in four colours"
            case .weave: "woven texture on smooth shading"
            case .grid: "tables and graph paper"
            case .grating: "sine and square waves at any angle, zone plates"
            case .text: "paragraphs, tables of figures, contents with leader dots"
            case .lineArt: "thin curves and hatching"
            case .screenshot: "windows, panels, icons, small text"
            case .pixelArt: "sprites of few colours, enlarged"
            case .chart: "axes, lines, bars and labels"
            case .gradient: "smooth courses between several colours"
            case .stars: "faint points on a dark sky"
            case .flats: "flat areas in strong colours beside grey"
            }
        }

        /// The share of pictures that have no colour.
        var greyShare: Double {
            switch self {
            case .checker, .lines, .weave, .grating, .lineArt: 0.4
            case .orderedDither, .diffusedDither, .halftone, .text: 0.6
            case .grid, .chart, .gradient, .stars: 0.3
            case .screenshot, .pixelArt, .flats: 0.1
            }
        }

        /// A number of its own, which pictures of the kind are drawn with.
        var number: Int {
            switch self {
            case .checker: 1
            case .lines: 2
            case .orderedDither: 3
            case .diffusedDither: 4
            case .halftone: 5
            case .weave: 6
            case .grid: 7
            case .grating: 8
            case .text: 9
            case .lineArt: 10
            case .screenshot: 11
            case .pixelArt: 12
            case .chart: 13
            case .gradient: 14
            case .stars: 15
            case .flats: 16
            }
        }

        fileprivate func draw(on picture: PlanarView, random: inout RandomStream) {
            switch self {
            case .checker: picture.drawChecker(random: &random)
            case .lines: picture.drawLines(random: &random)
            case .orderedDither: picture.drawOrderedDither(random: &random)
            case .diffusedDither: picture.drawDiffusedDither(random: &random)
            case .halftone: picture.drawHalftone(random: &random)
            case .weave: picture.drawWeave(random: &random)
            case .grid: picture.drawGrid(random: &random)
            case .grating: picture.drawGrating(random: &random)
            case .text: picture.drawText(random: &random)
            case .lineArt: picture.drawLineArt(random: &random)
            case .screenshot: picture.drawScreenshot(random: &random)
            case .pixelArt: picture.drawPixelArt(random: &random)
            case .chart: picture.drawChart(random: &random)
            case .gradient: picture.drawGradient(random: &random)
            case .stars: picture.drawStars(random: &random)
            case .flats: picture.drawFlats(random: &random)
            }
        }
    }
}
