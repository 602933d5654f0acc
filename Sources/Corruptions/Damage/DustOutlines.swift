import Files
import Foundation
public import SystemPackage

/// Outlines of dust, dirt, hairs and scratches that were drawn by hand on a scan, in the scan's pixels.
///
/// As JSON: `{"scan": 6, "outlines": [{"kind": "Dust", "points": [[1562, 293], [1561, 297], [1564, 299]]}]}`, x before y.
public struct DustOutlines: Sendable {
    /// One outline.
    struct Outline: Sendable {
        var points: [DamagePoint]
        var centre: DamagePoint
    }

    /// The largest file that is read, in bytes.
    public static let maximumBytes = 16 << 20
    /// The largest number of outlines.
    public static let maximumOutlines = 100_000
    /// The numbers of points that an outline may have.
    public static let pointCounts = 3...4096
    /// The largest coordinate, either way.
    public static let maximumCoordinate: Float = 1e6

    /// The number that the file gives the scan; nil where it gives none.
    public let scan: Int?
    let outlines: [Outline]

    /// The number of outlines, 1 or more.
    public var count: Int { outlines.count }

    /// Reads a file.
    ///
    /// - Throws: `DustOutlineError`. The file's size is looked at before anything of it is read.
    public init(reading path: FilePath) throws(DustOutlineError) {
        let data: Data
        do {
            let size = try FileStamp(of: path).byteCount
            guard size <= Self.maximumBytes else {
                throw DustOutlineError.tooLarge(bytes: size, limit: Self.maximumBytes)
            }
            data = try Data(contentsOf: URL(fileURLWithPath: path.string))
        } catch let error as DustOutlineError { throw error } catch { throw .unreadable(reason: "\(error)") }
        try self.init(decoding: Array(data))
    }

    /// Reads the text of a file in memory.
    ///
    /// - Throws: `DustOutlineError`.
    public init(decoding bytes: [UInt8]) throws(DustOutlineError) {
        guard bytes.count <= Self.maximumBytes else {
            throw .tooLarge(bytes: Int64(bytes.count), limit: Self.maximumBytes)
        }
        let document: Document
        do { document = try JSONDecoder().decode(Document.self, from: Data(bytes)) } catch { throw .malformed }
        guard (1...Self.maximumOutlines).contains(document.outlines.count) else {
            throw .outlines(found: document.outlines.count, limit: Self.maximumOutlines)
        }
        scan = document.scan
        var outlines: [Outline] = []
        for (index, entry) in document.outlines.enumerated() {
            guard Self.pointCounts.contains(entry.points.count) else {
                throw .points(outline: index, found: entry.points.count, expected: Self.pointCounts)
            }
            var points: [DamagePoint] = []
            for point in entry.points {
                guard point.count == 2, point.allSatisfy({ abs($0) <= Self.maximumCoordinate }) else {
                    throw .point(outline: index)
                }
                points.append(DamagePoint(point[0], point[1]))
            }
            let centre = points.reduce(DamagePoint(), +) / Float(points.count)
            outlines.append(Outline(points: points, centre: centre))
        }
        self.outlines = outlines
    }

    private struct Document: Decodable {
        struct Entry: Decodable { var points: [[Float]] }
        var scan: Int?
        var outlines: [Entry]
    }

    /// Returns the outlines of a window of the scan, in pixels of a picture of `height` x `width`, turned one of eight
    /// ways; of two hundred places the first one with `least` outlines or more, or the last.
    ///
    /// - Parameter scale: the picture's pixels for one of the scan's.
    func window(
        height: Int, width: Int, scale: Float, least: Int, random: inout some RandomNumbers
    ) -> [[DamagePoint]] {
        let centres = outlines.map(\.centre)
        let low = centres.reduce(centres[0]) { DamagePoint(min($0.x, $1.x), min($0.y, $1.y)) }
        let high = centres.reduce(centres[0]) { DamagePoint(max($0.x, $1.x), max($0.y, $1.y)) }
        let way = random.index(below: 8)
        let size = DamagePoint(Float(width), Float(height))
        let extent = (way & 1 == 0 ? size : DamagePoint(size.y, size.x)) / scale
        var (corner, inside) = (DamagePoint(), [Outline]())
        for _ in 0..<200 {
            corner = DamagePoint(
                random.within(low.x, max(low.x + 1, high.x - extent.x)),
                random.within(low.y, max(low.y + 1, high.y - extent.y)))
            let end = corner + extent
            inside = outlines.filter {
                $0.centre.x >= corner.x && $0.centre.x < end.x && $0.centre.y >= corner.y && $0.centre.y < end.y
            }
            if inside.count >= least { break }
        }
        return inside.map { outline in
            outline.points.map { point in
                var place = (point - corner) * scale
                if way & 1 != 0 { place = DamagePoint(place.y, place.x) }
                if way & 2 != 0 { place.x = size.x - place.x }
                if way & 4 != 0 { place.y = size.y - place.y }
                return place
            }
        }
    }
}

/// The reasons for which a file holds no outlines that can be drawn.
public enum DustOutlineError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system would not read the file.
    case unreadable(reason: String)
    /// The file has more bytes than are read.
    case tooLarge(bytes: Int64, limit: Int)
    /// The text is no JSON of the form that is expected.
    case malformed
    /// There is no outline, or there are too many.
    case outlines(found: Int, limit: Int)
    /// An outline, counted from 0, has too few points or too many.
    case points(outline: Int, found: Int, expected: ClosedRange<Int>)
    /// A point of an outline is no pair of numbers, or far away.
    case point(outline: Int)

    public var description: String {
        switch self {
        case .unreadable(let reason): reason
        case .tooLarge(let bytes, let limit): "\(bytes) bytes, expected at most \(limit)"
        case .malformed: "expected JSON with \"outlines\", each with \"points\" as pairs of numbers"
        case .outlines(let found, let limit): "\(found) outlines, expected 1 to \(limit)"
        case .points(let outline, let found, let expected):
            "outline \(outline) has \(found) points, expected \(expected.lowerBound) to \(expected.upperBound)"
        case .point(let outline):
            "outline \(outline) has a point that is no pair of numbers of at most "
                + "\(Int(DustOutlines.maximumCoordinate)) either way"
        }
    }
}
