public import Imaging

/// A mask as the runs of its set pixels, row by row: what is damaged is little, so this takes far less memory than a byte
/// a pixel.
public struct MaskRuns: Sendable, Equatable {
    /// The height in pixels.
    public let height: Int
    /// The width in pixels.
    public let width: Int
    /// The number of set pixels.
    public let setCount: Int
    /// The first column of each run, and the column after its last.
    private let bounds: [Int32]
    /// The index in `bounds` at which each row begins, and the count behind the last.
    private let starts: [Int]

    /// Takes the runs of the pixels that `mask` sets.
    public init(_ mask: PixelMask) {
        var (bounds, starts, count) = ([Int32](), [0], 0)
        starts.reserveCapacity(mask.height + 1)
        for y in 0..<mask.height {
            mask.withRow(y) { row in
                var x = 0
                while x < row.count {
                    guard row[x] >= PixelMask.setLevel else {
                        x += 1
                        continue
                    }
                    let first = x
                    while x < row.count, row[x] >= PixelMask.setLevel { x += 1 }
                    bounds.append(Int32(first))
                    bounds.append(Int32(x))
                    count += x - first
                }
            }
            starts.append(bounds.count)
        }
        (height, width, setCount) = (mask.height, mask.width, count)
        (self.bounds, self.starts) = (bounds, starts)
    }

    /// Creates runs of no pixel.
    public init(height: Int, width: Int) {
        (self.height, self.width, setCount) = (height, width, 0)
        (bounds, starts) = ([], [Int](repeating: 0, count: height + 1))
    }

    /// True where no pixel is set.
    public var isClear: Bool { setCount == 0 }

    /// The share of set pixels, 0...1.
    public var setShare: Double { setCount == 0 ? 0 : Double(setCount) / (Double(height) * Double(width)) }

    /// The bytes that the runs take.
    public var byteCount: Int {
        bounds.count * MemoryLayout<Int32>.stride + starts.count * MemoryLayout<Int>.stride
    }

    /// Hands the runs of row `y` to `body`, from left to right.
    @inline(__always)
    func forEachRun(ofRow y: Int, _ body: (_ columns: Range<Int>) -> Void) {
        for index in stride(from: starts[y], to: starts[y + 1], by: 2) {
            body(Int(bounds[index])..<Int(bounds[index + 1]))
        }
    }

    /// Returns the mask of the runs, 255 where a pixel is set.
    public var mask: PixelMask {
        var mask = PixelMask(height: height, width: width)
        for y in 0..<height {
            mask.withMutableRow(y) { row in forEachRun(ofRow: y) { for x in $0 { row[x] = 255 } } }
        }
        return mask
    }
}
