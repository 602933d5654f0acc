import Imaging
public import Workers

/// Finds near copies among pictures: the same photograph at another size, cropped, brighter or darker.
///
/// Each picture is looked for in every other one, as a window of its shape of any size down to half and in any place, by
/// the correlation of grey levels, which neither brightness nor contrast change: in thumbnails of 16 pixels, and where
/// something is found, in those of 32 and 64. What decides is the correlation of structure, of levels less those around
/// them: of unrelated pictures it is near 0. Turned and mirrored copies are not found.
public struct CopySearch: Sendable {
    /// A picture that is a part of another one, or all of it.
    public struct Match: Sendable, Equatable {
        /// The place of the picture.
        public var picture: Int
        /// The place of the picture that shows as much or more.
        public var container: Int
        /// The correlation of structure, at most 1.
        public var correlation: Double
        /// The part of the container that the picture shows, in shares of its height and width.
        public var window: Window
    }

    /// A part of a picture, in shares of its height and width.
    public struct Window: Sendable, Equatable {
        /// The first row.
        public var top: Double
        /// The first column.
        public var left: Double
        /// The rows.
        public var height: Double
        /// The columns.
        public var width: Double
    }

    /// The correlations of levels that a window must have in thumbnails of each size to be looked at further.
    static let leastLevels = [0.6, 0.65, 0.7]
    /// The correlation of structure from which on pictures are copies: of 60 photographs and four copies of each, pairs of
    /// different ones have 0.52 at most, and every copy has more than 0.74 with another picture of its group.
    public static let least = 0.65
    /// The smallest window, in shares of the largest of that shape.
    static let smallest = 0.5
    /// The windows of different sizes that are looked at further.
    private static let kept = 4

    /// The copies, by the picture and then by its container.
    public let matches: [Match]

    /// Looks for copies.
    ///
    /// - Parameter thumbnails: of each picture; nil for those that are not looked at.
    /// - Complexity: some 50,000 multiply-adds for every two pictures.
    public init(_ thumbnails: [CopyThumbnails?], loop: ParallelLoop = .serial) {
        let results = TaskResults<[Match]>(repeating: [], count: thumbnails.count)
        loop.forEach(thumbnails.count) { _, picture in
            guard let content = thumbnails[picture] else { return }
            var contents = Contents(content)
            var found: [Match] = []
            for (container, other) in thumbnails.enumerated() where container != picture {
                guard let other, let window = Self.window(of: &contents, in: other) else { continue }
                found.append(
                    Match(
                        picture: picture, container: container, correlation: window.correlation,
                        window: window.window))
            }
            results.values[picture] = found
        }
        matches = results.values.flatMap(\.self)
    }

    /// The pictures that are copies of each other, directly or through others: the places in groups of two or more, each
    /// sorted, in the order of their first.
    public var groups: [[Int]] {
        let members = Set(matches.flatMap { [$0.picture, $0.container] })
        var labels = JoinedLabels(count: (members.max() ?? -1) + 1)
        for match in matches { labels.join(match.picture, match.container) }
        return Dictionary(grouping: members) { labels.root(of: $0) }.values.map { $0.sorted() }.sorted { $0[0] < $1[0] }
    }

    /// A picture at the sizes of windows, each made once.
    private struct Contents {
        let thumbnails: CopyThumbnails
        private var made: [[Int]: [Float]?] = [:]

        init(_ thumbnails: CopyThumbnails) { self.thumbnails = thumbnails }

        mutating func content(_ height: Int, _ width: Int, isStructure: Bool = false) -> [Float]? {
            let key = [height, width, isStructure ? 1 : 0]
            if let known = made[key] { return known }
            let content = thumbnails.content(height: height, width: width, isStructure: isStructure)
            made[key] = .some(content)
            return content
        }
    }

    /// A window in a thumbnail.
    private struct Place {
        /// In shares of the largest window of this shape.
        var size: Double
        var top: Int
        var left: Int
        var rows: Int
        var columns: Int
        var correlation: Double
    }

    /// Returns the best window at a size, among those whose first row and column are near the given ones; nil where there
    /// is none.
    private static func best(
        _ contents: inout Contents, _ level: CopyThumbnails.Level, size: Double, near: (top: Double, left: Double)?,
        reach: Int, isStructure: Bool = false
    ) -> Place? {
        let shape = Double(contents.thumbnails.width) / Double(contents.thumbnails.height)
        let largest = min(Double(level.width), Double(level.height) * shape)
        let columns = min(level.width, Int((size * largest).rounded()))
        let rows = min(level.height, Int((size * largest / shape).rounded()))
        guard rows >= 4, columns >= 4, let content = contents.content(rows, columns, isStructure: isStructure) else {
            return nil
        }
        func range(_ most: Int, _ middle: Double?) -> ClosedRange<Int> {
            guard let middle else { return 0...most }
            let first = min(most, max(0, Int(middle.rounded()) - reach))
            return first...max(first, min(most, Int(middle.rounded()) + reach))
        }
        var best: Place?
        for top in range(level.height - rows, near?.top) {
            for left in range(level.width - columns, near?.left) {
                let correlation = level.correlation(content, top, left, rows, columns)
                if correlation > best?.correlation ?? -1 {
                    best = Place(
                        size: size, top: top, left: left, rows: rows, columns: columns, correlation: correlation)
                }
            }
        }
        return best
    }

    /// Returns the window of a picture that shows the same as another one; nil where none does.
    private static func window(
        of contents: inout Contents, in other: CopyThumbnails
    ) -> (correlation: Double, window: Window)? {
        var places: [Place] = []
        for step in 0...Int((1 - smallest) / 0.05 + 0.5) {
            if let place = best(&contents, other.levels[0], size: 1 - 0.05 * Double(step), near: nil, reach: 0),
                place.correlation >= leastLevels[0]
            {
                places.append(place)
            }
        }
        places = Array(places.sorted { $0.correlation > $1.correlation }.prefix(kept))
        for (number, step) in [(1, 0.025), (2, 0.0125)] {
            places = places.compactMap { place in
                refined(place, &contents, from: other.levels[number - 1], to: other.levels[number], step: step)
            }.filter { $0.correlation >= leastLevels[number] }
        }
        guard let last = other.levels.last else { return nil }
        let found = places.compactMap { place in
            refined(place, &contents, from: last, to: other.structure, step: 0.00625, isStructure: true)
        }.max { $0.correlation < $1.correlation }
        guard let found, found.correlation >= least else { return nil }
        let (height, width) = (Double(last.height), Double(last.width))
        return (
            found.correlation,
            Window(
                top: Double(found.top) / height, left: Double(found.left) / width, height: Double(found.rows) / height,
                width: Double(found.columns) / width)
        )
    }

    /// Returns the best window of nearly the same size and place in a finer thumbnail.
    private static func refined(
        _ place: Place, _ contents: inout Contents, from coarse: CopyThumbnails.Level, to fine: CopyThumbnails.Level,
        step: Double, isStructure: Bool = false
    ) -> Place? {
        let scale = Double(fine.width) / Double(coarse.width)
        // The middle stays where it is, whatever the size.
        let middle = (
            top: (Double(place.top) + Double(place.rows) / 2) * scale,
            left: (Double(place.left) + Double(place.columns) / 2) * scale
        )
        var best: Place?
        for change in -2...2 {
            let size = place.size + Double(change) * step
            guard size <= 1 + 1e-9, size > 0 else { continue }
            let (rows, columns) = (
                Double(place.rows) * scale * size / place.size, Double(place.columns) * scale * size / place.size
            )
            let found = Self.best(
                &contents, fine, size: size, near: (middle.top - rows / 2, middle.left - columns / 2), reach: 2,
                isStructure: isStructure)
            if let found, found.correlation > best?.correlation ?? -1 { best = found }
        }
        return best
    }
}
