import CCodecs
public import Tensors

/// The effect of JPEG compression on samples, without a file: 8 bits, IJG's tables at a quality, and back.
public struct JPEGCompression: Sendable, Equatable {
    /// The quality, 1...100, as libjpeg's `jpeg_set_quality` takes it.
    public var quality: Int
    /// True where the colour differences are stored at half the resolution (4:2:0), false for the full one (4:4:4).
    public var halvesChroma: Bool

    /// Creates a compression; `quality` is 1...100, checked when it is applied.
    public init(quality: Int, halvesChroma: Bool) {
        self.quality = quality
        self.halvesChroma = halvesChroma
    }

    /// Writes `source` (1 channel, grey, or 3, RGB; clamped to 0...1 and rounded to 8 bits) compressed and
    /// decompressed to `target`, which has its size and may be the same view.
    ///
    /// - Throws: `PictureError` for a quality out of range, a side over 65500 pixels, or lack of memory.
    public func apply(from source: PlanarView, to target: PlanarView) throws(PictureError) {
        precondition(source.channels == 1 || source.channels == 3)
        precondition(
            target.channels == source.channels && target.height == source.height && target.width == source.width)
        let format = PixelFormat(color: source.channels == 1 ? .grey : .rgb)
        let encoder = try JPEGEncoder(
            descriptor: -1, width: source.width, height: source.height, color: format.color, quality: quality,
            halvesChroma: halvesChroma, density: nil, segments: [])
        let rows = PackedRows(width: source.width, format: format, stored: format)
        var next = 0
        while next < source.height {
            let count = min(rows.rowCapacity, source.height - next)
            rows.pack(source.cropped(rows: next..<next + count, columns: 0..<source.width))
            try encoder.write(count, from: rows.base, stride: rows.bytesPerRow)
            next += count
        }
        try encoder.finish()
        try encoder.withEncodedBytes { (bytes) throws(PictureError) in try decode(bytes, to: target, rows) }
    }

    private func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, to target: PlanarView, _ rows: PackedRows
    ) throws(PictureError) {
        let input = CodecInput(bytes: bytes.baseAddress, count: bytes.count, descriptor: -1)
        var info = CodecJPEGInfo()
        var report = CodecReport()
        let expected = "what was just compressed"
        guard let reader = codec_jpeg_reader_open(input, 0, &info, &report) else {
            throw report.readingError(layer: "JPEG header", expected: expected)
        }
        defer { codec_jpeg_reader_close(reader) }
        guard codec_jpeg_read_begin(reader, &report) == CODEC_OK else {
            throw report.readingError(layer: "JPEG entropy data", expected: expected)
        }
        var next = 0
        while next < target.height {
            let count = min(rows.rowCapacity, target.height - next)
            let memory = rows.mutableBase.assumingMemoryBound(to: UInt8.self)
            guard codec_jpeg_read_rows(reader, memory, rows.bytesPerRow, UInt32(count), &report) == CODEC_OK else {
                throw report.readingError(layer: "JPEG entropy data", expected: expected)
            }
            for y in 0..<count {
                for c in 0..<target.channels {
                    SampleConversion.load(
                        rows.base + y * rows.bytesPerRow + c, bytesPerSample: 1, pixelStride: target.channels,
                        count: target.width, into: target.row(c, next + y))
                }
            }
            next += count
        }
    }
}
