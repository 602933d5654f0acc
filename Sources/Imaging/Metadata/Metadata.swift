/// The metadata of a picture's file, as bytes that travel between the containers.
public struct Metadata: Sendable, Equatable {
    /// The TIFF structure of EXIF, beginning with its byte-order mark.
    public var exif: [UInt8]?
    /// An ICC profile.
    public var icc: [UInt8]?
    /// An XMP packet.
    public var xmp: [UInt8]?
    /// The IPTC-IIM records.
    public var iptc: [UInt8]?
    /// The resolution that the file declares.
    public var density: PixelDensity?
    /// The comments of a JPEG, which stay in JPEG, and the texts of a PNG, which stay in PNG: each the content of its
    /// segment or chunk.
    public var texts: [MetadataText]
    /// The colour chunks of a PNG; a JPEG has no place for them.
    public var pngColour: PNGColour?
    /// The tags that only a TIFF has a place for.
    public internal(set) var tiff: TIFFTags?
    /// The pixels were converted to sRGB when they were read.
    var isConvertedToSRGB = false
    /// The pixels were turned when they were read.
    var isTurned = false
    /// The colours were stored multiplied by alpha, which a TIFF says and others cannot.
    var isAlphaAssociated = false
    /// The pixels were those of a lossy WebP.
    var isLossyWebP = false

    /// Creates metadata from its parts.
    public init(
        exif: [UInt8]? = nil, icc: [UInt8]? = nil, xmp: [UInt8]? = nil, iptc: [UInt8]? = nil,
        density: PixelDensity? = nil, texts: [MetadataText] = [], pngColour: PNGColour? = nil
    ) {
        self.exif = exif
        self.icc = icc
        self.xmp = xmp
        self.iptc = iptc
        self.density = density
        self.texts = texts
        self.pngColour = pngColour
    }

    /// Returns the parts that `policy` lets through.
    public func filtered(by policy: MetadataPolicy) -> Metadata {
        switch policy {
        case .all: self
        case .color: Metadata(icc: icc, pngColour: pngColour)
        case .none: Metadata()
        }
    }
}

/// The metadata that goes into a file that is written.
public enum MetadataPolicy: String, Sendable, Codable, CaseIterable {
    /// EXIF, ICC, XMP, IPTC, density, comments, and the Software tag.
    case all
    /// The colour profile and PNG's colour chunks alone, without which the pixels would be shown wrong.
    case color
    /// No metadata.
    case none
}

/// The number of pixels in a unit of length, or the pixel's aspect alone.
public struct PixelDensity: Sendable, Equatable, Codable {
    /// The unit of length; `aspect` for a ratio without a length.
    public enum Unit: String, Sendable, Codable {
        case aspect, inch, centimetre, metre
    }

    /// The number of pixels in a unit, horizontally.
    public var x: Int
    /// The number of pixels in a unit, vertically.
    public var y: Int
    /// The unit of length.
    public var unit: Unit

    /// Creates a density of `x` pixels horizontally and `y` vertically in a `unit`.
    public init(x: Int, y: Int, unit: Unit) {
        self.x = x
        self.y = y
        self.unit = unit
    }

    /// The density for pHYs in pixels a metre, rounded.
    var perMetre: PixelDensity {
        switch unit {
        case .inch: scaled(by: 1 / 0.0254, unit: .metre)
        case .centimetre: scaled(by: 100, unit: .metre)
        case .metre, .aspect: self
        }
    }

    /// The density for JFIF, whose numbers have 16 bits: metres become inches, rounded, since that is what people
    /// wrote.
    var forJFIF: PixelDensity {
        unit == .metre ? scaled(by: 0.0254, unit: .inch) : self
    }

    private func scaled(by factor: Double, unit: Unit) -> PixelDensity {
        func scaled(_ value: Int) -> Int { Int(min(Double(UInt32.max), (Double(value) * factor).rounded())) }
        return PixelDensity(x: scaled(x), y: scaled(y), unit: unit)
    }
}

/// A text that belongs to one container.
public struct MetadataText: Sendable, Equatable {
    /// The kind of segment or chunk; the raw value is its type.
    public enum Kind: String, Sendable {
        case comment = "COM"
        case text = "tEXt"
        case compressed = "zTXt"
        case international = "iTXt"
    }

    /// The kind of segment or chunk.
    public var kind: Kind
    /// The content of the segment or chunk.
    public var bytes: [UInt8]

    /// Creates a text of the content of a segment or chunk.
    public init(kind: Kind, bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
    }
}

/// The contents of PNG's gAMA, cHRM, sRGB, cICP, mDCV and cLLI chunks.
public struct PNGColour: Sendable, Equatable {
    /// The coding-independent code points, as the content of cICP.
    public var cICP: [UInt8]?
    /// The gamma, as the content of gAMA.
    public var gAMA: [UInt8]?
    /// The primaries and the white point, as the content of cHRM.
    public var cHRM: [UInt8]?
    /// The rendering intent of sRGB, as the content of sRGB.
    public var sRGB: [UInt8]?

    /// The display that an HDR picture was mastered on, as the content of mDCV.
    public var mDCV: [UInt8]?
    /// The light levels of an HDR picture, as the content of cLLI.
    public var cLLI: [UInt8]?

    /// Creates colour chunks from their contents.
    public init(
        gAMA: [UInt8]? = nil, cHRM: [UInt8]? = nil, sRGB: [UInt8]? = nil, cICP: [UInt8]? = nil, mDCV: [UInt8]? = nil,
        cLLI: [UInt8]? = nil
    ) {
        self.cICP = cICP
        self.mDCV = mDCV
        self.cLLI = cLLI
        self.gAMA = gAMA
        self.cHRM = cHRM
        self.sRGB = sRGB
    }

    /// True where pixels would be shown wrong without the chunks: they declare something else than sRGB.
    var isNeeded: Bool {
        if mDCV != nil || cLLI != nil { return true }
        if let cICP { return cICP.prefix(2) != [1, 13] }
        guard sRGB == nil else { return false }
        let srgb = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]
        func differs(_ bytes: [UInt8], from values: [Int]) -> Bool {
            values.indices.contains { abs(bytes.bigEndian32(at: 4 * $0) - values[$0]) > 600 }
        }
        return gAMA.map { differs($0, from: [45455]) } ?? false || cHRM.map { differs($0, from: srgb) } ?? false
    }
}
