public import SystemPackage
public import Tensors

/// Encodes rows of values in 0...1 to a PNG, a baseline JPEG, a TIFF or a WebP.
///
/// PNG and TIFF keep the format they are given: grey or RGB, alpha, 8 or 16 bits. JPEG has 8 bits and no alpha, WebP 8
/// bits: samples are rounded and flattened on white, and `notes` says so. EXIF is corrected to describe the file that is written:
/// upright, of this size, without the old thumbnail, its Software tag naming the program.
///
/// Contract: one thread at a time; the descriptor stays the caller's, is written from its position on and is neither
/// flushed nor closed. A TIFF's header is written last, so its descriptor must be able to seek.
public final class PictureWriter: RowSink {
    public let width: Int
    public let height: Int
    /// The format of the rows that are written.
    public let format: PixelFormat
    /// The remarks on losses that the container causes.
    public private(set) var notes: [PictureNote] = []

    private let sink: any StoredRowSink
    private var band: PackedRows
    private var next = 0

    /// Creates a writer to a file, and writes the header and the metadata.
    ///
    /// - Parameters:
    ///   - descriptor: open for writing.
    ///   - quality: JPEG's, 1 to 100; from 90 on the colour differences keep their full resolution.
    ///   - tiffCompression: the compression of a TIFF.
    ///   - webpCompression: the compression of a WebP; by default that of the original, lossless where it is no WebP.
    ///   - metadata: the metadata of the original; the parts that `policy` excludes are left out.
    ///   - software: the text of the Software tag, in EXIF or as a text of PNG; written under the policy `all` only.
    /// - Throws: `PictureError`.
    public convenience init(
        descriptor: FileDescriptor, container: PictureContainer, width: Int, height: Int, format: PixelFormat,
        quality: Int = 95, tiffCompression: TIFFCompression = .deflate, webpCompression: WebPCompression? = nil,
        metadata: Metadata = Metadata(), policy: MetadataPolicy = .all, software: String? = nil
    ) throws(PictureError) {
        try self.init(
            rawDescriptor: descriptor.rawValue, container: container, width: width, height: height, format: format,
            quality: quality, tiffCompression: tiffCompression, webpCompression: webpCompression, metadata: metadata,
            policy: policy, software: software)
    }

    /// Creates a writer to memory; `encodedBytes` has the file after `finish()`.
    public convenience init(
        toMemoryAs container: PictureContainer, width: Int, height: Int, format: PixelFormat,
        quality: Int = 95, tiffCompression: TIFFCompression = .deflate, webpCompression: WebPCompression? = nil,
        metadata: Metadata = Metadata(), policy: MetadataPolicy = .all, software: String? = nil
    ) throws(PictureError) {
        try self.init(
            rawDescriptor: -1, container: container, width: width, height: height, format: format, quality: quality,
            tiffCompression: tiffCompression, webpCompression: webpCompression, metadata: metadata, policy: policy,
            software: software)
    }

    private init(
        rawDescriptor: Int32, container: PictureContainer, width: Int, height: Int, format: PixelFormat,
        quality: Int, tiffCompression: TIFFCompression, webpCompression: WebPCompression?, metadata: Metadata,
        policy: MetadataPolicy, software: String?
    ) throws(PictureError) {
        guard width > 0, height > 0 else { throw .zeroSize(width: width, height: height) }
        let longest = container == .webp ? WebPEncoder.maximumSide : 0x7FFF_FFFF
        guard width <= longest, height <= longest else {
            throw .tooLarge(container: container, width: width, height: height, limit: longest)
        }
        let webpCompression = webpCompression ?? (metadata.isLossyWebP ? .lossy : .lossless)
        self.width = width
        self.height = height
        self.format = format
        var notes: [PictureNote] = []
        let stored = container.storedFormat(of: format)
        if stored.hasAlpha != format.hasAlpha { notes.append(.alphaFlattenedOnWhite) }
        if stored.bitDepth != format.bitDepth { notes.append(.roundedTo8Bits) }
        let software = policy == .all ? software : nil
        let metadata = metadata.filtered(by: policy).describing(
            // WebP has RGB alone.
            width: width, height: height, color: container == .webp ? .rgb : stored.color, software: software,
            container: container, notes: &notes)
        switch container {
        case .png:
            sink = try PNGEncoder(
                descriptor: rawDescriptor, width: width, height: height, format: stored,
                chunks: PNGMetadata.chunks(for: metadata, software: software))
        case .jpeg:
            sink = try JPEGEncoder(
                descriptor: rawDescriptor, width: width, height: height, color: stored.color, quality: quality,
                halvesChroma: quality < JPEGEncoder.fullChromaQuality, density: metadata.density,
                segments: JPEGMetadata.segments(for: metadata, notes: &notes))
        case .tiff:
            let (values, order) = TIFFMetadata.values(for: metadata, width: width, height: height, notes: &notes)
            sink = try TIFFEncoder(
                file: TIFFFileWriter(descriptor: rawDescriptor), isWholeFile: true, width: width, height: height,
                format: stored, compression: tiffCompression, associatesAlpha: metadata.isAlphaAssociated,
                values: values, order: order)
        case .webp:
            sink = WebPEncoder(
                descriptor: rawDescriptor, width: width, height: height, format: stored, compression: webpCompression,
                quality: quality, metadata: metadata)
        case .bmp, .gif, .netpbm: throw .cannotEncode("\(container.name) is only read")
        }
        band = PackedRows(width: width, format: format, stored: stored)
        self.notes = notes
    }

    public var channels: Int { format.channelCount }

    /// Encodes the next rows.
    ///
    /// - Throws: `PictureError`; the writer is of no use then.
    public func writeRows(from view: PlanarView) throws(PictureError) {
        precondition(view.width == width && view.channels == channels && view.height <= height - next)
        var done = 0
        while done < view.height {
            let count = min(band.rowCapacity, view.height - done)
            band.pack(view.cropped(rows: done..<(done + count), columns: 0..<width))
            try sink.write(count, from: band.base, stride: band.bytesPerRow)
            done += count
            next += count
        }
    }

    /// Ends the file once all rows were written.
    ///
    /// - Throws: `PictureError`, also where rows are missing.
    public func finish() throws(PictureError) {
        guard next == height else { throw .rowsMissing(found: next, expected: height) }
        try sink.finish()
    }

    /// The bytes of the file, where it was written to memory.
    public var encodedBytes: [UInt8] { sink.encodedBytes }
}
