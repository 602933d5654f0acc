import Imaging
import Tensors

/// The equations of a region: the Laplacian applied twice is 0 at each of its pixels.
struct BiharmonicMatrix {
    /// One coefficient of a pixel's equation.
    private struct Term {
        var dy: Int
        var dx: Int
        var coefficient: Double
    }

    private let region: InpaintingRegion
    /// The pixels in the order of the matrix, and the place of each pixel in it.
    private let order: [Int]
    private let places: [Int]
    /// The first column of each row of the factor.
    private let firsts: [Int]

    init(_ region: InpaintingRegion) {
        self.region = region
        var neighbours: [[Int]] = []
        neighbours.reserveCapacity(region.pixels.count)
        for pixel in region.pixels {
            neighbours.append(
                Self.reach.compactMap { region.index(pixel.y + $0.0, pixel.x + $0.1) })
        }
        let order = Self.reverseCuthillMcKee(neighbours)
        var places = [Int](repeating: 0, count: order.count)
        for (place, pixel) in order.enumerated() { places[pixel] = place }
        firsts = order.enumerated().map { place, pixel in
            neighbours[pixel].reduce(place) { min($0, places[$1]) }
        }
        (self.order, self.places) = (order, places)
    }

    /// The neighbours that a pixel's equation has, without itself.
    private static let reach = [
        (-2, 0), (-1, -1), (-1, 0), (-1, 1), (0, -2), (0, -1), (0, 1), (0, 2), (1, -1), (1, 0), (1, 1), (2, 0),
    ]

    /// The number of entries that the factor has.
    var entryCount: Int { firsts.enumerated().reduce(0) { $0 + $1.offset - $1.element + 1 } }

    /// Solves the equations for each channel, in Float64.
    func solve(from image: PlanarView, mask: PixelMask, into result: PlanarView) {
        let count = order.count
        var matrix = EnvelopeMatrix(firsts: firsts)
        var sides = [[Double]](repeating: [Double](repeating: 0, count: count), count: image.channels)
        for (place, index) in order.enumerated() {
            let pixel = region.pixels[index]
            for term in Self.equation(pixel.y, pixel.x, height: region.height, width: region.width) {
                let (y, x) = (pixel.y + term.dy, pixel.x + term.dx)
                if let other = region.index(y, x) {
                    if places[other] <= place { matrix[place, places[other]] = term.coefficient }
                } else {
                    for channel in 0..<image.channels {
                        sides[channel][place] -= term.coefficient * Double(image.row(channel, y)[x])
                    }
                }
            }
        }
        matrix.factorise()
        for channel in 0..<image.channels {
            matrix.solve(&sides[channel])
            for (place, index) in order.enumerated() {
                let pixel = region.pixels[index]
                result.row(channel, pixel.y)[pixel.x] = Float(sides[channel][place])
            }
        }
    }

    /// The equation of a pixel. Each neighbour that is missing at the picture's edge stands for the pixel beside it, so
    /// that the Laplacian there has the fewer terms.
    private static func equation(_ y: Int, _ x: Int, height: Int, width: Int) -> [Term] {
        var terms: [Term] = []
        func add(_ dy: Int, _ dx: Int, _ coefficient: Double) {
            if let index = terms.firstIndex(where: { $0.dy == dy && $0.dx == dx }) {
                terms[index].coefficient += coefficient
            } else {
                terms.append(Term(dy: dy, dx: dx, coefficient: coefficient))
            }
        }
        func addLaplacian(around dy: Int, _ dx: Int, times factor: Double) {
            for (v, u) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                let (py, px) = (y + dy + v, x + dx + u)
                guard py >= 0, py < height, px >= 0, px < width else { continue }
                add(dy + v, dx + u, factor)
                add(dy, dx, -factor)
            }
        }
        for (v, u) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
            let (py, px) = (y + v, x + u)
            guard py >= 0, py < height, px >= 0, px < width else { continue }
            addLaplacian(around: v, u, times: 1)
            addLaplacian(around: 0, 0, times: -1)
        }
        return terms.filter { $0.coefficient != 0 }
    }

    /// Pixels in an order that keeps neighbours together: breadth first from a pixel at an end of each part, those of
    /// few neighbours first, and turned round (Cuthill and McKee 1969; George 1971).
    private static func reverseCuthillMcKee(_ neighbours: [[Int]]) -> [Int] {
        var order: [Int] = []
        order.reserveCapacity(neighbours.count)
        var isTaken = [Bool](repeating: false, count: neighbours.count)
        var levels = [Int](repeating: -1, count: neighbours.count)
        func walk(from start: Int, _ next: (Int) -> Void) -> Int {
            var (queue, head) = ([start], 0)
            levels[start] = 0
            while head < queue.count {
                let here = queue[head]
                head += 1
                for other in neighbours[here] where levels[other] < 0 {
                    levels[other] = levels[here] + 1
                    queue.append(other)
                }
            }
            for pixel in queue {
                levels[pixel] = -1
                next(pixel)
            }
            return queue[queue.count - 1]
        }
        for start in neighbours.indices where !isTaken[start] {
            // Twice to the end that is farthest away.
            let end = walk(from: walk(from: start) { _ in }) { _ in }
            var head = order.count
            order.append(end)
            isTaken[end] = true
            while head < order.count {
                let here = order[head]
                head += 1
                let others = neighbours[here].filter { !isTaken[$0] }
                for other in others.sorted(by: { (neighbours[$0].count, $0) < (neighbours[$1].count, $1) }) {
                    isTaken[other] = true
                    order.append(other)
                }
            }
        }
        return order.reversed()
    }
}

/// A symmetric positive definite matrix, of each row what lies between its first entry and the diagonal.
struct EnvelopeMatrix {
    private let firsts: [Int]
    /// The places where rows would begin: where row i would if it had all columns: entry (i, j) lies at `origins[i] + j`.
    private let origins: [Int]
    private var entries: [Double]

    /// A matrix of zeros whose row i begins at column `firsts[i]`.
    init(firsts: [Int]) {
        self.firsts = firsts
        var (origins, count) = ([Int](), 0)
        for (row, first) in firsts.enumerated() {
            origins.append(count - first)
            count += row - first + 1
        }
        self.origins = origins
        entries = [Double](repeating: 0, count: count)
    }

    /// The entry of a row and a column from the row's first up to the diagonal.
    subscript(row: Int, column: Int) -> Double {
        get { entries[origins[row] + column] }
        set { entries[origins[row] + column] = newValue }
    }

    /// Replaces the matrix by its lower factor L, with L L^T the matrix: Cholesky's method, row by row.
    mutating func factorise() {
        entries.withUnsafeMutableBufferPointer { entries in
            guard let base = entries.baseAddress else { return }
            for row in firsts.indices {
                let here = base + origins[row]
                for column in firsts[row]..<row {
                    let other = base + origins[column]
                    let first = max(firsts[row], firsts[column])
                    let sum = Self.product(here + first, other + first, count: column - first)
                    here[column] = (here[column] - sum) / other[column]
                }
                let first = firsts[row]
                let sum = Self.product(here + first, here + first, count: row - first)
                here[row] = max(here[row] - sum, 1e-12).squareRoot()
            }
        }
    }

    /// Replaces the right side of the equations by their solution; the matrix is the factor already.
    func solve(_ side: inout [Double]) {
        entries.withUnsafeBufferPointer { entries in
            side.withUnsafeMutableBufferPointer { side in
                guard let base = entries.baseAddress, let values = side.baseAddress else { return }
                for row in firsts.indices {
                    let first = firsts[row]
                    let sum = Self.product(base + origins[row] + first, values + first, count: row - first)
                    values[row] = (values[row] - sum) / base[origins[row] + row]
                }
                for row in firsts.indices.reversed() {
                    let here = base + origins[row]
                    values[row] /= here[row]
                    for column in firsts[row]..<row { values[column] -= here[column] * values[row] }
                }
            }
        }
    }

    /// The sum of products, in eight parts that are added at the end, so that it is a vector's work.
    private static func product(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
        var sums = SIMD8<Double>()
        var index = 0
        let (left, right) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
        while index + 8 <= count {
            let offset = index * MemoryLayout<Double>.stride
            sums +=
                left.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
                * right.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
            index += 8
        }
        var sum = sums.sum()
        while index < count {
            sum += a[index] * b[index]
            index += 1
        }
        return sum
    }
}
