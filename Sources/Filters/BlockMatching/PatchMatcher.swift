package import Tensors

/// Finds for each reference patch of a row the patches nearby that look most alike.
///
/// Distances are sums of squared differences over 8x8 samples, added in an order that does not depend on the place.
/// A stack holds its reference first, then others by distance; of equal ones those come first that lie higher, then
/// further left. Used by one thread at a time.
package final class PatchMatcher {
    private static let side = PatchTransform.side
    private let plane: MatchedPlane
    private let stackSize: Int
    private let radius: Int
    private let limit: Float
    /// The number of reference patches in a row.
    let referenceCount: Int
    /// Their columns, ascending.
    private let columns: AlignedBuffer<Int>

    // Buffers, not arrays: arrays in a class are checked for exclusive access each time, which took most of the time.

    /// For each reference `stackSize` entries, of which the first `counts[reference]` are filled.
    private let distances: AlignedBuffer<Float>
    private let places: AlignedBuffer<Int32>
    private let counts: AlignedBuffer<Int>
    /// The distance that a patch must stay below to enter a reference's stack.
    private let worst: AlignedBuffer<Float>
    /// Sums over the rows of a patch, by column, and over its columns too.
    private let columnSums: AlignedBuffer<Float>
    private let sums: AlignedBuffer<Float>

    /// - Parameter limit: the sum of squared differences that a patch must stay below.
    package init(plane: MatchedPlane, stackSize: Int, radius: Int, limit: Float, columns: [Int]) {
        self.plane = plane
        self.stackSize = stackSize
        self.radius = radius
        self.limit = limit
        referenceCount = columns.count
        self.columns = AlignedBuffer(repeating: 0, count: columns.count)
        for (reference, column) in columns.enumerated() { self.columns.base[reference] = column }
        distances = AlignedBuffer(repeating: 0, count: columns.count * stackSize)
        places = AlignedBuffer(repeating: 0, count: columns.count * stackSize)
        counts = AlignedBuffer(repeating: 0, count: columns.count)
        worst = AlignedBuffer(repeating: 0, count: columns.count)
        columnSums = AlignedBuffer(repeating: 0, count: plane.width + 16)
        sums = AlignedBuffer(repeating: 0, count: plane.width + 16)
    }

    /// Looks for the stacks of the references of row `y`.
    package func match(row y: Int) {
        for reference in 0..<referenceCount {
            // The reference itself, whatever its distance to itself is worth.
            distances.base[reference * stackSize] = 0
            places.base[reference * stackSize] = Int32(y * plane.width + columns.base[reference])
            counts.base[reference] = 1
            worst.base[reference] = stackSize > 1 ? limit : -1
        }
        let last = plane.height - Self.side
        for otherY in max(0, y - radius)...min(last, y + radius) {
            for shift in -radius...radius where !(otherY == y && shift == 0) {
                compare(row: y, with: otherY, shift: shift)
            }
        }
    }

    /// The stack of a reference: places as row * width + column, a power of two of them; valid until the next `match`.
    package func stack(of reference: Int) -> UnsafeBufferPointer<Int32> {
        var count = 1
        while 2 * count <= counts.base[reference] { count *= 2 }
        return UnsafeBufferPointer(start: places.base + reference * stackSize, count: count)
    }

    private func compare(row y: Int, with otherY: Int, shift: Int) {
        let width = plane.width
        let first = max(0, -shift)
        let end = min(width, width - shift)
        guard end - first >= Self.side else { return }
        let (a, b) = (plane.row(y), plane.row(otherY) + shift)
        for x in stride(from: first, to: end, by: 8) {
            var sum = Lanes.zero
            for row in 0..<Self.side {
                let difference = (a + row * width + x).lanes - (b + row * width + x).lanes
                sum += difference * difference
            }
            (columnSums.base + x).lanes = sum
        }
        let lastColumn = end - Self.side
        for x in stride(from: first, through: lastColumn, by: 8) {
            let c = columnSums.base + x
            (sums.base + x).lanes =
                ((c.lanes + (c + 1).lanes) + ((c + 2).lanes + (c + 3).lanes))
                + (((c + 4).lanes + (c + 5).lanes) + ((c + 6).lanes + (c + 7).lanes))
        }
        let place = Int32(otherY * width + shift)
        let found = sums.base
        let (columns, worst) = (columns.base, worst.base)
        for reference in 0..<referenceCount {
            let x = columns[reference]
            if x < first { continue }
            if x > lastColumn { break }
            if found[x] < worst[reference] {
                worst[reference] = insert(found[x], at: place + Int32(x), into: reference)
            }
        }
    }

    /// Puts a patch into its place in the stack, and says what the next one must stay below.
    private func insert(_ distance: Float, at place: Int32, into reference: Int) -> Float {
        let distances = distances.base + reference * stackSize
        let places = places.base + reference * stackSize
        var count = counts.base[reference]
        if count < stackSize {
            count += 1
            counts.base[reference] = count
        }
        var index = count - 1
        while index > 1, distances[index - 1] > distance {
            distances[index] = distances[index - 1]
            places[index] = places[index - 1]
            index -= 1
        }
        distances[index] = distance
        places[index] = place
        return count == stackSize ? distances[count - 1] : limit
    }
}

/// A plane to match patches on, with space behind its end for vectors that reach over it.
package struct MatchedPlane: Sendable {
    let height: Int
    let width: Int
    private let samples: AlignedBuffer<Float>

    /// The first channel of `image`.
    package init(_ image: PlanarImage) {
        height = image.height
        width = image.width
        samples = AlignedBuffer(repeating: 0, count: image.height * image.width + 16)
        samples.base.update(from: image.view.base, count: image.height * image.width)
    }

    func row(_ y: Int) -> UnsafeMutablePointer<Float> { samples.base + y * width }
}
