import Imaging
import Tensors

/// The pictures that a page shows of one record: both whole, made small, and a piece of each at full size.
struct PreviewPair {
    /// Whole views are made small by a whole factor until neither side is longer than this.
    static let overviewSide = 960
    /// The side of the piece, in pixels of the restored picture.
    static let cropSide = 240

    var before: PlanarImage
    var after: PlanarImage
    /// The pieces; `beforeCrop` is smaller by `scale`.
    var beforeCrop: PlanarImage
    var afterCrop: PlanarImage
    var referenceCrop: PlanarImage?
    /// By how much the restored picture is larger.
    var scale: Int
    var afterWidth: Int
    var afterHeight: Int
    /// The upper left corner of the piece in the restored picture.
    var cropX: Int
    var cropY: Int
    /// The profiles, so that colours look as they do in the files.
    var beforeMetadata: Metadata
    var afterMetadata: Metadata
    var referenceMetadata: Metadata

    /// Reads the pictures twice: for the whole view and where they differ most, and for the piece from there.
    init?(_ source: PreviewSource) throws {
        let before = try source.before()
        let after = try source.after()
        let reference = try source.reference?()
        guard before.width > 0, before.height > 0, after.width % before.width == 0 else { return nil }
        let scale = after.width / before.width
        guard scale > 0, after.height == before.height * scale else { return nil }
        if let reference, reference.width != after.width || reference.height != after.height { return nil }
        self.scale = scale
        (afterWidth, afterHeight) = (after.width, after.height)
        beforeMetadata = (before as? PictureReader)?.info.metadata ?? Metadata()
        afterMetadata = (after as? PictureReader)?.info.metadata ?? Metadata()
        referenceMetadata = (reference as? PictureReader)?.info.metadata ?? Metadata()

        var small = Overview(before)
        var large = Overview(after)
        var difference = DifferenceMap(width: after.width, height: after.height)
        let beforeRow = PlanarImage(channels: before.channels, height: 1, width: before.width)
        let afterRow = PlanarImage(channels: after.channels, height: 1, width: after.width)
        let referenceRow = reference.map { PlanarImage(channels: $0.channels, height: 1, width: $0.width) }
        for y in 0..<after.height {
            if y % scale == 0 {
                try before.readRows(into: beforeRow.view)
                small.add(beforeRow)
            }
            try after.readRows(into: afterRow.view)
            large.add(afterRow)
            if let reference, let referenceRow {
                try reference.readRows(into: referenceRow.view)
                difference.add(afterRow, against: referenceRow, scale: 1, row: y)
            } else {
                difference.add(afterRow, against: beforeRow, scale: scale, row: y)
            }
        }
        self.before = small.finished()
        self.after = large.finished()
        let corner = difference.worstCorner(side: Self.cropSide, multiple: scale)
        (cropX, cropY) = (corner.x, corner.y)
        let (columns, rows) = (min(Self.cropSide, after.width), min(Self.cropSide, after.height))
        beforeCrop = try Self.cut(
            source.before(), x: corner.x / scale, y: corner.y / scale, width: max(1, columns / scale),
            height: max(1, rows / scale))
        afterCrop = try Self.cut(source.after(), x: corner.x, y: corner.y, width: columns, height: rows)
        referenceCrop = try source.reference.map {
            try Self.cut($0(), x: corner.x, y: corner.y, width: columns, height: rows)
        }
    }

    private static func cut(_ source: any RowSource, x: Int, y: Int, width: Int, height: Int) throws -> PlanarImage {
        let row = PlanarImage(channels: source.channels, height: 1, width: source.width)
        let crop = PlanarImage(channels: source.channels, height: height, width: width)
        for line in 0..<y + height {
            try source.readRows(into: row.view)
            guard line >= y else { continue }
            for c in 0..<source.channels {
                crop.view.row(c, line - y).update(from: row.view.row(c, 0) + x, count: width)
            }
        }
        withExtendedLifetime(row) {}
        return crop
    }
}

/// A picture made small, row by row, by the mean of squares of whole pixels.
private struct Overview {
    private let factor: Int
    private let result: PlanarImage
    private let width: Int
    private var next = 0

    init(_ source: any RowSource) {
        width = source.width
        let longest = max(source.width, source.height)
        factor = max(1, (longest + PreviewPair.overviewSide - 1) / PreviewPair.overviewSide)
        result = PlanarImage(
            channels: source.channels, height: max(1, source.height / factor), width: max(1, source.width / factor))
    }

    mutating func add(_ row: PlanarImage) {
        let y = next / factor
        next += 1
        guard y < result.height else { return }
        let columns = min(factor, row.width)
        for c in 0..<result.channels {
            let (source, target) = (row.view.row(c, 0), result.view.row(c, y))
            for x in 0..<result.width {
                var sum: Float = 0
                for i in 0..<columns { sum += source[x * factor + i] }
                target[x] += sum
            }
        }
    }

    /// The sums divided by the pixels of a square, of which a very thin picture has fewer.
    func finished() -> PlanarImage {
        let scale = 1 / Float(min(factor, width) * min(factor, next))
        for c in 0..<result.channels {
            for y in 0..<result.height {
                let row = result.view.row(c, y)
                for x in 0..<result.width { row[x] *= scale }
            }
        }
        return result
    }
}

/// Squared differences summed over cells of 16x16 pixels, to find the piece worth looking at.
private struct DifferenceMap {
    private static let cell = 16
    private let width: Int
    private let height: Int
    private let columns: Int
    private let rows: Int
    private var sums: [Float]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        columns = (width + Self.cell - 1) / Self.cell
        rows = (height + Self.cell - 1) / Self.cell
        sums = [Float](repeating: 0, count: columns * rows)
    }

    mutating func add(_ row: PlanarImage, against other: PlanarImage, scale: Int, row y: Int) {
        let line = y / Self.cell * columns
        for c in 0..<min(row.channels, other.channels) {
            let (a, b) = (row.view.row(c, 0), other.view.row(c, 0))
            for x in 0..<width {
                let difference = a[x] - b[x / scale]
                sums[line + x / Self.cell] += difference * difference
            }
        }
        withExtendedLifetime((row, other)) {}
    }

    /// The corner of the square of `side` pixels with the greatest sum, on cells, within the picture, on a multiple
    /// of `multiple`.
    func worstCorner(side: Int, multiple: Int) -> (x: Int, y: Int) {
        let cells = max(1, side / Self.cell)
        var best = (x: 0, y: 0, sum: -Float.infinity)
        for top in 0...max(0, rows - cells) {
            for left in 0...max(0, columns - cells) {
                var sum: Float = 0
                for row in top..<min(rows, top + cells) {
                    for column in left..<min(columns, left + cells) { sum += sums[row * columns + column] }
                }
                if sum > best.sum { best = (left * Self.cell, top * Self.cell, sum) }
            }
        }
        func fitted(_ value: Int, _ extent: Int) -> Int {
            max(0, min(value, extent - side)) / multiple * multiple
        }
        return (fitted(best.x, width), fitted(best.y, height))
    }
}
