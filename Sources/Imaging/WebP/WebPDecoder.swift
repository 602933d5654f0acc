import CCodecs

/// A decoder of a WebP, through libwebp; decoded whole. Colours are RGB.
final class WebPDecoder: StoredRows {
    let layout: StoredLayout
    let format: PixelFormat
    private let source: ByteSource
    private let structure: WebPStructure

    /// Opens a decoder; sides are the caller's to check against the limits.
    init(reading source: ByteSource, structure: WebPStructure) {
        self.source = source
        self.structure = structure
        format = PixelFormat(color: .rgb, hasAlpha: structure.hasAlpha)
        layout = StoredLayout(
            width: structure.width, height: structure.height, samplesPerPixel: format.channelCount, bytesPerSample: 1,
            picks: Array(0..<format.channelCount))
    }

    var isAllOrNothing: Bool { true }

    /// The file, and what libwebp holds: all pixels without loss, else a few rows; alpha in any case.
    var libraryBytes: Int {
        let pixels = structure.width * structure.height
        return structure.coded.count + (structure.isLossless ? 4 * pixels : structure.hasAlpha ? 2 * pixels : 0)
            + (1 << 20)
    }

    func read(_ count: Int, into rows: UnsafeMutableRawPointer, stride: Int) throws(PictureError) {
        let file = try structure.file(in: source)
        var report = CodecReport()
        let status = codec_webp_decode(
            file, file.count, UInt32(layout.width), UInt32(layout.height), structure.hasAlpha ? 1 : 0,
            rows.assumingMemoryBound(to: UInt8.self), stride, &report)
        guard status == CODEC_OK else {
            throw report.readingError(
                layer: "WebP", expected: "\(layout.width) x \(layout.height) pixels of \(format)")
        }
    }

    func finish() -> [PictureNote] {
        structure.frameCount > 1 ? [.firstFrameOnly(frames: structure.frameCount)] : []
    }
}
