import Tensors

/// A buffer of stored rows on their way to the planes: a few of them, or all where the picture has to be held whole.
struct RowBand {
    private let layout: StoredLayout
    private var memory: AlignedBuffer<UInt8>?
    private(set) var filledRows = 0

    init(layout: StoredLayout) { self.layout = layout }

    /// The size of a band, a few hundred kilobytes that the second cache level holds.
    private static let bandBytes = 256 << 10

    private static func rowCapacity(of layout: StoredLayout) -> Int {
        max(1, min(64, layout.height, bandBytes / max(1, layout.bytesPerRow)))
    }

    /// Returns the memory in bytes of a band of a few rows.
    static func bytes(for layout: StoredLayout) -> Int { rowCapacity(of: layout) * layout.bytesPerRow }

    var rowCapacity: Int { Self.rowCapacity(of: layout) }

    /// The first of the filled rows; nil before there are any.
    var base: UnsafeRawPointer? { memory.map { UnsafeRawPointer($0.base) } }

    /// Replaces the content by the next `count` rows.
    mutating func fill(_ count: Int, from rows: any StoredRows) throws(PictureError) {
        let bytes = count * layout.bytesPerRow
        if memory == nil || memory!.count < bytes { memory = AlignedBuffer(repeating: 0, count: bytes) }
        filledRows = count
        try rows.read(count, into: memory!.base, stride: layout.bytesPerRow)
    }

    /// Writes the rows that are shown at `shownRows` of the filled part to `view`, turned as `orientation` says.
    func copy(shownRows: Range<Int>, orientation: Orientation, into view: PlanarView) {
        guard let memory, !shownRows.isEmpty else { return }
        let walk = orientation.walk(storedWidth: layout.width, storedHeight: filledRows)
        func offset(_ step: (x: Int, y: Int)) -> Int { step.x * layout.bytesPerPixel + step.y * layout.bytesPerRow }
        let base = UnsafeRawPointer(memory.base) + offset(walk.start)
        let right = offset(walk.right)
        let down = offset(walk.down)
        // A turned picture is read in squares: a whole column at a time would fetch a cache line for every sample.
        let across = orientation.exchangesSides ? 64 : view.width
        let along = orientation.exchangesSides ? 32 : 1
        for firstRow in stride(from: 0, to: view.height, by: along) {
            for firstColumn in stride(from: 0, to: view.width, by: across) {
                for row in firstRow..<min(firstRow + along, view.height) {
                    for channel in 0..<view.channels {
                        SampleConversion.load(
                            base + (shownRows.lowerBound + row) * down + firstColumn * right
                                + layout.picks[channel] * layout.bytesPerSample,
                            bytesPerSample: layout.bytesPerSample, pixelStride: right,
                            count: min(across, view.width - firstColumn),
                            into: view.row(channel, row) + firstColumn)
                    }
                }
            }
        }
    }
}
