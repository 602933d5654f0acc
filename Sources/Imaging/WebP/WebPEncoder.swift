import CCodecs
import SystemPackage
import Tensors

/// The compression of a WebP.
public enum WebPCompression: String, Sendable, Codable, CaseIterable {
    /// Every sample is kept, also the colours of transparent pixels.
    case lossless
    /// Samples are changed as the quality allows.
    case lossy
}

/// An encoder of rows to a WebP, through libwebp, which wants them all: they are kept until the last one. Grey becomes
/// RGB, since WebP has no other.
final class WebPEncoder: StoredRowSink {
    /// The longest side of a WebP.
    static let maximumSide = 16_383

    private let descriptor: Int32
    private let width: Int
    private let height: Int
    private let format: PixelFormat
    /// 1...100, or 0 for no loss.
    private let quality: Int
    private let metadata: Metadata
    /// All rows; made when the first ones come, after the memory for them was counted.
    private lazy var rows = AlignedBuffer<UInt8>(repeating: 0, count: width * height * samplesPerPixel)
    private var count = 0
    /// The file, where it goes to memory.
    private(set) var encodedBytes: [UInt8] = []

    /// Creates an encoder of 8-bit samples.
    ///
    /// - Parameter descriptor: open for writing; a negative one stands for memory.
    init(
        descriptor: Int32, width: Int, height: Int, format: PixelFormat, compression: WebPCompression, quality: Int,
        metadata: Metadata
    ) {
        self.descriptor = descriptor
        (self.width, self.height, self.format, self.metadata) = (width, height, format, metadata)
        self.quality = compression == .lossless ? 0 : quality
    }

    /// Returns the bytes that encoding a picture of this size takes: its rows, and what libwebp makes of them.
    static func heldBytes(width: Int, height: Int) -> Int { 16 * width * height }

    private var samplesPerPixel: Int { format.hasAlpha ? 4 : 3 }

    func write(_ count: Int, from rows: UnsafeRawPointer, stride: Int) {
        let rowBytes = width * samplesPerPixel
        for row in 0..<count {
            let source = (rows + row * stride).assumingMemoryBound(to: UInt8.self)
            let target = self.rows.base + (self.count + row) * rowBytes
            guard format.color == .grey else {
                target.update(from: source, count: rowBytes)
                continue
            }
            for x in 0..<width {
                let (from, to) = (source + x * format.channelCount, target + x * samplesPerPixel)
                (to[0], to[1], to[2]) = (from[0], from[0], from[0])
                if format.hasAlpha { to[3] = from[1] }
            }
        }
        self.count += count
    }

    func finish() throws(PictureError) {
        var report = CodecReport()
        var encodedCount = 0
        guard
            let encoded = codec_webp_encode(
                rows.base, width * samplesPerPixel, UInt32(width), UInt32(height), format.hasAlpha ? 1 : 0,
                Int32(quality), &encodedCount, &report)
        else { throw report.writingError }
        defer { codec_free(encoded) }
        let chunks = try WebPStructure.pictureChunks(
            of: Array(UnsafeBufferPointer(start: encoded, count: encodedCount)))
        let file = WebPStructure.file(
            of: chunks, width: width, height: height, hasAlpha: format.hasAlpha, icc: metadata.icc,
            exif: metadata.exif, xmp: metadata.xmp)
        guard descriptor >= 0 else {
            encodedBytes = file
            return
        }
        do { _ = try FileDescriptor(rawValue: descriptor).writeAll(file) } catch {
            throw .cannotWrite(code: (error as? Errno ?? .ioError).rawValue)
        }
    }
}
