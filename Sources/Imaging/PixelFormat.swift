/// The format of a picture's samples: grey or RGB, with or without alpha, 8 or 16 bits each.
public struct PixelFormat: Sendable, Equatable, Hashable, Codable, CustomStringConvertible {
    /// The kind of a pixel's colour.
    public enum Color: String, Sendable, Codable {
        case grey, rgb

        /// The number of channels without alpha, 1 or 3.
        public var channelCount: Int { self == .grey ? 1 : 3 }
    }

    /// The kind of colour.
    public var color: Color
    /// True where an alpha channel follows the colour.
    public var hasAlpha: Bool
    /// The number of bits in a sample, 8 or 16.
    public var bitDepth: Int

    /// Creates a format; `bitDepth` is 8 or 16.
    public init(color: Color, hasAlpha: Bool = false, bitDepth: Int = 8) {
        precondition(bitDepth == 8 || bitDepth == 16)
        self.color = color
        self.hasAlpha = hasAlpha
        self.bitDepth = bitDepth
    }

    /// The number of samples in a pixel: those of the colour and one of alpha.
    public var channelCount: Int { color.channelCount + (hasAlpha ? 1 : 0) }

    public var description: String {
        "\(bitDepth)-bit \(color == .grey ? "grey" : "RGB")\(hasAlpha ? " with alpha" : "")"
    }
}

/// The file formats that are read, most of which are written too.
public enum PictureContainer: String, Sendable, Codable, CaseIterable {
    case png, jpeg, tiff, webp
    // Read only.
    case bmp, gif, netpbm

    /// The formats that are written.
    public static let written: [PictureContainer] = [.png, .jpeg, .tiff, .webp]

    /// True where the format is written too.
    public var isWritten: Bool { Self.written.contains(self) }

    /// The format's name for people.
    public var name: String { self == .webp ? "WebP" : self == .netpbm ? "Netpbm" : rawValue.uppercased() }

    /// The usual ending of a file's name, without the dot.
    public var pathExtension: String {
        switch self {
        case .jpeg: "jpg"
        case .tiff: "tif"
        case .netpbm: "pnm"
        case .png, .webp, .bmp, .gif: rawValue
        }
    }

    /// Finds the format that the ending of a file's name, without the dot, stands for; nil for others.
    public init?(pathExtension text: String) {
        switch text.lowercased() {
        case "jpg", "jpeg", "jpe", "jfif": self = .jpeg
        case "tif", "tiff": self = .tiff
        case "pnm", "pbm", "pgm", "ppm", "pam": self = .netpbm
        case "png", "webp", "bmp", "gif": self = PictureContainer(rawValue: text.lowercased()) ?? .png
        default: return nil
        }
    }

    /// Returns the format that `format` is stored with in this container: PNG and TIFF keep it, JPEG has 8 bits and no
    /// alpha, WebP 8 bits.
    public func storedFormat(of format: PixelFormat) -> PixelFormat {
        switch self {
        case .jpeg: PixelFormat(color: format.color)
        case .webp: PixelFormat(color: format.color, hasAlpha: format.hasAlpha)
        default: format
        }
    }

    /// Returns the bytes of memory that writing a picture of this size takes, beside a few rows: those of WebP, whose
    /// encoder wants all rows at once.
    public func encodingBytes(width: Int, height: Int) -> Int {
        self == .webp ? WebPEncoder.heldBytes(width: width, height: height) : 0
    }
}
