import Tensors

/// The patches of a picture on a square lattice: their positions, their brightness and their roughness.
struct PatchSet {
    static let side = 7
    static let area = side * side

    /// The levels, 0...255, of one channel, or the three of a colour picture.
    let image: PlanarImage
    let colours: Int
    private let columns: Int
    private let step: Int
    let count: Int
    /// The mean levels, `[patch][channel]`.
    private(set) var means: [Float]
    /// The variance of each patch about its channels' means, summed over the channels.
    private(set) var roughness: [Float]
    /// For each patch, true where more than a tenth of its samples lie at the ends of the range.
    private(set) var isClipped: [Bool]

    var dimensions: Int { Self.area * colours }

    /// Chooses at most `limit` patches of all channels of `image`; none where a side of it is shorter than a patch.
    init(_ image: PlanarImage, limit: Int) {
        let side = Self.side
        let (rows, width) = (max(0, image.height - side + 1), max(0, image.width - side + 1))
        var step = 1
        func lattice(_ length: Int) -> Int { (length + step - 1) / step }
        while lattice(rows) * lattice(width) > limit { step += 1 }
        self.image = image
        self.step = step
        colours = image.channels
        columns = lattice(width)
        count = rows == 0 ? 0 : lattice(rows) * columns
        means = Array(repeating: 0, count: count * colours)
        roughness = Array(repeating: 0, count: count)
        isClipped = Array(repeating: false, count: count)
        measure()
    }

    private mutating func measure() {
        for patch in 0..<count {
            let (y, x) = (patch / columns * step, patch % columns * step)
            var clipped = 0
            for c in 0..<colours {
                var (sum, squares): (Float, Float) = (0, 0)
                let centre = image.view.row(c, y + Self.side / 2)[x + Self.side / 2]
                for row in 0..<Self.side {
                    let source = image.view.row(c, y + row) + x
                    for column in 0..<Self.side {
                        let value = source[column]
                        if !(value > 0.5 && value < 254.5) { clipped += 1 }
                        sum += value - centre
                        squares += (value - centre) * (value - centre)
                    }
                }
                let mean = sum / Float(Self.area)
                means[patch * colours + c] = centre + mean
                roughness[patch] += squares / Float(Self.area) - mean * mean
            }
            isClipped[patch] = clipped * 10 > dimensions
        }
    }

    /// Writes the samples of a patch, channel by channel and row by row.
    func copy(_ patch: Int, to vector: UnsafeMutablePointer<Double>) {
        let (y, x) = (patch / columns * step, patch % columns * step)
        var index = 0
        for c in 0..<colours {
            for row in 0..<Self.side {
                let source = image.view.row(c, y + row) + x
                for column in 0..<Self.side {
                    vector[index] = Double(source[column])
                    index += 1
                }
            }
        }
    }

    /// Returns the `share` of `patches` that are the smoothest, at least `least` of them where there are as many, in
    /// ascending order of their indices.
    func smoothest(_ share: Double, of patches: [Int], atLeast least: Int) -> [Int] {
        let wanted = min(patches.count, max(least, Int(Double(patches.count) * share)))
        return Array(patches.sorted { (roughness[$0], $0) < (roughness[$1], $1) }.prefix(wanted)).sorted()
    }
}
