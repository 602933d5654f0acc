import CCodecs

/// An encoder of rows to a PNG, through libpng.
final class PNGEncoder: StoredRowSink {
    /// The compression level, with the filters up and Paeth: 12 megapixels of restored photographs take 0.54 s of one
    /// core and 15.8 MB, all filters at level 4 1.15 s and 14.9 MB, Paeth at level 3 0.77 s and 15.2 MB (Zen 4;
    /// Benchmarks/NOTES.md). A higher one would dominate the time of a job.
    private static let compressionLevel: Int32 = 1

    private let writer: OpaquePointer

    /// Writes everything that comes before the pixels. A negative descriptor stands for memory.
    init(
        descriptor: Int32, width: Int, height: Int, format: PixelFormat,
        chunks: [(type: String, bytes: [UInt8])]
    ) throws(PictureError) {
        let layout = CodecPNGLayout(
            width: UInt32(width), height: UInt32(height), channels: UInt32(format.channelCount),
            bitDepth: UInt32(format.bitDepth), compressionLevel: Self.compressionLevel)
        var report = CodecReport()
        guard let writer = codec_png_writer_open(descriptor, layout, &report) else { throw report.writingError }
        self.writer = writer
        for chunk in chunks {
            guard codec_png_write_chunk(writer, chunk.type, chunk.bytes, chunk.bytes.count, &report) == CODEC_OK
            else { throw report.writingError }
        }
    }

    deinit { codec_png_writer_close(writer) }

    func write(_ count: Int, from rows: UnsafeRawPointer, stride: Int) throws(PictureError) {
        var report = CodecReport()
        let bytes = rows.assumingMemoryBound(to: UInt8.self)
        guard codec_png_write_rows(writer, bytes, stride, UInt32(count), &report) == CODEC_OK else {
            throw report.writingError
        }
    }

    func finish() throws(PictureError) {
        var report = CodecReport()
        guard codec_png_write_end(writer, &report) == CODEC_OK else { throw report.writingError }
    }

    var encodedBytes: [UInt8] {
        var count = 0
        let bytes = codec_png_writer_bytes(writer, &count)
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
}
