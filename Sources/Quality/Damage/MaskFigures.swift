public import Imaging

/// The agreement of a mask that was found with the true one: counts, of which sums over pictures are taken before shares.
///
/// Of the true mask 0 is whole and 255 damaged; pixels with a value between count neither way. An *object* is a
/// connected part of 255 with `leastArea` pixels or more (by edges and corners); it is found where half of it is.
public struct MaskFigures: Sendable, Equatable, Codable {
    /// The least number of pixels of an object.
    public static let leastArea = 4

    /// The number of damaged pixels that were found.
    public var found = 0
    /// The number of damaged pixels that were not found.
    public var missed = 0
    /// The number of whole pixels that were taken for damaged.
    public var wrong = 0
    /// The number of whole pixels that were left alone.
    public var whole = 0
    /// The number of objects.
    public var objects = 0
    /// The number of objects of which half or more was found.
    public var foundObjects = 0

    /// Creates figures of no picture.
    public init() {}

    /// Creates the figures of one picture.
    ///
    /// - Parameters:
    ///   - mask: what was found, from 128 on.
    ///   - truth: what is damaged, of the same size.
    /// - Throws: `QualityError.size`.
    public init(of mask: PixelMask, truth: PixelMask) throws(QualityError) {
        guard mask.height == truth.height, mask.width == truth.width else {
            throw .size(
                foundWidth: mask.width, foundHeight: mask.height, expectedWidth: truth.width,
                expectedHeight: truth.height)
        }
        let (components, firstPass) = truth.components(least: 255)
        var scan = firstPass
        var hits = [Int](repeating: 0, count: components.count)
        for y in 0..<truth.height {
            mask.withRow(y) { marks in
                truth.withRow(y) { row in
                    for x in 0..<row.count where row[x] == 0 {
                        if marks[x] >= PixelMask.setLevel { wrong += 1 } else { whole += 1 }
                    }
                    scan.forEachRun(ofRow: row) { component, columns in
                        for x in columns where marks[x] >= PixelMask.setLevel { hits[component] += 1 }
                    }
                }
            }
        }
        for (component, hits) in zip(components, hits) {
            found += hits
            missed += component.area - hits
            guard component.area >= Self.leastArea else { continue }
            objects += 1
            if 2 * hits >= component.area { foundObjects += 1 }
        }
    }

    /// Returns the figures of two pictures, or sets of them, together.
    public static func + (a: MaskFigures, b: MaskFigures) -> MaskFigures {
        var sum = a
        sum.found += b.found
        sum.missed += b.missed
        sum.wrong += b.wrong
        sum.whole += b.whole
        sum.objects += b.objects
        sum.foundObjects += b.foundObjects
        return sum
    }

    private static func share(_ part: Int, of all: Int) -> Double? { all == 0 ? nil : Double(part) / Double(all) }

    /// The share of what was found that is damaged; nil where nothing was found.
    public var precision: Double? { Self.share(found, of: found + wrong) }
    /// The share of what is damaged that was found; nil where nothing is damaged.
    public var recall: Double? { Self.share(found, of: found + missed) }
    /// The harmonic mean of precision and recall; nil where nothing is damaged and nothing was found.
    public var f1: Double? { Self.share(2 * found, of: 2 * found + wrong + missed) }
    /// The share of objects that were found; nil without any.
    public var objectRecall: Double? { Self.share(foundObjects, of: objects) }
    /// The share of whole pixels that were taken for damaged; nil without any.
    public var wrongShare: Double? { Self.share(wrong, of: wrong + whole) }
}
