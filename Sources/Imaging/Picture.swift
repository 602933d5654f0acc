import Files
public import SystemPackage
public import Tensors

/// A whole picture in memory: planes of values in 0...1, colour and then alpha, with the format and the metadata of its
/// file.
public struct Picture: Sendable {
    /// The samples, `[channels, height, width]` in 0...1.
    public var image: PlanarImage
    /// The channels and the bit depth that the picture is stored with.
    public var format: PixelFormat
    /// The metadata of the picture's file.
    public var metadata: Metadata
    /// The remarks on how the picture was read.
    public var notes: [PictureNote]

    /// Creates a picture of `image`, samples in 0...1, which must have the channels of `format`.
    public init(
        image: PlanarImage, format: PixelFormat, metadata: Metadata = Metadata(), notes: [PictureNote] = []
    ) {
        precondition(image.channels == format.channelCount)
        self.image = image
        self.format = format
        self.metadata = metadata
        self.notes = notes
    }

    /// Creates a picture without metadata from 1 to 4 channels: grey, grey and alpha, RGB, RGB and alpha; `bitDepth` is
    /// 8 or 16.
    public init(_ image: PlanarImage, bitDepth: Int = 8) {
        precondition((1...4).contains(image.channels))
        self.init(
            image: image,
            format: PixelFormat(
                color: image.channels <= 2 ? .grey : .rgb, hasAlpha: AlphaChannel.isLast(of: image.channels),
                bitDepth: bitDepth))
    }

    /// Decodes a file.
    ///
    /// - Throws: `PictureError`; also where the planes, four bytes a sample, would take more than the limit.
    public init(
        reading path: FilePath, limits: PictureLimits = PictureLimits(), damaged: DamagePolicy = .reject
    ) throws(PictureError) {
        try self.init(reading: PictureReader(path: path, limits: limits, damaged: damaged), limits: limits)
    }

    /// Decodes a file in memory; limits and errors are those of `init(reading:limits:damaged:)`.
    public init(
        decoding bytes: [UInt8], limits: PictureLimits = PictureLimits(), damaged: DamagePolicy = .reject
    ) throws(PictureError) {
        try self.init(reading: PictureReader(bytes: bytes, limits: limits, damaged: damaged), limits: limits)
    }

    /// Reads a picture from a reader at its first row; limits and errors are those of `init(reading:limits:damaged:)`.
    public init(reading reader: PictureReader, limits: PictureLimits = PictureLimits()) throws(PictureError) {
        let info = reader.info
        let (samples, overflow) = (info.width * info.format.channelCount).multipliedReportingOverflow(by: info.height)
        let needed = overflow ? Int.max : samples.multipliedReportingOverflow(by: 4).partialValue + info.decodingBytes
        guard needed <= limits.maximumBytes else {
            throw .tooMuchMemory(needed: needed, limit: limits.maximumBytes, reason: "the whole picture is asked for")
        }
        let image = PlanarImage(channels: info.format.channelCount, height: info.height, width: info.width)
        try reader.readRows(into: image.view)
        self.init(image: image, format: info.format, metadata: info.metadata, notes: reader.notes)
    }

    public var width: Int { image.width }
    public var height: Int { image.height }

    /// Returns the picture as a file's bytes, and notes of the losses.
    ///
    /// - Throws: `PictureError`.
    public func encoded(
        as container: PictureContainer, quality: Int = 95, tiffCompression: TIFFCompression = .deflate,
        policy: MetadataPolicy = .all, software: String? = nil
    ) throws(PictureError) -> (bytes: [UInt8], notes: [PictureNote]) {
        let writer = try PictureWriter(
            toMemoryAs: container, width: width, height: height, format: format, quality: quality,
            tiffCompression: tiffCompression, metadata: metadata, policy: policy, software: software)
        try writer.writeRows(from: image.view)
        try writer.finish()
        return (writer.encodedBytes, writer.notes)
    }

    /// Writes the picture under `path`, whole or not at all.
    ///
    /// - Returns: notes of the losses.
    /// - Throws: `PictureError` or `FileError`.
    @discardableResult
    public func write(
        to path: FilePath, as container: PictureContainer, quality: Int = 95, policy: MetadataPolicy = .all,
        software: String? = nil
    ) throws -> [PictureNote] {
        let file = try AtomicFile(replacing: path)
        let writer = try PictureWriter(
            descriptor: file.descriptor, container: container, width: width, height: height, format: format,
            quality: quality, metadata: metadata, policy: policy, software: software)
        try writer.writeRows(from: image.view)
        try writer.finish()
        try file.commit()
        return writer.notes
    }
}
