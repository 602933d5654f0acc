public import SystemPackage
public import Tensors

/// Decodes a PNG, JPEG or TIFF from top to bottom, upright as EXIF says, into values in 0...1.
///
/// The format is recognised by the first bytes. Limits are checked against the header before anything is allocated; the
/// whole file's structure (PNG), its directories (TIFF) or header (JPEG) is walked before the first row is decoded. Rows are streamed as they
/// are stored where the format allows, else (interlaced PNG, an orientation that exchanges rows) the picture is decoded
/// whole, in its stored depth, when the first rows are asked for.
///
/// What was decoded can be kept as stored, for a second pass from the first row on, see `keepRows` and `rewind`. Of a
/// TIFF one page is read, see `TIFFPages`.
///
/// Contract: one thread at a time.
public final class PictureReader: RowSource {
    /// The properties of the picture from the file's header.
    public let info: PictureInfo
    /// The remarks on the picture: `info.notes`, and after the last row also the remarks on the decoding.
    public private(set) var notes: [PictureNote]

    private let rows: any StoredRows
    private let orientation: Orientation
    private let holdsPicture: Bool
    private var band: RowBand
    /// The first rows as stored, all of the kept bands but the last with `rowCapacity` rows.
    private var kept: [RowBand] = []
    private var keptRowLimit = 0
    private var keptRows = 0
    private var decodedRows = 0
    private var next = 0

    /// Opens a file and reads its header and metadata.
    ///
    /// - Parameters:
    ///   - page: the page of a TIFF, from 0; other files have one.
    ///   - isUpright: true where whoever made the file has turned its pixels already, whatever orientation it states; a
    ///     note says so where it states one.
    /// - Throws: `PictureError`.
    public convenience init(
        path: FilePath, limits: PictureLimits = PictureLimits(), damaged: DamagePolicy = .reject, page: Int = 0,
        isUpright: Bool = false
    ) throws(PictureError) {
        try self.init(
            OpenedFile(ByteSource(path: path), limits: limits, damaged: damaged, page: page, isUpright: isUpright),
            limits: limits)
    }

    /// Reads a file that is in memory.
    ///
    /// - Throws: `PictureError`.
    public convenience init(
        bytes: [UInt8], limits: PictureLimits = PictureLimits(), damaged: DamagePolicy = .reject
    ) throws(PictureError) {
        try self.init(OpenedFile(ByteSource(bytes: bytes), limits: limits, damaged: damaged), limits: limits)
    }

    init(_ file: OpenedFile, limits: PictureLimits) throws(PictureError) {
        rows = file.rows
        orientation = file.orientation
        let layout = rows.layout
        holdsPicture = rows.isAllOrNothing || orientation.needsAllRows
        let (pictureBytes, overflow) = layout.bytesPerRow.multipliedReportingOverflow(by: layout.height)
        let bandBytes = RowBand.bytes(for: layout)
        let needed =
            (overflow ? Int.max / 2 : holdsPicture ? pictureBytes : bandBytes) + rows.libraryBytes + rows.rowBytes
        guard needed <= limits.maximumBytes else {
            throw .tooMuchMemory(needed: needed, limit: limits.maximumBytes, reason: file.reasonForMemory)
        }
        info = PictureInfo(
            container: file.container,
            width: orientation.exchangesSides ? layout.height : layout.width,
            height: orientation.exchangesSides ? layout.width : layout.height,
            format: file.format, metadata: file.metadata, quantisationTable: file.quantisationTable,
            isTurned: orientation != .upright, notes: file.notes,
            isWhole: holdsPicture || rows.libraryBytes > 0, decodingBytes: needed, pageCount: file.pageCount,
            infrared: file.infrared)
        notes = file.notes
        band = RowBand(layout: layout)
    }

    public var width: Int { info.width }
    public var height: Int { info.height }
    public var channels: Int { info.format.channelCount }

    /// Fills `view` with the next rows.
    ///
    /// - Throws: `PictureError` where the data is damaged; the reader is of no use then.
    public func readRows(into view: PlanarView) throws(PictureError) {
        precondition(view.width == width && view.channels == channels && view.height <= height - next)
        if holdsPicture {
            if view.height > 0, decodedRows == 0 { try decode(rows.layout.height, into: &band) }
            band.copy(shownRows: next..<(next + view.height), orientation: orientation, into: view)
            next += view.height
            return
        }
        var done = 0
        while done < view.height {
            let source: RowBand
            let first: Int
            if next < keptRowLimit {
                if next == keptRows { try keepBand() }
                (source, first) = (kept[next / band.rowCapacity], next % band.rowCapacity)
            } else {
                try decode(min(band.rowCapacity, view.height - done), into: &band)
                (source, first) = (band, 0)
            }
            let count = min(source.filledRows - first, view.height - done)
            let part = view.cropped(rows: done..<(done + count), columns: 0..<width)
            source.copy(shownRows: first..<(first + count), orientation: orientation, into: part)
            done += count
            next += count
        }
    }

    /// Keeps the first `count` rows, as stored, once they are decoded. To be called before the first row is read.
    ///
    /// They take `keptBytes(rows: count)` until the reader goes.
    public func keepRows(_ count: Int) {
        precondition(decodedRows == 0)
        keptRowLimit = holdsPicture ? 0 : min(count, height)
    }

    /// Returns the memory in bytes that `count` kept rows take, with what the decoder itself holds.
    ///
    /// A picture that is decoded whole is kept whatever `count` is.
    public func keptBytes(rows count: Int) -> Int {
        info.decodingBytes + (holdsPicture ? 0 : rows.layout.bytesPerRow * min(count, height))
    }

    /// True where every row that was decoded is at hand, so that `rewind` is allowed.
    public var canRewind: Bool { holdsPicture || decodedRows == keptRows }

    /// Begins again with the first row, without decoding anything twice.
    public func rewind() {
        precondition(canRewind)
        next = 0
    }

    private func keepBand() throws(PictureError) {
        var band = RowBand(layout: rows.layout)
        try decode(min(band.rowCapacity, keptRowLimit - keptRows), into: &band)
        kept.append(band)
        keptRows = decodedRows
    }

    /// Replaces the content of a band by the next rows, and after the last one checks the rest of the file.
    private func decode(_ count: Int, into band: inout RowBand) throws(PictureError) {
        try band.fill(count, from: rows)
        decodedRows += count
        // What the header told already is not told again.
        if decodedRows == rows.layout.height { notes += try rows.finish().filter { !notes.contains($0) } }
    }
}
