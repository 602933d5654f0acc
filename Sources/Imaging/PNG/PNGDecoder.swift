import CCodecs

/// A decoder of a PNG's rows, through libpng.
final class PNGDecoder: StoredRows {
    let layout: StoredLayout
    let format: PixelFormat
    private let source: ByteSource
    private let structure: PNGStructure
    private let reader: OpaquePointer
    private let isInterlaced: Bool

    /// Opens a decoder; with `keepsPaletteColour` a palette of greys stays RGB.
    init(reading source: ByteSource, structure: PNGStructure, keepsPaletteColour: Bool) throws(PictureError) {
        self.source = source
        self.structure = structure
        isInterlaced = structure.isInterlaced
        let greyPalette = try structure.hasGreyPalette(in: source)
        var info = CodecPNGInfo()
        var report = CodecReport()
        let endsEarly: Int32 = structure.earlyEnd == nil ? 0 : 1
        guard let reader = codec_png_reader_open(source.codecInput, endsEarly, &info, &report) else {
            throw report.readingError(layer: "PNG header", expected: "chunks before IDAT as the standard says")
        }
        self.reader = reader
        let isGrey = greyPalette && !keepsPaletteColour
        let samples = Int(info.channels)
        let hasAlpha = samples == 2 || samples == 4
        format = PixelFormat(
            color: samples <= 2 || isGrey ? .grey : .rgb, hasAlpha: hasAlpha, bitDepth: info.bitDepth == 16 ? 16 : 8)
        layout = StoredLayout(
            width: structure.width, height: structure.height, samplesPerPixel: samples,
            bytesPerSample: format.bitDepth / 8,
            picks: isGrey ? (hasAlpha ? [0, 3] : [0]) : Array(0..<samples))
        // A class's initialiser may throw once all is set: deinit closes the reader.
        guard (1...4).contains(samples), Int(info.width) == structure.width, Int(info.height) == structure.height,
            Int(info.rowBytes) == layout.bytesPerRow
        else {
            throw .damaged(
                layer: "PNG header", found: "\(info.width) x \(info.height), \(info.rowBytes) bytes a row",
                expected: "\(structure.width) x \(structure.height), \(layout.bytesPerRow)")
        }
    }

    deinit { codec_png_reader_close(reader) }

    var isAllOrNothing: Bool { isInterlaced }
    var libraryBytes: Int { 0 }
    var rowBytes: Int { Self.rowBytes(of: structure) }

    /// Returns the memory in bytes of libpng's two rows, of pixels as they are handed out.
    static func rowBytes(of structure: PNGStructure) -> Int {
        let channels = [0: 2, 2: 4, 3: 4, 4: 2, 6: 4][structure.colorType] ?? 4
        return 2 * structure.width * channels * (structure.bitDepth == 16 ? 2 : 1)
    }

    func read(_ count: Int, into rows: UnsafeMutableRawPointer, stride: Int) throws(PictureError) {
        var report = CodecReport()
        let bytes = rows.assumingMemoryBound(to: UInt8.self)
        guard codec_png_read_rows(reader, bytes, stride, UInt32(count), &report) == CODEC_OK else {
            throw diagnosis(of: report)
        }
    }

    func finish() throws(PictureError) -> [PictureNote] {
        var report = CodecReport()
        guard codec_png_read_end(reader, &report) == CODEC_OK else { throw diagnosis(of: report) }
        let warning = String(cString: codec_png_reader_warning(reader))
        return (warning.isEmpty ? [] : [.remark(layer: "PNG", message: warning)])
            + (structure.earlyEnd == nil
                ? [] : [.remark(layer: "PNG", message: "its end is missing, every pixel is there")])
    }

    /// Returns the error with the values of a wrong check sum, which libpng does not name: the file is walked once
    /// more.
    private func diagnosis(of report: CodecReport) -> PictureError {
        if report.text.contains("CRC") {
            var offset = 8
            while let header = try? source.read(at: offset, count: 8), header.count == 8 {
                let chunk = PNGStructure.Chunk(
                    type: String(decoding: header[4...], as: UTF8.self), offset: offset + 8,
                    count: header.bigEndian32(at: 0))
                // Upper case: critical. Damage in the others does not stop libpng.
                if header[4] & 0x20 == 0 {
                    do {
                        try PNGStructure.checkSum(of: chunk, in: source)
                    } catch {
                        return error
                    }
                }
                offset += chunk.count + 12
            }
        }
        return report.readingError(
            layer: "PNG IDAT",
            expected: "\(layout.height) rows of \(layout.bytesPerRow) bytes, damage in row \(report.row)")
    }
}
