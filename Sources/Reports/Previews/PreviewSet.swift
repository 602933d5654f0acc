import Imaging
import Tensors

/// The pictures that a page shows of one picture: before, restored by each method, and the clean one where there is
/// one; each whole, downsampled where it must be, a part of a larger one at full size, and the three regions that
/// differ most.
struct PreviewSet {
    /// The longest side of a whole view in pixels; larger ones are downsampled by a whole factor.
    static let overviewSide = 960
    /// The greatest size of the part at full size, in pixels of the restored picture.
    static let detailSize = (width: 960, height: 720)
    /// The side of a region, in pixels of the restored picture.
    static let regionSide = 160
    static let regionCount = 3

    /// The views of one of the pictures.
    struct Version {
        var overview: PlanarImage
        /// The part at full size; nil where the overview is at full size already.
        var detail: PlanarImage?
        /// The crop of each region.
        var crops: [PlanarImage]
        /// The profile, so that colours look as they do in the file.
        var metadata: Metadata
    }

    /// The picture before; its sides are those of the others divided by `scale`.
    var before: Version
    /// The name of the picture before, on the page.
    var beforeName: String
    /// The picture before with what was mended painted over; nil where there was nothing.
    var marked: Version?
    /// The picture restored by each method, in order.
    var restored: [Version]
    var reference: Version?
    /// The factor by which the restored pictures are larger than the one before.
    var scale: Int
    /// The size of the restored pictures.
    var width: Int
    var height: Int
    /// The rectangle that `detail` shows, in pixels of the restored pictures; nil where the whole view is at full size.
    var detail: PixelRectangle?
    /// The regions in which the results differ most from the reference, or from the picture before; worst first,
    /// without overlap.
    var regions: [PixelRectangle]

    /// Reads every picture in two passes: for the whole views and the regions that differ most, and for the parts from
    /// there.
    ///
    /// - Parameter sources: one for each method; their pictures before and clean are the same.
    /// - Returns: nil where the pictures' sizes do not go together.
    init?(_ sources: [PreviewSource]) throws {
        guard let first = sources.first else { return nil }
        let before = try first.before()
        let found = try? first.damage?(before.width, before.height)
        let mask = found.flatMap { $0.isClear ? nil : $0 }
        func marked() throws -> [any RowSource] { try mask.map { [MarkedRows(try first.before(), mask: $0)] } ?? [] }
        let markedRows = try marked()
        let restored = try sources.map { try $0.after() }
        let reference = try first.reference?()
        guard let after = restored.first, before.width > 0, before.height > 0, after.width % before.width == 0 else {
            return nil
        }
        let scale = after.width / before.width
        guard scale > 0, after.height == before.height * scale else { return nil }
        for picture in restored + [reference].compactMap({ $0 })
        where picture.width != after.width || picture.height != after.height { return nil }
        self.scale = scale
        (width, height) = (after.width, after.height)

        // Those of the size of the picture before come first.
        let smallCount = 1 + markedRows.count
        let restoredIndices = smallCount..<smallCount + restored.count
        var views = [before] + markedRows + restored + [reference].compactMap { $0 }
        let rows = views.map { PlanarImage(channels: $0.channels, height: 1, width: $0.width) }
        var overviews = views.map(PreviewOverview.init)
        var difference = DifferenceMap(width: width, height: height)
        for y in 0..<height {
            for (index, view) in views.enumerated() where index >= smallCount || y % scale == 0 {
                try view.readRows(into: rows[index].view)
                overviews[index].add(rows[index])
            }
            for index in restoredIndices {
                let other = reference == nil ? 0 : rows.count - 1
                difference.add(rows[index], against: rows[other], scale: reference == nil ? scale : 1, row: y)
            }
        }
        let regions = difference.worstRegions(count: Self.regionCount, side: Self.regionSide, multiple: scale)
        let isReduced = width > Self.overviewSide || height > Self.overviewSide
        let detail =
            isReduced
            ? regions.first.map {
                $0.widened(to: Self.detailSize, within: (after.width, after.height), multiple: scale)
            } : nil

        var metadata = views.map { ($0 as? PictureReader)?.info.metadata ?? Metadata() }
        if mask != nil { metadata[1] = metadata[0] }
        views =
            try [first.before()] + marked() + sources.map { try $0.after() }
            + (first.reference.map { [try $0()] } ?? [])
        let places = [detail].compactMap { $0 } + regions
        let versions = try views.enumerated().map { index, view in
            var parts = try Self.cut(view, index < smallCount ? places.map { $0.reduced(by: scale) } : places)
            let part = detail == nil ? nil : parts.removeFirst()
            return Version(
                overview: overviews[index].finished(), detail: part, crops: parts, metadata: metadata[index])
        }
        self.regions = regions
        self.detail = detail
        self.before = versions[0]
        beforeName = first.beforeName
        self.marked = mask != nil ? versions[1] : nil
        self.restored = Array(versions[restoredIndices])
        self.reference = reference == nil ? nil : versions[versions.count - 1]
    }

    /// Returns parts of a picture, which is read once and no further than necessary.
    private static func cut(_ source: any RowSource, _ places: [PixelRectangle]) throws -> [PlanarImage] {
        let row = PlanarImage(channels: source.channels, height: 1, width: source.width)
        let parts = places.map { PlanarImage(channels: source.channels, height: $0.height, width: $0.width) }
        for y in 0..<(places.map { $0.y + $0.height }.max() ?? 0) {
            try source.readRows(into: row.view)
            for (place, part) in zip(places, parts) where y >= place.y && y < place.y + place.height {
                for c in 0..<source.channels {
                    part.view.row(c, y - place.y).update(from: row.view.row(c, 0) + place.x, count: place.width)
                }
            }
        }
        withExtendedLifetime(row) {}
        return parts
    }
}

/// A part of a picture, in pixels from its upper left corner.
struct PixelRectangle: Equatable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int

    func overlaps(_ other: PixelRectangle) -> Bool {
        x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
    }

    /// Returns the same part of a picture that was downsampled by `factor`.
    func reduced(by factor: Int) -> PixelRectangle {
        PixelRectangle(
            x: x / factor, y: y / factor, width: max(1, width / factor), height: max(1, height / factor))
    }

    /// Returns the rectangle about the same middle, as large as `size` and the picture allow, on multiples of
    /// `multiple`.
    func widened(
        to size: (width: Int, height: Int), within picture: (width: Int, height: Int), multiple: Int
    ) -> PixelRectangle {
        func side(_ start: Int, _ length: Int, _ wanted: Int, _ extent: Int) -> (Int, Int) {
            let long = min(wanted, extent) / multiple * multiple
            return (max(0, min(start + (length - long) / 2, extent - long)) / multiple * multiple, long)
        }
        let (x, width) = side(x, width, size.width, picture.width)
        let (y, height) = side(y, height, size.height, picture.height)
        return PixelRectangle(x: x, y: y, width: width, height: height)
    }
}
