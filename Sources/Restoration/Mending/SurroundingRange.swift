import Tensors

/// The range of the whole samples around each pixel of a picture that comes row by row: those of its square of 32 pixels
/// and of the eight around that. What fills a hole stays within it.
struct SurroundingRange {
    /// The side of a square, in pixels.
    static let side = 32

    private let rows: Int
    private let columns: Int
    /// The least and the greatest sample of each square, channel by channel; the least is above the greatest where nothing
    /// is whole.
    private var bounds: [(least: Float, greatest: Float)]

    init(height: Int, width: Int, channels: Int) {
        (rows, columns) = Self.squares(height: height, width: width)
        bounds = Array(repeating: (.infinity, -.infinity), count: channels * rows * columns)
    }

    private static func squares(height: Int, width: Int) -> (rows: Int, columns: Int) {
        ((height + side - 1) / side, (width + side - 1) / side)
    }

    static func byteCount(height: Int, width: Int, channels: Int) -> Int {
        let (rows, columns) = squares(height: height, width: width)
        return channels * rows * columns * MemoryLayout<(Float, Float)>.stride
    }

    /// Takes the samples of row `y` of channel `c` that are no holes.
    mutating func append(
        _ row: UnsafeMutablePointer<Float>, holes: UnsafeMutablePointer<Float>, _ c: Int, _ y: Int, width: Int
    ) {
        let first = (c * rows + y / Self.side) * columns
        for column in 0..<columns {
            var (least, greatest) = bounds[first + column]
            for x in column * Self.side..<min(width, (column + 1) * Self.side) where holes[x] == 0 {
                (least, greatest) = (min(least, row[x]), max(greatest, row[x]))
            }
            bounds[first + column] = (least, greatest)
        }
    }

    /// Returns the range around a pixel of channel `c`; 0...1 where nothing is whole.
    func range(_ c: Int, _ y: Int, _ x: Int) -> ClosedRange<Float> {
        var (least, greatest) = (Float.infinity, -Float.infinity)
        let (row, column) = (y / Self.side, x / Self.side)
        for row in max(0, row - 1)...min(rows - 1, row + 1) {
            for column in max(0, column - 1)...min(columns - 1, column + 1) {
                let square = bounds[(c * rows + row) * columns + column]
                (least, greatest) = (min(least, square.least), max(greatest, square.greatest))
            }
        }
        return least <= greatest ? least...greatest : 0...1
    }
}
