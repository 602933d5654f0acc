import Imaging
public import Tensors

/// The small versions of a picture by which copies of it are recognised: grey, with a long side of 16, 32 and 64 pixels.
public struct CopyThumbnails: Sendable {
    /// The height of the picture in pixels.
    public let height: Int
    /// The width of the picture in pixels.
    public let width: Int
    /// The thumbnails, from coarse to fine.
    let levels: [Level]
    /// The finest level without what its surroundings say: edges and structure.
    let structure: Level
    /// The picture that is resampled when it is looked for in another one.
    private let whole: PlanarImage

    static let sides = [16, 32, 64]
    /// The standard deviation of grey levels below which a picture is flat, and says nothing.
    static let flatDeviation = 2.0 / 255

    /// Makes the small versions; nil for a picture that is flat, or more than eight times as long as wide.
    ///
    /// - Parameter image: of 1 to 4 channels, samples on 0...1.
    public init?(_ image: PlanarImage) {
        let (height, width) = (image.height, image.width)
        guard min(height, width) > 0, min(height, width) * 8 >= max(height, width) else { return nil }
        let finest = Self.sides.last ?? 0
        let whole = Self.small(image.converted(toChannels: 1), side: 2 * finest)
        let levels = Self.sides.map { Level(Self.small(whole, side: $0)) }
        guard levels.allSatisfy({ $0.deviation(0, 0, $0.height, $0.width) > Self.flatDeviation }) else { return nil }
        (self.height, self.width, self.whole, self.levels) = (height, width, whole, levels)
        structure = Level(Self.small(whole, side: finest).structure)
    }

    /// Returns an image with a long side of so many pixels.
    private static func small(_ image: PlanarImage, side: Int) -> PlanarImage {
        let long = max(image.height, image.width)
        return image.resampled(
            toHeight: max(1, (image.height * side + long / 2) / long),
            width: max(1, (image.width * side + long / 2) / long))
    }

    /// Returns the picture resampled to a window of another one, less its mean and of length 1; nil where it is flat.
    func content(height: Int, width: Int, isStructure: Bool) -> [Float]? {
        let image = whole.resampled(toHeight: height, width: width)
        let samples = (isStructure ? image.structure : image).samples
        let mean = samples.reduce(0.0) { $0 + Double($1) } / Double(samples.count)
        let square = samples.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        guard square > 1e-9 * Double(samples.count) else { return nil }
        let factor = 1 / square.squareRoot()
        return samples.map { Float((Double($0) - mean) * factor) }
    }

    /// Samples with the sums and the squares of all above and to the left.
    struct Level: Sendable {
        let height: Int
        let width: Int
        let samples: [Float]
        private let sums: [Double]
        private let squares: [Double]

        init(_ image: PlanarImage) {
            let (height, width, samples) = (image.height, image.width, image.samples)
            var sums = [Double](repeating: 0, count: (height + 1) * (width + 1))
            var squares = sums
            for y in 0..<height {
                var (sum, square) = (0.0, 0.0)
                for x in 0..<width {
                    let sample = Double(samples[y * width + x])
                    sum += sample
                    square += sample * sample
                    let place = (y + 1) * (width + 1) + x + 1
                    sums[place] = sums[place - width - 1] + sum
                    squares[place] = squares[place - width - 1] + square
                }
            }
            (self.height, self.width, self.samples) = (height, width, samples)
            (self.sums, self.squares) = (sums, squares)
        }

        /// Returns the sum of squared differences from the mean within a window.
        func scatter(_ top: Int, _ left: Int, _ rows: Int, _ columns: Int) -> Double {
            func sum(_ table: [Double]) -> Double {
                let line = width + 1
                return table[(top + rows) * line + left + columns] - table[top * line + left + columns]
                    - table[(top + rows) * line + left] + table[top * line + left]
            }
            let total = sum(sums)
            return max(0, sum(squares) - total * total / Double(rows * columns))
        }

        func deviation(_ top: Int, _ left: Int, _ rows: Int, _ columns: Int) -> Double {
            (scatter(top, left, rows, columns) / Double(rows * columns)).squareRoot()
        }

        /// Returns the correlation of a content and a window, -1...1; 0 where the window is flat.
        func correlation(_ content: [Float], _ top: Int, _ left: Int, _ rows: Int, _ columns: Int) -> Double {
            let scatter = scatter(top, left, rows, columns)
            guard scatter > 1e-9 * Double(rows * columns) else { return 0 }
            let product = samples.withUnsafeBufferPointer { samples in
                content.withUnsafeBufferPointer { content in
                    guard let own = samples.baseAddress, let other = content.baseAddress else { return 0.0 }
                    return (0..<rows).reduce(0.0) { sum, row in
                        sum
                            + RowStatistics.product(
                                own + (top + row) * width + left, other + row * columns, columns)
                    }
                }
            }
            return product / scatter.squareRoot()
        }
    }
}

extension PlanarImage {
    /// A grey image less the mean of the 5x5 pixels around each, as far as they are there, the root of it with its sign: one
    /// edge across a picture, such as a horizon, must not count for all that is in it.
    fileprivate var structure: PlanarImage {
        let result = PlanarImage(channels: 1, height: height, width: width)
        for y in 0..<height {
            for x in 0..<width {
                let rows = max(0, y - 2)...min(height - 1, y + 2)
                let columns = max(0, x - 2)...min(width - 1, x + 2)
                var sum: Float = 0
                for row in rows {
                    let samples = view.row(0, row)
                    for column in columns { sum += samples[column] }
                }
                let difference = view.row(0, y)[x] - sum / Float(rows.count * columns.count)
                result.view.row(0, y)[x] = difference < 0 ? -(-difference).squareRoot() : difference.squareRoot()
            }
        }
        return result
    }
}
