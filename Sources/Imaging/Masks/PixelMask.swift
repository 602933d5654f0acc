/// The sureness of every pixel of a picture that it is damaged: one byte a pixel, 0 whole, 255 damaged.
///
/// Bytes between say how sure a finder is. Where a mask is taken for a decision, for filling or for measuring, a pixel
/// is *set* from `setLevel` on. Rows lie one after the other without gaps; a mask is a value, and copies share memory
/// until one of them changes.
public struct PixelMask: Sendable, Equatable {
    /// The least value of a set pixel, 128.
    public static let setLevel: UInt8 = 128

    /// The number of rows, 0 or more.
    public let height: Int
    /// The number of columns, 0 or more.
    public let width: Int
    /// The values in the order row, column.
    public private(set) var values: [UInt8]

    /// Creates a mask in which no pixel is set.
    public init(height: Int, width: Int) {
        precondition(height >= 0 && width >= 0)
        self.init(height: height, width: width, values: [UInt8](repeating: 0, count: height * width))
    }

    /// Creates a mask of `values` in the order row, column.
    public init(height: Int, width: Int, values: [UInt8]) {
        precondition(values.count == height * width)
        (self.height, self.width, self.values) = (height, width, values)
    }

    /// Creates a mask of rows and columns; a pixel has the value 255 where `isDamaged` says so, else 0.
    public init(height: Int, width: Int, where isDamaged: (_ y: Int, _ x: Int) throws -> Bool) rethrows {
        self.init(height: height, width: width)
        for y in 0..<height {
            for x in 0..<width where try isDamaged(y, x) { values[y * width + x] = 255 }
        }
    }

    /// The value of the pixel in row `y` and column `x`.
    public subscript(y: Int, x: Int) -> UInt8 {
        get { values[place(y, x)] }
        set { values[place(y, x)] = newValue }
    }

    private func place(_ y: Int, _ x: Int) -> Int {
        precondition(y >= 0 && y < height && x >= 0 && x < width)
        return y * width + x
    }

    /// True where the pixel in row `y` and column `x` is set.
    public func isSet(_ y: Int, _ x: Int) -> Bool { self[y, x] >= Self.setLevel }

    /// Hands row `y` to `body`.
    public func withRow<Result>(_ y: Int, _ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        precondition(y >= 0 && y < height)
        return try body(values.span.extracting(y * width..<(y + 1) * width))
    }

    /// Hands row `y` to `body`, to be changed; the pointer is valid during the call.
    public mutating func withMutableRow<Result>(
        _ y: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        precondition(y >= 0 && y < height)
        let row = y * width..<(y + 1) * width
        return try values.withUnsafeMutableBufferPointer { try body(UnsafeMutableBufferPointer(rebasing: $0[row])) }
    }

    /// The number of set pixels.
    public var setCount: Int { values.withUnsafeBufferPointer { $0.count { $0 >= Self.setLevel } } }

    /// The share of set pixels, 0...1; 0 of a mask without pixels.
    public var setShare: Double { values.isEmpty ? 0 : Double(setCount) / Double(values.count) }

    /// True where no pixel is set.
    public var isClear: Bool { values.withUnsafeBufferPointer { !$0.contains { $0 >= Self.setLevel } } }

    /// Returns the mask with 255 where a value is `level` or more, 0 elsewhere.
    public func thresholded(at level: UInt8 = PixelMask.setLevel) -> PixelMask {
        PixelMask(height: height, width: width, values: values.map { $0 >= level ? 255 : 0 })
    }

    /// Returns the larger value of this mask and `other` at every pixel; both have one size.
    public func union(_ other: PixelMask) -> PixelMask {
        precondition(other.height == height && other.width == width)
        return PixelMask(height: height, width: width, values: zip(values, other.values).map { max($0, $1) })
    }
}
