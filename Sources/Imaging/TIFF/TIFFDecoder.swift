import CCodecs
import Tensors

/// A decoder of a TIFF page's rows, through libtiff, which decodes strips and tiles; what samples mean is seen to here.
final class TIFFDecoder: StoredRows {
    let layout: StoredLayout
    let format: PixelFormat
    let libraryBytes: Int
    /// The notes on the page that its directory gives rise to.
    private(set) var notes: [PictureNote] = []
    private let source: ByteSource
    private let pixels: TIFFPixels
    private let conversion: TIFFConversion?
    private let prefix: UnsafeMutableBufferPointer<UInt8>
    private let reader: OpaquePointer
    /// A row as stored, where it needs conversion.
    private let stored: AlignedBuffer<UInt8>

    /// The bytes that are few enough to count as some rows.
    private static let fewBytes = 1 << 20

    init(
        reading file: TIFFFile, directory: TIFFDirectory, limits: PictureLimits, damaged: DamagePolicy,
        profile: [UInt8]?, sample: Int? = nil
    ) throws(PictureError) {
        source = file.source
        let pixels = try TIFFPixels(of: directory, in: file, limits: limits, sample: sample)
        self.pixels = pixels
        let palette = pixels.colour == .palette ? try TIFFPalette(of: directory, in: file, bits: pixels.bits) : nil
        // A profile for RGB pixels would be lost with the colours.
        let isGrey = palette?.isGrey ?? false && profile.flatMap(ICCProfile.colorSpace) != .rgb
        format = pixels.format(isGreyPalette: isGrey)
        let isDirect = TIFFConversion.isNeedless(for: pixels)
        let colours = Array(0..<pixels.colour.sampleCount)
        layout = StoredLayout(
            width: pixels.width, height: pixels.height,
            samplesPerPixel: isDirect ? pixels.samples : format.channelCount, bytesPerSample: format.bitDepth / 8,
            picks: isDirect ? colours + [pixels.alpha].compactMap(\.self) : Array(0..<format.channelCount))
        let rowBytes = RowBand.bytes(for: layout) + (isDirect ? 0 : pixels.rowBytes * pixels.planes)
        let conversionBytes = isDirect ? 0 : TIFFConversion.byteCount(for: pixels, format)
        guard rowBytes + conversionBytes <= limits.maximumBytes else {
            throw .tooMuchMemory(
                needed: rowBytes + conversionBytes, limit: limits.maximumBytes, reason: "a few rows")
        }
        let blocks = try TIFFBlocks(
            of: pixels, directory, in: file, damaged: damaged, limit: limits.maximumBytes - rowBytes - conversionBytes)
        let held = blocks.byteCount + conversionBytes
        libraryBytes = held > Self.fewBytes ? held : 0
        if blocks.absentCount > 0 {
            notes.append(
                .remark(
                    layer: "TIFF",
                    message:
                        "\(blocks.absentCount) of \(blocks.offsets.count) parts of the picture are absent, taken as 0"))
        }
        if let depth = pixels.changedDepth { notes.append(.converted(from: depth, to: format.description)) }
        let bytes = try blocks.prefix(pixels, directory, in: file)
        prefix = .allocate(capacity: bytes.count)
        _ = prefix.initialize(from: bytes)
        let plan = CodecTIFFPlan(
            prefix: prefix.baseAddress, prefixCount: bytes.count, maximumBytes: UInt64(limits.maximumBytes),
            rowBytes: UInt64(pixels.rowBytes), blockRowBytes: UInt64(pixels.blockRowBytes),
            planes: UInt32(pixels.planes), byRows: blocks.isByRows ? 1 : 0,
            asRGBA: pixels.isLibraryConverted ? 1 : 0, acceptsDamage: damaged == .accept ? 1 : 0)
        var report = CodecReport()
        guard let reader = codec_tiff_reader_open(source.codecInput, plan, &report) else {
            prefix.deallocate()
            throw report.readingError(layer: "TIFF directory", expected: "tags as the standard says")
        }
        self.reader = reader
        conversion = isDirect ? nil : TIFFConversion(of: pixels, to: format, palette: palette, profile: profile)
        stored = AlignedBuffer(repeating: 0, count: isDirect ? 0 : pixels.rowBytes * pixels.planes)
        if let note = conversion?.colourNote { notes.append(note) }
    }

    deinit {
        codec_tiff_reader_close(reader)
        prefix.deallocate()
    }

    var isAllOrNothing: Bool { false }

    /// True where the colours were stored multiplied by alpha; those handed out are not.
    var isAlphaAssociated: Bool { pixels.isAlphaAssociated }
    /// True where the rows are sRGB, made of other colours.
    var isConvertedToSRGB: Bool { conversion?.colourNote != nil }

    func read(_ count: Int, into rows: UnsafeMutableRawPointer, stride: Int) throws(PictureError) {
        guard let conversion else {
            return try readStored(count, into: rows.assumingMemoryBound(to: UInt8.self), stride: stride)
        }
        for row in 0..<count {
            try readStored(1, into: stored.base, stride: stored.count)
            conversion.convertRow(UnsafeRawPointer(stored.base), into: rows + row * stride)
        }
    }

    private func readStored(
        _ count: Int, into rows: UnsafeMutablePointer<UInt8>, stride: Int
    ) throws(PictureError) {
        var report = CodecReport()
        guard codec_tiff_read_rows(reader, rows, stride, UInt32(count), &report) == CODEC_OK else {
            throw report.readingError(
                layer: "TIFF pixels",
                expected: "\(layout.width) x \(layout.height) pixels, damage in row \(report.row)")
        }
    }

    func finish() throws(PictureError) -> [PictureNote] {
        var notes = conversion?.clippingNotes ?? []
        let warning = String(cString: codec_tiff_reader_warning(reader))
        if !warning.isEmpty { notes.append(.remark(layer: "TIFF", message: warning)) }
        var row: UInt32 = 0
        let damage = String(cString: codec_tiff_reader_damage(reader, &row))
        if !damage.isEmpty { notes.append(.damaged(layer: "TIFF pixels", message: damage, row: Int(row))) }
        return notes
    }
}
