import CCodecs

/// An encoder of rows to a baseline JPEG, through libjpeg-turbo.
final class JPEGEncoder: StoredRowSink {
    /// The longest content of a marker segment, in bytes.
    static let maximumSegmentBytes = 65533
    /// The longest side in pixels; the format's limit is 65535, the library's this.
    static let maximumSide = 65500
    /// The least quality at which the colour differences keep their resolution.
    static let fullChromaQuality = 90

    private let writer: OpaquePointer

    /// Writes everything that comes before the pixels. A negative descriptor stands for memory.
    init(
        descriptor: Int32, width: Int, height: Int, color: PixelFormat.Color, quality: Int,
        halvesChroma: Bool, density: PixelDensity?, segments: [(marker: UInt8, bytes: [UInt8])]
    ) throws(PictureError) {
        guard (1...100).contains(quality) else { throw .qualityOutOfRange(found: quality) }
        guard width <= Self.maximumSide, height <= Self.maximumSide else {
            throw .tooLarge(container: .jpeg, width: width, height: height, limit: Self.maximumSide)
        }
        let density = density?.forJFIF
        let units: [PixelDensity.Unit] = [.aspect, .inch, .centimetre]
        let layout = CodecJPEGLayout(
            width: UInt32(width), height: UInt32(height), channels: UInt32(color.channelCount),
            quality: Int32(quality), halvesChroma: halvesChroma ? 1 : 0,
            densityUnit: Int32(density.flatMap { units.firstIndex(of: $0.unit) } ?? 0),
            densityX: UInt16(clamping: density?.x ?? 1), densityY: UInt16(clamping: density?.y ?? 1))
        var report = CodecReport()
        guard let writer = codec_jpeg_writer_open(descriptor, layout, &report) else { throw report.writingError }
        self.writer = writer
        for segment in segments {
            guard
                codec_jpeg_write_marker(
                    writer, Int32(segment.marker), segment.bytes, segment.bytes.count, &report) == CODEC_OK
            else { throw report.writingError }
        }
    }

    deinit { codec_jpeg_writer_close(writer) }

    func write(_ count: Int, from rows: UnsafeRawPointer, stride: Int) throws(PictureError) {
        var report = CodecReport()
        let bytes = rows.assumingMemoryBound(to: UInt8.self)
        guard codec_jpeg_write_rows(writer, bytes, stride, UInt32(count), &report) == CODEC_OK else {
            throw report.writingError
        }
    }

    func finish() throws(PictureError) {
        var report = CodecReport()
        guard codec_jpeg_write_end(writer, &report) == CODEC_OK else { throw report.writingError }
    }

    var encodedBytes: [UInt8] { withEncodedBytes { Array($0) } }

    /// Calls `body` with the bytes that were encoded to memory.
    func withEncodedBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var count = 0
        let bytes = codec_jpeg_writer_bytes(writer, &count)
        return try body(UnsafeBufferPointer(start: bytes, count: count))
    }
}
