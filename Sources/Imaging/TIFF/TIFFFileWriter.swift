import CCodecs

/// The compression of a TIFF that is written, none of which loses anything.
public enum TIFFCompression: String, Sendable, Codable, CaseIterable {
    /// Deflate, of differences along rows.
    case deflate
    /// LZW, of differences along rows, which older programs read too.
    case lzw
    /// No compression.
    case none

    /// The number that stands for it in a file.
    var number: Int {
        switch self {
        case .none: 1
        case .lzw: 5
        case .deflate: 8
        }
    }
}

/// A TIFF in the making: strips, encoded by libtiff, are appended as they come; directories and header follow at the
/// end, when it is known whether the file needs the offsets of a BigTIFF.
final class TIFFFileWriter {
    private let writer: OpaquePointer
    private var pages: [[TIFFValue]] = []
    /// The order of all of the file's numbers; that of its first page's metadata.
    private(set) var order: TIFFOrder?

    /// A negative descriptor stands for memory.
    init(descriptor: Int32) throws(PictureError) {
        var report = CodecReport()
        guard let writer = codec_tiff_writer_open(descriptor, &report) else { throw report.writingError }
        self.writer = writer
    }

    deinit { codec_tiff_writer_close(writer) }

    /// Sets the order of numbers, which only a file without pages has not decided yet.
    func decide(_ order: TIFFOrder) -> TIFFOrder {
        self.order = self.order ?? order
        return self.order ?? order
    }

    func beginStrips(_ layout: CodecTIFFStrips) throws(PictureError) {
        var report = CodecReport()
        guard codec_tiff_begin_strips(writer, layout, &report) == CODEC_OK else { throw report.writingError }
    }

    func write(_ count: Int, from rows: UnsafeRawPointer, stride: Int) throws(PictureError) {
        var report = CodecReport()
        let bytes = rows.assumingMemoryBound(to: UInt8.self)
        guard codec_tiff_write_rows(writer, bytes, stride, UInt32(count), &report) == CODEC_OK else {
            throw report.writingError
        }
    }

    /// Returns where the strips of the page in progress lie.
    func strips(_ count: Int) -> (offsets: [Int], counts: [Int]) {
        var strips: (offsets: [Int], counts: [Int]) = ([], [])
        for index in 0..<count {
            var (offset, bytes): (UInt64, UInt64) = (0, 0)
            codec_tiff_strip(writer, UInt32(index), &offset, &bytes)
            strips.offsets.append(Int(clamping: offset))
            strips.counts.append(Int(clamping: bytes))
        }
        return strips
    }

    /// Appends bytes, `padded` to an even number, and returns their offset.
    @discardableResult
    func append(_ bytes: [UInt8], padded: Bool = true) throws(PictureError) -> Int {
        var report = CodecReport()
        guard codec_tiff_append(writer, bytes, bytes.count, &report) == CODEC_OK else { throw report.writingError }
        let end = Int(clamping: report.offset)
        if padded, end % 2 == 1 {
            guard codec_tiff_append(writer, [0], 1, &report) == CODEC_OK else { throw report.writingError }
        }
        return end - bytes.count
    }

    /// Adds a page, whose strips are written. Offsets among its values have eight bytes.
    func addPage(_ values: [TIFFValue]) { pages.append(values) }

    /// Writes the directories and the header.
    func finish() throws(PictureError) {
        let order = order ?? TIFFOrder(isLittleEndian: true)
        var report = CodecReport()
        // An empty piece: says where the end is.
        guard codec_tiff_append(writer, [0], 0, &report) == CODEC_OK else { throw report.writingError }
        let start = (Int(clamping: report.offset) + 1) / 2 * 2
        let sizes = pages.map { TIFFValue.directoryByteCount($0, isBig: true) }
        let isBig = start + sizes.reduce(0, +) > 0xFFFF_0000
        try append([])
        var offset = start
        for (index, page) in pages.enumerated() {
            let values = isBig ? page : page.map { $0.shortened(order) }
            let next = offset + TIFFValue.directoryByteCount(values, isBig: isBig)
            try append(
                TIFFValue.directory(
                    values, at: offset, next: index + 1 < pages.count ? next : 0, isBig: isBig, order: order))
            offset = next
        }
        var header = order.header(isBig: isBig, firstDirectory: start)
        header += [UInt8](repeating: 0, count: Int(TIFF_HEADER_BYTES) - header.count)
        guard codec_tiff_write_header(writer, header, &report) == CODEC_OK else { throw report.writingError }
    }

    var encodedBytes: [UInt8] {
        var count = 0
        let bytes = codec_tiff_writer_bytes(writer, &count)
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
}

extension TIFFValue {
    /// The value as a classic TIFF has it: offsets of four bytes.
    fileprivate func shortened(_ order: TIFFOrder) -> TIFFValue {
        guard type == .long8 else { return self }
        let numbers = stride(from: 0, to: bytes.count, by: 8).map {
            TIFFFile.number(bytes, at: $0, bytes: 8, order.isLittleEndian)
        }
        return TIFFValue(tag: tag, type: .long, numbers: numbers, order: order)
    }
}
