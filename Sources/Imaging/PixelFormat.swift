/// What a picture's samples are: grey or RGB, with or without alpha, 8 or 16 bits each.
public struct PixelFormat: Sendable, Equatable, Hashable, Codable, CustomStringConvertible {
    public enum Color: String, Sendable, Codable {
        case grey, rgb

        /// Channels without alpha: 1 or 3.
        public var channelCount: Int { self == .grey ? 1 : 3 }
    }

    public var color: Color
    public var hasAlpha: Bool
    /// 8 or 16.
    public var bitDepth: Int

    public init(color: Color, hasAlpha: Bool = false, bitDepth: Int = 8) {
        precondition(bitDepth == 8 || bitDepth == 16)
        self.color = color
        self.hasAlpha = hasAlpha
        self.bitDepth = bitDepth
    }

    /// Samples a pixel: the colour's and then alpha.
    public var channelCount: Int { color.channelCount + (hasAlpha ? 1 : 0) }

    public var description: String {
        "\(bitDepth)-bit \(color == .grey ? "grey" : "RGB")\(hasAlpha ? " with alpha" : "")"
    }
}

/// The file formats that are read and written.
public enum PictureContainer: String, Sendable, Codable, CaseIterable {
    case png, jpeg

    /// The usual ending of a file's name, without the dot.
    public var pathExtension: String { self == .png ? "png" : "jpg" }

    /// The format that can hold `format` without loss of its alpha and depth, or what becomes of it in this container.
    public func storedFormat(of format: PixelFormat) -> PixelFormat {
        self == .png ? format : PixelFormat(color: format.color)
    }
}
