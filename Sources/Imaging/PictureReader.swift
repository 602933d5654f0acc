public import SystemPackage
public import Tensors

/// Decodes a PNG or JPEG from top to bottom, upright as EXIF says, into values in 0...1.
///
/// The format is recognised by the first bytes. Limits are checked against the header before anything is allocated; the
/// whole file's structure (PNG) or header (JPEG) is walked before the first row is decoded. Rows are streamed as they
/// are stored where the format allows, else (interlaced PNG, an orientation that exchanges rows) the picture is decoded
/// whole, in its stored depth, when the first rows are asked for.
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
    private var next = 0

    /// Opens a file and reads its header and metadata.
    ///
    /// - Throws: `PictureError`.
    public convenience init(
        path: FilePath, limits: PictureLimits = PictureLimits(), damaged: DamagePolicy = .reject
    ) throws(PictureError) {
        try self.init(reading: ByteSource(path: path), limits: limits, damaged: damaged)
    }

    /// Reads a file that is in memory.
    ///
    /// - Throws: `PictureError`.
    public convenience init(
        bytes: [UInt8], limits: PictureLimits = PictureLimits(), damaged: DamagePolicy = .reject
    ) throws(PictureError) {
        try self.init(reading: ByteSource(bytes: bytes), limits: limits, damaged: damaged)
    }

    private init(reading source: ByteSource, limits: PictureLimits, damaged: DamagePolicy) throws(PictureError) {
        let file = try OpenedFile(source, limits: limits, damaged: damaged)
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
            isWhole: holdsPicture || rows.libraryBytes > 0, decodingBytes: needed)
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
            if next == 0, view.height > 0 {
                try band.fill(rows.layout.height, from: rows)
                try finish()
            }
            band.copy(shownRows: next..<(next + view.height), orientation: orientation, into: view)
            next += view.height
            return
        }
        var done = 0
        while done < view.height {
            let count = min(band.rowCapacity, view.height - done)
            try band.fill(count, from: rows)
            let part = view.cropped(rows: done..<(done + count), columns: 0..<width)
            band.copy(shownRows: 0..<count, orientation: orientation, into: part)
            done += count
            next += count
            if next == height { try finish() }
        }
    }

    /// Reads the file to its end. What the header told already is not told again.
    private func finish() throws(PictureError) {
        notes += try rows.finish().filter { !notes.contains($0) }
    }
}
