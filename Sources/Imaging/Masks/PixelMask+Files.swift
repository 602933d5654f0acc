import Files
public import SystemPackage
import Tensors

/// A reason why a mask could not be taken from a file.
public enum PixelMaskError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The mask's file is no picture that can be read.
    case picture(PictureError)
    /// The mask is not as large as the picture that it belongs to.
    case size(foundWidth: Int, foundHeight: Int, expectedWidth: Int, expectedHeight: Int)

    public var description: String {
        switch self {
        case .picture(let error): "the mask: \(error)"
        case .size(let width, let height, let expectedWidth, let expectedHeight):
            "the mask has \(width)x\(height) pixels, the picture \(expectedWidth)x\(expectedHeight)"
        }
    }
}

extension PixelMask {
    private static let bandRows = 64

    /// Reads a mask for a picture of `width` x `height` pixels from any picture that can be read, row by row.
    ///
    /// Pixels get 255 where the brightest of the file's colours is 128 of 255 or more, else 0; alpha is laid on black,
    /// so that a layer that was painted on counts where there is paint.
    ///
    /// - Throws: `PixelMaskError`. The size is checked before anything is allocated.
    public init(
        reading path: FilePath, width: Int, height: Int, limits: PictureLimits = PictureLimits()
    ) throws(PixelMaskError) {
        try self.init(width: width, height: height) { () throws(PictureError) in
            try PictureReader(path: path, limits: limits)
        }
    }

    /// Reads a mask from a file in memory, as `init(reading:width:height:limits:)` does.
    public init(
        decoding bytes: [UInt8], width: Int, height: Int, limits: PictureLimits = PictureLimits()
    ) throws(PixelMaskError) {
        try self.init(width: width, height: height) { () throws(PictureError) in
            try PictureReader(bytes: bytes, limits: limits)
        }
    }

    private init(
        width: Int, height: Int, opening open: () throws(PictureError) -> PictureReader
    ) throws(PixelMaskError) {
        let reader: PictureReader
        do { reader = try open() } catch { throw .picture(error) }
        guard reader.width == width, reader.height == height else {
            throw .size(
                foundWidth: reader.width, foundHeight: reader.height, expectedWidth: width, expectedHeight: height)
        }
        self.init(height: height, width: width)
        do { try readRows(from: reader) } catch { throw .picture(error) }
    }

    private mutating func readRows(from reader: PictureReader) throws(PictureError) {
        let hasAlpha = AlphaChannel.isLast(of: reader.channels)
        let band = PlanarImage(channels: reader.channels, height: min(Self.bandRows, height), width: width).view
        for top in stride(from: 0, to: height, by: Self.bandRows) {
            let rows = band.cropped(rows: 0..<min(Self.bandRows, height - top), columns: 0..<width)
            try reader.readRows(into: rows)
            for y in 0..<rows.height {
                withMutableRow(top + y) { target in
                    for c in 0..<rows.channels - (hasAlpha ? 1 : 0) {
                        let row = rows.row(c, y)
                        let alpha = hasAlpha ? rows.row(rows.channels - 1, y) : nil
                        for x in 0..<target.count where row[x] * (alpha?[x] ?? 1) * 255 > 127.5 { target[x] = 255 }
                    }
                }
            }
        }
    }

    /// Writes the mask under `path` as a grey PNG of 8 bits, whole or not at all.
    ///
    /// - Throws: `PictureError`, also for a mask without pixels, or `FileError`.
    public func write(to path: FilePath) throws {
        let file = try AtomicFile(replacing: path)
        let writer = try PictureWriter(
            descriptor: file.descriptor, container: .png, width: width, height: height,
            format: PixelFormat(color: .grey))
        try writeRows(to: writer)
        try file.commit()
    }

    /// Returns the bytes of the mask as a grey PNG of 8 bits.
    ///
    /// - Throws: `PictureError` for a mask without pixels.
    public func encoded() throws(PictureError) -> [UInt8] {
        let writer = try PictureWriter(
            toMemoryAs: .png, width: width, height: height, format: PixelFormat(color: .grey))
        try writeRows(to: writer)
        return writer.encodedBytes
    }

    private func writeRows(to writer: PictureWriter) throws(PictureError) {
        let band = PlanarImage(channels: 1, height: min(Self.bandRows, height), width: width).view
        for top in stride(from: 0, to: height, by: Self.bandRows) {
            let rows = band.cropped(rows: 0..<min(Self.bandRows, height - top), columns: 0..<width)
            for y in 0..<rows.height {
                let target = rows.row(0, y)
                withRow(top + y) { row in for x in 0..<row.count { target[x] = Float(row[x]) / 255 } }
            }
            try writer.writeRows(from: rows)
        }
        try writer.finish()
    }
}
