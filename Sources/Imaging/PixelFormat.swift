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

/// The file formats that are read and written.
public enum PictureContainer: String, Sendable, Codable, CaseIterable {
    case png, jpeg, tiff

    /// The usual ending of a file's name, without the dot.
    public var pathExtension: String {
        switch self {
        case .png: "png"
        case .jpeg: "jpg"
        case .tiff: "tif"
        }
    }

    /// Returns the format that `format` is stored with in this container: PNG and TIFF keep it, JPEG has 8 bits and no
    /// alpha.
    public func storedFormat(of format: PixelFormat) -> PixelFormat {
        self == .jpeg ? PixelFormat(color: format.color) : format
    }
}
