import Imaging
import Synchronization
import Tensors

/// The rows of a picture from when they are read until their results are written: in memory up to a limit, then spilled
/// to disk where there is a spool.
///
/// One task appends while another takes, each in the order of the rows.
final class OriginalRows: @unchecked Sendable {

    private struct KeptRows {
        /// The rows from `first` on, oldest first.
        var rows: [AlignedBuffer<Float>] = []
        var first = 0
        /// Buffers that nobody needs, for the next rows.
        var spare: [AlignedBuffer<Float>] = []
        /// The first row that lies on the disk.
        var firstOnDisk: Int?
        var file: SampleFile?
    }

    private let kept = Mutex(KeptRows())
    private let height: Int
    private let width: Int
    private let channels: Int
    private let spool: SampleSpool?
    private let memoryLimit: Int

    /// Creates an object that holds no rows yet.
    ///
    /// - Parameter memoryLimit: the bytes that rows take in memory before further ones are spilled to disk.
    init(channels: Int, height: Int, width: Int, spool: SampleSpool?, memoryLimit: Int) {
        self.memoryLimit = memoryLimit
        self.channels = channels
        self.height = height
        self.width = width
        self.spool = spool
    }

    private var rowBytes: Int { channels * width * MemoryLayout<Float>.stride }

    /// Copies the rows of `view`, which follow those that it took before.
    ///
    /// - Throws: `FileError` where rows cannot be spilled.
    func append(_ view: PlanarView, firstRow: Int) throws {
        try kept.withLock { kept in
            for y in 0..<view.height {
                if kept.firstOnDisk == nil, let spool, (kept.rows.count + 1) * rowBytes > memoryLimit {
                    kept.firstOnDisk = firstRow + y
                    kept.file = try spool.sourceFile(channels: channels, height: height, width: width)
                }
                if let file = kept.file {
                    try file.write(view.cropped(rows: y..<y + 1, columns: 0..<width), row: firstRow + y, column: 0)
                } else {
                    let row = kept.spare.popLast() ?? AlignedBuffer<Float>(repeating: 0, count: channels * width)
                    for c in 0..<channels { (row.base + c * width).update(from: view.row(c, y), count: width) }
                    kept.rows.append(row)
                }
            }
        }
    }

    /// Writes row `y` to row `index` of `view`; rows before it are not asked for again.
    ///
    /// - Throws: `FileError`.
    func take(_ y: Int, into view: PlanarView, at index: Int) throws {
        let target = view.cropped(rows: index..<index + 1, columns: 0..<width)
        try kept.withLock { kept in
            if let first = kept.firstOnDisk, y >= first, let file = kept.file {
                try file.read(into: target, row: y, column: 0)
                return
            }
            while kept.first < y {
                kept.spare.append(kept.rows.removeFirst())
                kept.first += 1
            }
            let row = kept.rows[0]
            for c in 0..<channels { target.row(c, 0).update(from: row.base + c * width, count: width) }
        }
    }
}

/// A row source that keeps copies of the rows that it hands on.
final class KeepingRowSource: RowSource {
    private let source: any RowSource
    private let rows: OriginalRows
    private var next = 0

    init(_ source: any RowSource, keepingIn rows: OriginalRows) {
        self.source = source
        self.rows = rows
    }

    var width: Int { source.width }
    var height: Int { source.height }
    var channels: Int { source.channels }

    func readRows(into view: PlanarView) throws {
        try source.readRows(into: view)
        try rows.append(view, firstRow: next)
        next += view.height
    }
}
