import Imaging

/// The distances of the set pixels of a mask from what is whole, and the order in which they are reached from there.
///
/// Sethian's fast marching method (1996) solves |grad T| = 1: of all pixels that the front may reach next the nearest
/// one is taken, by a heap. Times are pixels; whole pixels within `reach` of the mask have negative ones, 0 at its edge.
struct FastMarching {
    /// A pixel that the front has reached.
    private struct Entry {
        var time: Float
        var place: Int

        /// Equal times go by the place, so that the order does not depend on the heap.
        static func < (a: Entry, b: Entry) -> Bool { (a.time, a.place) < (b.time, b.place) }
    }

    let height: Int
    let width: Int
    /// The time of every pixel.
    private(set) var times: [Float]
    /// True of pixels that have no value yet.
    private(set) var isInside: [Bool]
    private var heap: [Entry] = []

    init(_ mask: PixelMask, reach: Int) {
        (height, width) = (mask.height, mask.width)
        let isSet = mask.values.map { $0 >= PixelMask.setLevel }
        isInside = isSet
        times = [Float](repeating: 0, count: isSet.count)
        // The edge: whole pixels beside set ones.
        var edge: [Int] = []
        for place in isSet.indices where !isSet[place] {
            if hasNeighbour(place, where: { isSet[$0] }) { edge.append(place) }
        }
        // Outwards first, through what is whole and no edge.
        isInside = isSet.map { !$0 }
        for place in edge {
            isInside[place] = false
            push(Entry(time: 0, place: place))
        }
        march(until: Float(reach) + 1) { _, _ in }
        for place in times.indices {
            times[place] = isInside[place] && !isSet[place] ? -Float(reach) - 2 : -times[place]
        }
        isInside = isSet
        heap.removeAll(keepingCapacity: true)
        for place in edge { push(Entry(time: 0, place: place)) }
    }

    /// Marches inwards and hands each set pixel to `visit`, nearest first, when its time is known and it has no value.
    mutating func march(_ visit: (_ front: FastMarching, _ place: Int) -> Void) { march(until: .infinity, visit) }

    private mutating func march(until last: Float, _ visit: (_ front: FastMarching, _ place: Int) -> Void) {
        while let entry = pop(), entry.time <= last {
            let (y, x) = (entry.place / width, entry.place % width)
            for (v, u) in [(y - 1, x), (y, x - 1), (y + 1, x), (y, x + 1)]
            where v >= 0 && v < height && u >= 0 && u < width {
                let place = v * width + u
                guard isInside[place] else { continue }
                times[place] = time(v, u)
                visit(self, place)
                isInside[place] = false
                push(Entry(time: times[place], place: place))
            }
        }
    }

    /// The time of a pixel that has a value; nil for others, and beyond the picture.
    private func known(_ y: Int, _ x: Int) -> Float? {
        guard y >= 0, y < height, x >= 0, x < width, !isInside[y * width + x] else { return nil }
        return times[y * width + x]
    }

    /// Hands the pixels that have a value within `radius` of a pixel to `body`, row by row, each with how far the pixel
    /// lies below and to the right of it.
    @inline(__always)
    func forEachKnown(
        within radius: Int, of y: Int, _ x: Int, _ body: (_ v: Int, _ u: Int, _ dy: Int, _ dx: Int) -> Void
    ) {
        for v in max(0, y - radius)...min(height - 1, y + radius) {
            for u in max(0, x - radius)...min(width - 1, x + radius) {
                let (dy, dx) = (y - v, x - u)
                if dy * dy + dx * dx <= radius * radius, !isInside[v * width + u] { body(v, u, dy, dx) }
            }
        }
    }

    /// The least solution of the eikonal equation over the four pairs of neighbours.
    private func time(_ y: Int, _ x: Int) -> Float {
        func least(_ a: Float?, _ b: Float?) -> Float? {
            guard let a, let b else { return a ?? b }
            return min(a, b)
        }
        guard let vertical = least(known(y - 1, x), known(y + 1, x)) else {
            return (least(known(y, x - 1), known(y, x + 1)) ?? 0) + 1
        }
        guard let horizontal = least(known(y, x - 1), known(y, x + 1)) else { return vertical + 1 }
        let difference = vertical - horizontal
        let root = 2 - difference * difference
        // Where the front comes from one side alone, the other is later than its arrival.
        guard root > 0, abs(difference) < 1 else { return min(vertical, horizontal) + 1 }
        return (vertical + horizontal + root.squareRoot()) / 2
    }

    /// The gradient of the time at a pixel, from neighbours that have one.
    func slope(_ y: Int, _ x: Int) -> (y: Float, x: Float) {
        let here = times[y * width + x]
        return (
            Self.slope(known(y - 1, x), here, known(y + 1, x)), Self.slope(known(y, x - 1), here, known(y, x + 1))
        )
    }

    /// Half the difference of two neighbours, or that of one and the middle; 0 without any.
    static func slope(_ before: Float?, _ here: Float, _ after: Float?) -> Float {
        switch (before, after) {
        case (let before?, let after?): (after - before) / 2
        case (nil, let after?): after - here
        case (let before?, nil): here - before
        case (nil, nil): 0
        }
    }

    /// True where `test` holds for one of the four neighbours of a pixel.
    private func hasNeighbour(_ place: Int, where test: (Int) -> Bool) -> Bool {
        let (y, x) = (place / width, place % width)
        return y > 0 && test(place - width) || y + 1 < height && test(place + width) || x > 0 && test(place - 1)
            || x + 1 < width && test(place + 1)
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() -> Entry? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < heap[parent] else { break }
            heap.swapAt(child, parent)
            parent = child
        }
        return first
    }
}
