import CCodecs

/// A decoder of a JPEG's rows, through libjpeg-turbo. CMYK becomes RGB.
final class JPEGDecoder: StoredRows {
    let layout: StoredLayout
    let format: PixelFormat
    let isProgressive: Bool
    let libraryBytes: Int
    private let source: ByteSource
    private let reader: OpaquePointer
    private let cmyk: CMYKConversion?
    private var hasBegun = false

    init(
        reading source: ByteSource, structure: JPEGStructure, damaged: DamagePolicy, profile: [UInt8]?
    ) throws(PictureError) {
        self.source = source
        var info = CodecJPEGInfo()
        var report = CodecReport()
        guard
            let reader = codec_jpeg_reader_open(source.codecInput, damaged == .accept ? 1 : 0, &info, &report)
        else { throw report.readingError(layer: "JPEG header", expected: "segments as the standard says") }
        self.reader = reader
        isProgressive = info.isWhole != 0
        libraryBytes = Int(clamping: info.libraryBytes)
        cmyk =
            info.channels == 4
            ? CMYKConversion(profile: profile, isInverted: info.hasAdobeMarker != 0, width: structure.width) : nil
        format = PixelFormat(color: info.channels == 1 ? .grey : .rgb)
        layout = StoredLayout(
            width: structure.width, height: structure.height, samplesPerPixel: format.channelCount,
            bytesPerSample: 1, picks: Array(0..<format.channelCount))
        guard Int(info.width) == structure.width, Int(info.height) == structure.height else {
            throw .damaged(
                layer: "JPEG frame", found: "a second one, \(info.width) x \(info.height)",
                expected: "\(structure.width) x \(structure.height)")
        }
    }

    deinit { codec_jpeg_reader_close(reader) }

    var isAllOrNothing: Bool { false }

    /// The note on the conversion of CMYK; nil for other files.
    var conversionNote: PictureNote? {
        cmyk.map { .convertedFromCMYK(usingProfile: $0.usesProfile) }
    }

    func read(_ count: Int, into rows: UnsafeMutableRawPointer, stride: Int) throws(PictureError) {
        var report = CodecReport()
        if !hasBegun {
            hasBegun = true
            guard codec_jpeg_read_begin(reader, &report) == CODEC_OK else { throw error(of: report) }
        }
        guard let cmyk else {
            let bytes = rows.assumingMemoryBound(to: UInt8.self)
            guard codec_jpeg_read_rows(reader, bytes, stride, UInt32(count), &report) == CODEC_OK else {
                throw error(of: report)
            }
            return
        }
        for row in 0..<count {
            let ink = cmyk.row.baseAddress
            guard codec_jpeg_read_rows(reader, ink, cmyk.row.count, 1, &report) == CODEC_OK else {
                throw error(of: report)
            }
            cmyk.convertRow(into: (rows + row * stride).assumingMemoryBound(to: UInt8.self))
        }
    }

    func finish() throws(PictureError) -> [PictureNote] {
        var report = CodecReport()
        guard codec_jpeg_read_end(reader, &report) == CODEC_OK else { throw error(of: report) }
        var row: UInt32 = 0
        let warning = String(cString: codec_jpeg_reader_warning(reader, &row))
        let damage: [PictureNote] =
            warning.isEmpty ? [] : [.damaged(layer: "JPEG entropy data", message: warning, row: Int(row))]
        let remarks = Int(codec_jpeg_reader_remarks(reader))
        let isOddlyEnded = remarks & (CODEC_JPEG_NO_END | CODEC_JPEG_ODD_END) != 0
        return try damage + Self.notes(remarks, isWhole: damage.isEmpty)
            + (isOddlyEnded ? [] : JPEGTrailer.notes(at: Int(codec_jpeg_reader_position(reader)), of: source))
    }

    /// Returns the notes on peculiarities that cost no pixel.
    private static func notes(_ remarks: Int, isWhole: Bool) -> [PictureNote] {
        var texts: [String] = []
        if remarks & CODEC_JPEG_ODD_SCAN != 0 { texts.append("odd parameters of a scan, which cost nothing") }
        if remarks & CODEC_JPEG_STRAY_BYTES != 0 { texts.append("stray bytes passed over") }
        if remarks & CODEC_JPEG_NO_END != 0, isWhole { texts.append("its end marker is missing, every pixel is there") }
        if remarks & CODEC_JPEG_ODD_END != 0, isWhole {
            texts.append("something else than its end marker follows, every pixel is there")
        }
        return texts.map { .remark(layer: "JPEG", message: $0) }
    }

    private func error(of report: CodecReport) -> PictureError {
        let place = report.row > 0 ? ", damage after row \(report.row)" : ""
        return report.readingError(
            layer: "JPEG entropy data", expected: "\(layout.width) x \(layout.height) pixels\(place)")
    }
}
