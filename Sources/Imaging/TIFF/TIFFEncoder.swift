import CCodecs

/// An encoder of rows to a page of a TIFF: strips of grey or RGB, with or without alpha, 8 or 16 bits.
final class TIFFEncoder: StoredRowSink {
    /// The level of Deflate.
    private static let level: Int32 = 4
    /// The size in bytes that a strip is to have before it is compressed.
    private static let stripBytes = 256 << 10

    private let file: TIFFFileWriter
    /// False where further pages may come.
    private let isWholeFile: Bool
    private let width: Int
    private let height: Int
    private let format: PixelFormat
    private let rowsPerStrip: Int
    private let compression: TIFFCompression
    private let values: [TIFFValue]
    private let order: TIFFOrder
    private let associatesAlpha: Bool
    private let kind: Int
    private let orientation: Int
    private var row: [UInt8] = []

    /// - Parameters:
    ///   - file: the file that the page is added to; it is finished with the page where `isWholeFile` says so.
    ///   - kind: the bits of NewSubfileType; `orientation`: its tag.
    ///   - values: the entries beside those that describe the samples.
    init(
        file: TIFFFileWriter, isWholeFile: Bool, width: Int, height: Int, format: PixelFormat,
        compression: TIFFCompression, associatesAlpha: Bool, values: [TIFFValue],
        order valueOrder: TIFFOrder, kind: Int = 0, orientation: Int = 1
    ) throws(PictureError) {
        self.file = file
        self.isWholeFile = isWholeFile
        self.width = width
        self.height = height
        self.format = format
        self.compression = compression
        self.kind = kind
        self.orientation = orientation
        order = file.decide(valueOrder)
        self.values = order == valueOrder ? values : values.map(\.inOtherOrder)
        self.associatesAlpha = associatesAlpha && format.hasAlpha
        let rowBytes = width * format.channelCount * format.bitDepth / 8
        rowsPerStrip = max(1, min(height, Self.stripBytes / rowBytes))
        if self.associatesAlpha { row = [UInt8](repeating: 0, count: rowBytes) }
        try file.beginStrips(
            CodecTIFFStrips(
                width: UInt32(width), height: UInt32(height), channels: UInt32(format.channelCount),
                bitDepth: UInt32(format.bitDepth), rowsPerStrip: UInt32(rowsPerStrip),
                compression: UInt32(compression.number), level: Self.level,
                isBigEndian: order.isLittleEndian ? 0 : 1))
    }

    func write(_ count: Int, from rows: UnsafeRawPointer, stride: Int) throws(PictureError) {
        guard associatesAlpha else { return try file.write(count, from: rows, stride: stride) }
        for y in 0..<count {
            row.withUnsafeMutableBytes { row in
                row.copyMemory(from: UnsafeRawBufferPointer(start: rows + y * stride, count: row.count))
                if format.bitDepth == 8 {
                    associate(row.bindMemory(to: UInt8.self))
                } else {
                    associate(row.bindMemory(to: UInt16.self))
                }
            }
            let failure: PictureError? = row.withUnsafeBytes { row in
                do throws(PictureError) {
                    try file.write(1, from: row.baseAddress!, stride: row.count)
                    return nil
                } catch { return error }
            }
            if let failure { throw failure }
        }
    }

    /// Multiplies colours by alpha, rounded.
    private func associate<Sample: FixedWidthInteger & UnsignedInteger>(_ row: UnsafeMutableBufferPointer<Sample>) {
        let channels = format.channelCount
        let maximum = UInt32(Sample.max)
        for pixel in stride(from: 0, to: row.count, by: channels) {
            let alpha = UInt32(row[pixel + channels - 1])
            // Colours that nobody sees are stored as they are.
            guard alpha > 0 else { continue }
            for sample in pixel..<(pixel + channels - 1) {
                row[sample] = Sample(truncatingIfNeeded: (UInt32(row[sample]) * alpha + maximum / 2) / maximum)
            }
        }
    }

    func finish() throws(PictureError) {
        let strips = file.strips((height + rowsPerStrip - 1) / rowsPerStrip)
        let channels = format.channelCount
        var page = values
        func add(_ tag: Int, _ type: TIFFType, _ numbers: [Int]) {
            page.append(TIFFValue(tag: tag, type: type, numbers: numbers, order: order))
        }
        if !page.contains(where: { $0.tag == TIFFTag.newSubfileType }) { add(TIFFTag.newSubfileType, .long, [kind]) }
        add(TIFFTag.width, .long, [width])
        add(TIFFTag.height, .long, [height])
        add(TIFFTag.bitsPerSample, .short, Array(repeating: format.bitDepth, count: channels))
        add(TIFFTag.compression, .short, [compression.number])
        add(TIFFTag.photometric, .short, [format.color == .grey ? 1 : 2])
        add(TIFFTag.stripOffsets, .long8, strips.offsets)
        add(TIFFTag.orientation, .short, [orientation])
        add(TIFFTag.samplesPerPixel, .short, [channels])
        add(TIFFTag.rowsPerStrip, .long, [rowsPerStrip])
        add(TIFFTag.stripByteCounts, .long8, strips.counts)
        add(TIFFTag.planarConfiguration, .short, [1])
        if compression != .none { add(TIFFTag.predictor, .short, [2]) }
        if format.hasAlpha { add(TIFFTag.extraSamples, .short, [associatesAlpha ? 1 : 2]) }
        file.addPage(page)
        if isWholeFile { try file.finish() }
    }

    var encodedBytes: [UInt8] { file.encodedBytes }
}
