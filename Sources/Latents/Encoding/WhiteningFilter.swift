public import Tensors

/// A filter that takes from pictures what neighbouring samples say of each other, so that what is left are edges and
/// structure: the middle row of the zero-phase whitening matrix of patches (ZCA; Bell and Sejnowski 1997), W = V (L +
/// floor)^-1/2 V', as Olshausen and Field (1996) whiten pictures before sparse codes are learnt of them.
public struct WhiteningFilter: Sendable, Equatable {
    /// The side of the filter in pixels, odd.
    public let side: Int
    /// The weights, row after row.
    public let weights: [Float]
    /// The standard deviation of the filtered samples of the pictures that it was made of.
    public let deviation: Double

    /// The sides that a filter may have.
    public static let sides = 3...21
    /// The patches that the filter is computed of.
    static let patchCount = 20_000

    /// Computes the filter of grey pictures.
    ///
    /// - Parameters:
    ///   - side: an odd number of `sides`.
    ///   - floor: what is added to the variances, in shares of their mean, above 0: directions of less variance are noise,
    ///     and are not raised.
    /// - Throws: `LatentError.setting` for another side or floor, and where no picture is as large or all are flat.
    public init(_ pictures: [PlanarImage], side: Int = 11, floor: Double = 0.01, seed: UInt64 = 0) throws(LatentError) {
        guard Self.sides.contains(side), side % 2 == 1 else {
            throw .setting(
                name: "the side", found: "\(side)",
                expected: "an odd number of \(Self.sides.lowerBound) to \(Self.sides.upperBound)")
        }
        guard floor > 0, floor.isFinite else {
            throw .setting(name: "the floor", found: "\(floor)", expected: "above 0")
        }
        let usable = pictures.filter { $0.channels == 1 && $0.height >= side && $0.width >= side }
        guard !usable.isEmpty else {
            throw .setting(name: "the pictures", found: "all smaller", expected: "\(side)x\(side) pixels or more")
        }
        var random = RandomStream(seed: seed)
        var patches: [Float] = []
        patches.reserveCapacity(Self.patchCount * side * side)
        for index in 0..<Self.patchCount {
            let picture = usable[index % usable.count]
            let top = random.integer(below: picture.height - side + 1)
            let left = random.integer(below: picture.width - side + 1)
            for row in top..<top + side {
                patches += UnsafeBufferPointer(start: picture.view.row(0, row) + left, count: side)
            }
        }
        let dimension = side * side
        let components = PrincipalComponents(patches, dimension: dimension, count: dimension, seed: seed)
        let least = floor * components.totalVariance / Double(dimension)
        guard least > 0 else { throw .setting(name: "the pictures", found: "all flat", expected: "ones of structure") }
        let middle = dimension / 2
        var weights = [Double](repeating: 0, count: dimension)
        for (variance, vector) in zip(components.variances, components.vectors) {
            let factor = vector[middle] / (variance + least).squareRoot()
            for i in 0..<dimension { weights[i] += factor * vector[i] }
        }
        var square = 0.0
        for patch in 0..<Self.patchCount {
            var sum = 0.0
            for i in 0..<dimension {
                sum += weights[i] * (Double(patches[patch * dimension + i]) - components.mean[i])
            }
            square += sum * sum
        }
        self.side = side
        self.weights = weights.map { Float($0) }
        deviation = max(1e-12, (square / Double(Self.patchCount)).squareRoot())
    }

    /// Returns a grey picture filtered, as samples on 0...1: one half for 0, and three deviations on either side of it;
    /// what lies beyond is clipped. The picture is reflected at its edges, and must be no smaller than the filter.
    public func applied(to picture: PlanarImage) -> PlanarImage {
        precondition(picture.channels == 1 && picture.height >= side && picture.width >= side)
        let (height, width, half) = (picture.height, picture.width, side / 2)
        let result = PlanarImage(channels: 1, height: height, width: width)
        // A row with both of its ends reflected.
        var line = [Float](repeating: 0, count: width + 2 * half)
        var sums = [Float](repeating: 0, count: height * width)
        func mirrored(_ place: Int, _ count: Int) -> Int {
            place < 0 ? -place : place >= count ? 2 * count - 2 - place : place
        }
        for source in -half..<height + half {
            let row = picture.view.row(0, mirrored(source, height))
            for x in line.indices { line[x] = row[mirrored(x - half, width)] - 0.5 }
            for y in max(0, source - half)...min(height - 1, source + half) where abs(source - y) <= half {
                let first = (source - y + half) * side
                for x in 0..<width {
                    var sum = sums[y * width + x]
                    for i in 0..<side { sum += weights[first + i] * line[x + i] }
                    sums[y * width + x] = sum
                }
            }
        }
        let factor = Float(1 / (6 * deviation))
        for i in 0..<height * width { result.view.base[i] = min(1, max(0, 0.5 + factor * sums[i])) }
        return result
    }
}
