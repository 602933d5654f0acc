/// A connected part of a mask: pixels that touch one another by an edge or a corner.
public struct MaskComponent: Sendable, Equatable {
    /// The number of pixels.
    public var area: Int
    /// The rows that it reaches over.
    public var rows: Range<Int>
    /// The columns that it reaches over.
    public var columns: Range<Int>
    /// The largest value of its pixels.
    public var peak: UInt8
    /// The sum of its pixels' values.
    public var sum: Int

    /// Creates a component of `area` pixels.
    public init(area: Int, rows: Range<Int>, columns: Range<Int>, peak: UInt8, sum: Int) {
        (self.area, self.rows, self.columns, self.peak, self.sum) = (area, rows, columns, peak, sum)
    }

    /// Takes the pixels of `other` into this component.
    mutating func add(_ other: MaskComponent) {
        area += other.area
        rows = min(rows.lowerBound, other.rows.lowerBound)..<max(rows.upperBound, other.rows.upperBound)
        columns =
            min(columns.lowerBound, other.columns.lowerBound)..<max(columns.upperBound, other.columns.upperBound)
        peak = max(peak, other.peak)
        sum += other.sum
    }
}

/// The components of a mask, found row by row in two passes: the first joins the labels of runs that touch (union-find,
/// as Rosenfeld and Pfaltz 1966 label pictures), the second goes over the same rows again and tells to which component
/// each run belongs.
///
/// Time is linear in the pixels. What is held are two rows of runs and one entry for each label, of which every U-shaped
/// part of a component needs one more: no picture of labels, and no more than a quarter of the pixels.
public struct ComponentScan: Sendable {
    /// A run of pixels of one row.
    fileprivate struct Run {
        var columns: Range<Int>
        var label: Int
    }

    private let width: Int
    private let least: UInt8
    private var labels = JoinedLabels()
    private var parts: [MaskComponent] = []
    private var above: [Run] = []
    private var nextRow = 0
    /// The number of each label's component; empty in the first pass.
    private var numbers: [Int] = []
    private var nextLabel = 0

    /// Begins the first pass over rows of `width` pixels, of which those of `least` or more belong to components.
    public init(width: Int, least: UInt8 = PixelMask.setLevel) {
        precondition(least > 0)
        (self.width, self.least) = (width, least)
    }

    /// Takes the next row of the first pass.
    public mutating func addRow(_ row: Span<UInt8>) {
        precondition(numbers.isEmpty && row.count == width)
        var (runs, first) = ([Run](), 0)
        Self.forEachRun(row, least: least) { columns, peak, sum in
            let part = MaskComponent(
                area: columns.count, rows: nextRow..<nextRow + 1, columns: columns, peak: peak, sum: sum)
            var label: Int?
            Self.forEachTouching(columns, in: above, from: &first) { run in
                label = label.map { join($0, run.label) } ?? labels.root(of: run.label)
            }
            if let label {
                parts[label].add(part)
            } else {
                labels.append()
                parts.append(part)
            }
            runs.append(Run(columns: columns, label: label ?? parts.count - 1))
        }
        above = runs
        nextRow += 1
    }

    /// Ends the first pass and returns the components, in the order of their first pixels, rows first. What follows is
    /// the second pass.
    public mutating func finish() -> [MaskComponent] {
        precondition(numbers.isEmpty)
        var components: [MaskComponent] = []
        numbers = [Int](repeating: 0, count: parts.count)
        // A root has the least label of its component, so it comes before all others.
        for label in parts.indices {
            let root = labels.root(of: label)
            if root == label {
                numbers[label] = components.count
                components.append(parts[label])
            } else {
                numbers[label] = numbers[root]
            }
        }
        (parts, labels, above, nextRow, nextLabel) = ([], JoinedLabels(), [], 0, 0)
        return components
    }

    /// Takes the next row of the second pass, which is as it was in the first, and hands its runs to `body`, each with
    /// its component's number.
    public mutating func forEachRun(
        ofRow row: Span<UInt8>, _ body: (_ component: Int, _ columns: Range<Int>) throws -> Void
    ) rethrows {
        precondition(row.count == width)
        var (runs, first) = ([Run](), 0)
        try Self.forEachRun(row, least: least) { columns, _, _ in
            var label: Int?
            Self.forEachTouching(columns, in: above, from: &first) { run in label = label ?? run.label }
            if label == nil {
                label = nextLabel
                nextLabel += 1
            }
            guard let label else { return }
            runs.append(Run(columns: columns, label: label))
            try body(numbers[label], columns)
        }
        above = runs
    }

    /// Hands the runs of a row to `body`, each with its largest value and the sum of all.
    fileprivate static func forEachRun(
        _ row: Span<UInt8>, least: UInt8, _ body: (_ columns: Range<Int>, _ peak: UInt8, _ sum: Int) throws -> Void
    ) rethrows {
        var x = 0
        while x < row.count {
            guard row[x] >= least else {
                x += 1
                continue
            }
            let start = x
            var (peak, sum) = (UInt8(0), 0)
            while x < row.count, row[x] >= least {
                peak = max(peak, row[x])
                sum += Int(row[x])
                x += 1
            }
            try body(start..<x, peak, sum)
        }
    }

    /// Hands the runs of the row above that touch `columns` by an edge or a corner to `body`. `first` is the first run
    /// that may, and moves on with runs from left to right.
    fileprivate static func forEachTouching(
        _ columns: Range<Int>, in above: [Run], from first: inout Int, _ body: (Run) -> Void
    ) {
        while first < above.count, above[first].columns.upperBound < columns.lowerBound { first += 1 }
        var index = first
        while index < above.count, above[index].columns.lowerBound <= columns.upperBound {
            body(above[index])
            index += 1
        }
    }

    /// Joins two labels and returns the root, which is the lesser of their roots.
    private mutating func join(_ a: Int, _ b: Int) -> Int {
        guard let (root, other) = labels.join(a, b) else { return labels.root(of: a) }
        parts[root].add(parts[other])
        return root
    }
}

extension JoinedLabels {
    /// Returns runs with labels from 0 on, fewer than there are runs.
    fileprivate mutating func numbered(_ runs: [ComponentScan.Run]) -> [ComponentScan.Run] {
        var numbers: [Int: Int] = [:]
        return runs.map { run in
            let root = root(of: run.label)
            let number = numbers[root] ?? numbers.count
            numbers[root] = number
            return ComponentScan.Run(columns: run.columns, label: number)
        }
    }
}

extension PixelMask {
    /// Returns the connected parts of pixels with values of `least` or more, in the order of their first pixels, and
    /// the scan that stands before its second pass.
    public func components(least: UInt8 = PixelMask.setLevel) -> (components: [MaskComponent], scan: ComponentScan) {
        var scan = ComponentScan(width: width, least: least)
        for y in 0..<height { withRow(y) { scan.addRow($0) } }
        let components = scan.finish()
        return (components, scan)
    }

    /// Returns the number of connected parts of pixels with values of `least` or more.
    ///
    /// - Complexity: linear in the pixels; memory for two rows of runs, however many parts there are.
    public func componentCount(least: UInt8 = PixelMask.setLevel) -> Int {
        // Every run begins a part, and each two parts of the row above that it touches and that were not one become one.
        // Labels of a row are numbered anew, since which of its runs belong together is all that the next row asks.
        var count = 0
        var above: [ComponentScan.Run] = []
        for y in 0..<height {
            withRow(y) { row in
                var (runs, first) = ([ComponentScan.Run](), 0)
                var labels = JoinedLabels(count: above.count)
                ComponentScan.forEachRun(row, least: least) { columns, _, _ in
                    var label: Int?
                    ComponentScan.forEachTouching(columns, in: above, from: &first) { run in
                        if let known = label { count -= labels.join(known, run.label) == nil ? 0 : 1 }
                        label = label ?? run.label
                    }
                    if label == nil { count += 1 }
                    runs.append(.init(columns: columns, label: label ?? labels.append()))
                }
                above = labels.numbered(runs)
            }
        }
        return count
    }

    /// Returns 255 at the pixels of those components of values of `least` or more that `isKept` takes, 0 elsewhere; in place
    /// where nobody else holds the mask.
    public consuming func keepingComponents(
        least: UInt8 = PixelMask.setLevel, where isKept: (MaskComponent) throws -> Bool
    ) rethrows -> PixelMask {
        try keepingComponents(least: least, choosing: { try $0.map(isKept) })
    }

    /// Returns 255 at the pixels of some components of values of `least` or more, 0 elsewhere; in place where nobody else
    /// holds the mask.
    ///
    /// - Parameter choose: gets all components, and says of each whether it is kept.
    public consuming func keepingComponents(
        least: UInt8 = PixelMask.setLevel, choosing choose: ([MaskComponent]) throws -> [Bool]
    ) rethrows -> PixelMask {
        var (components, scan) = components(least: least)
        let kept = try choose(components)
        var runs: [Range<Int>] = []
        for y in 0..<height {
            runs.removeAll(keepingCapacity: true)
            withRow(y) { row in
                scan.forEachRun(ofRow: row) { component, columns in if kept[component] { runs.append(columns) } }
            }
            withMutableRow(y) { row in
                row.update(repeating: 0)
                for columns in runs { for x in columns { row[x] = 255 } }
            }
        }
        return self
    }

    /// Returns the mask with hysteresis: 255 at the components of values of `low` or more that have a value of `high`
    /// or more, 0 elsewhere.
    public func hysteresis(low: UInt8, high: UInt8) -> PixelMask {
        precondition(low > 0 && low <= high)
        return keepingComponents(least: low) { $0.peak >= high }
    }
}
