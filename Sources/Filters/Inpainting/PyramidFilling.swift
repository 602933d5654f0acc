public import Tensors

/// Smooth filling of the holes of a picture that comes row by row: means of ever larger squares, then back by bilinear
/// interpolation (Gortler and others, The Lumigraph, 1996: pull and push).
///
/// A square of a level is the mean of what is whole among the four below it, and is whole if one of them is. From the
/// coarsest level down, what is not whole is interpolated between the middles of the coarser level's squares. Squares of
/// the coarsest level without anything whole take what lies beside them in their row, or above it, or 0.5.
///
/// A row is filled once the rows that it depends on have been given, at most two squares of the coarsest level further on;
/// the result does not depend on how many rows are given at a time.
///
/// Contract: rows are given in order and taken in order, by one thread at a time.
public final class PyramidFilling {
    /// The number of levels above the picture's that filling uses where no other is named: the coarsest squares have 64
    /// pixels.
    public static let standardLevelCount = 6

    /// The height in pixels.
    public let height: Int
    /// The width in pixels.
    public let width: Int
    /// The channels that are filled.
    public let channels: Int
    private var levels: [Level] = []
    private let capacity: Int
    /// The rows that have been taken.
    public private(set) var takenRows = 0

    /// Creates a filling of one picture.
    ///
    /// - Parameters:
    ///   - channels: the channels that are filled.
    ///   - keptChannels: channels behind those, which are handed on as they are.
    ///   - rowsAtATime: the most rows that are given at a time.
    ///   - levelCount: the levels above the picture's.
    public init(
        height: Int, width: Int, channels: Int, keptChannels: Int = 0, rowsAtATime: Int,
        levelCount: Int = PyramidFilling.standardLevelCount
    ) {
        precondition(height > 0 && width > 0 && channels > 0 && keptChannels >= 0 && rowsAtATime > 0 && levelCount >= 0)
        (self.height, self.width, self.channels) = (height, width, channels)
        let sizes = Self.sizes(height: height, width: width, rowsAtATime: rowsAtATime, levelCount: levelCount)
        capacity = sizes[0].rows
        for (index, size) in sizes.enumerated() {
            levels.append(
                Level(
                    channels: channels + (index == 0 ? keptChannels : 0), height: size.height, width: size.width,
                    rows: size.rows))
        }
    }

    private static func sizes(
        height: Int, width: Int, rowsAtATime: Int, levelCount: Int
    ) -> [(height: Int, width: Int, rows: Int)] {
        // The rows of the picture from the one that is filled next to the last that was given.
        let ahead = 2 << levelCount + rowsAtATime
        var (height, width) = (height, width)
        return (0...levelCount).map { level in
            defer { (height, width) = ((height + 1) / 2, (width + 1) / 2) }
            return (height, width, min(height, ahead >> level + 4))
        }
    }

    /// The bytes that filling takes.
    public static func byteCount(
        height: Int, width: Int, channels: Int, keptChannels: Int = 0, rowsAtATime: Int,
        levelCount: Int = PyramidFilling.standardLevelCount
    ) -> Int {
        let sizes = sizes(height: height, width: width, rowsAtATime: rowsAtATime, levelCount: levelCount)
        let samples = sizes.reduce(keptChannels * sizes[0].rows * width) { $0 + (channels + 1) * $1.rows * $1.width }
        return samples * MemoryLayout<Float>.stride
    }

    /// The rows that have been given.
    public var givenRows: Int { levels[0].givenRows }

    /// The rows that have to be given before row `row` can be taken.
    public func rowsNeeded(for row: Int) -> Int {
        var last = row
        for level in levels.indices.dropLast() { last = min((last + 1) / 2, levels[level + 1].height - 1) }
        return min(height, (last + 1) << (levels.count - 1))
    }

    /// Gives the next rows.
    ///
    /// - Parameters:
    ///   - rows: of all channels; samples in holes are not read.
    ///   - holes: one channel of as many rows; what is above 0 is a hole.
    public func append(_ rows: PlanarView, holes: PlanarView) {
        precondition(rows.channels == levels[0].values.channels && rows.width == width && holes.width == width)
        precondition(rows.height == holes.height && givenRows + rows.height <= height)
        precondition(givenRows + rows.height - takenRows <= capacity, "more rows were given than fit")
        for y in 0..<rows.height {
            levels[0].append(row: y, of: rows, holes: holes.row(0, y), filling: channels)
            pull()
        }
    }

    /// Makes the rows of the coarser levels that the last row finished.
    private func pull() {
        for index in levels.indices.dropLast() {
            let given = levels[index].givenRows
            guard given % 2 == 0 || given == levels[index].height else { return }
            levels[index + 1].append(meansOf: levels[index], channels: channels)
        }
    }

    /// Takes the next rows, filled.
    ///
    /// - Parameter view: of all channels; as many rows as it has are taken, which what was given has to allow.
    public func take(into view: PlanarView) {
        precondition(view.channels == levels[0].values.channels && view.width == width)
        let last = takenRows + view.height - 1
        precondition(last < height && rowsNeeded(for: last) <= givenRows)
        for y in 0..<view.height {
            fill(level: 0, through: takenRows)
            for c in 0..<view.channels { view.row(c, y).update(from: levels[0].row(c, takenRows), count: width) }
            takenRows += 1
        }
    }

    private func fill(level index: Int, through last: Int) {
        while levels[index].filledRows <= last {
            let y = levels[index].filledRows
            if index == levels.count - 1 {
                levels[index].fillFromBeside(y)
            } else {
                // The two coarse squares around the middle of a fine one; the other one has a quarter.
                let near = y / 2
                let far = max(0, min(levels[index + 1].height - 1, y % 2 == 0 ? near - 1 : near + 1))
                fill(level: index + 1, through: max(near, far))
                levels[index].fill(y, from: levels[index + 1], near: near, far: far, channels: channels)
            }
            levels[index].filledRows += 1
        }
    }

    /// The rows of a level that are still needed.
    private struct Level {
        let height: Int
        let width: Int
        let values: PlanarImage
        /// 1 for what is whole, 0 for what is not, one channel.
        let whole: PlanarImage
        /// The squares of each kept row that are not whole.
        var holeCounts: [Int]
        var givenRows = 0
        var filledRows = 0

        init(channels: Int, height: Int, width: Int, rows: Int) {
            (self.height, self.width) = (height, width)
            values = PlanarImage(channels: channels, height: rows, width: width)
            whole = PlanarImage(channels: 1, height: rows, width: width)
            holeCounts = [Int](repeating: 0, count: rows)
        }

        func row(_ c: Int, _ y: Int) -> UnsafeMutablePointer<Float> { values.view.row(c, y % values.height) }

        func wholeRow(_ y: Int) -> UnsafeMutablePointer<Float> { whole.view.row(0, y % whole.height) }

        mutating func append(row y: Int, of rows: PlanarView, holes: UnsafeMutablePointer<Float>, filling: Int) {
            let marks = wholeRow(givenRows)
            var count = 0
            for x in 0..<width {
                let isHole = holes[x] > 0
                marks[x] = isHole ? 0 : 1
                count += isHole ? 1 : 0
            }
            for c in 0..<rows.channels {
                let (from, to) = (rows.row(c, y), row(c, givenRows))
                to.update(from: from, count: width)
                if c < filling, count > 0 { for x in 0..<width where marks[x] == 0 { to[x] = 0 } }
            }
            holeCounts[givenRows % values.height] = count
            givenRows += 1
        }

        /// Appends the means of two rows of the finer level, or of its last one.
        mutating func append(meansOf fine: Level, channels: Int) {
            let upper = 2 * givenRows
            let rows = upper..<min(upper + 2, fine.height)
            let marks = wholeRow(givenRows)
            var count = 0
            for x in 0..<width {
                let columns = 2 * x..<min(2 * x + 2, fine.width)
                var weight: Float = 0
                for y in rows { for column in columns { weight += fine.wholeRow(y)[column] } }
                marks[x] = min(weight, 1)
                count += weight == 0 ? 1 : 0
                for c in 0..<channels {
                    var sum: Float = 0
                    for y in rows { for column in columns { sum += fine.row(c, y)[column] } }
                    row(c, givenRows)[x] = weight == 0 ? 0 : sum / weight
                }
            }
            holeCounts[givenRows % values.height] = count
            givenRows += 1
        }

        func fill(_ y: Int, from coarse: Level, near: Int, far: Int, channels: Int) {
            guard holeCounts[y % values.height] > 0 else { return }
            let marks = wholeRow(y)
            for c in 0..<channels {
                let (target, first, second) = (row(c, y), coarse.row(c, near), coarse.row(c, far))
                for x in 0..<width where marks[x] == 0 {
                    let left = x / 2
                    let right = max(0, min(coarse.width - 1, x % 2 == 0 ? left - 1 : left + 1))
                    target[x] =
                        0.75 * (0.75 * first[left] + 0.25 * first[right])
                        + 0.25 * (0.75 * second[left] + 0.25 * second[right])
                }
            }
        }

        /// Fills a row of the coarsest level: between what is whole in it, or as the row above, or grey.
        func fillFromBeside(_ y: Int) {
            guard holeCounts[y % values.height] > 0 else { return }
            let marks = wholeRow(y)
            for c in 0..<values.channels {
                let target = row(c, y)
                guard let first = (0..<width).first(where: { marks[$0] == 1 }) else {
                    for x in 0..<width { target[x] = y > 0 ? row(c, y - 1)[x] : 0.5 }
                    continue
                }
                for x in 0..<first { target[x] = target[first] }
                var left = first
                for x in first + 1..<max(first + 1, width) where marks[x] == 1 {
                    for between in left + 1..<x {
                        let share = Float(between - left) / Float(x - left)
                        target[between] = target[left] + (target[x] - target[left]) * share
                    }
                    left = x
                }
                for x in left + 1..<max(left + 1, width) { target[x] = target[left] }
            }
        }
    }
}
