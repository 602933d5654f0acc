public import Imaging
public import Tensors
public import Workers

/// Every set pixel becomes the median of the whole pixels in the smallest square around it that has `least` of them.
///
/// - Complexity: for each set pixel its distance from what is whole, and the rings of the square that have whole pixels;
///   memory for a table of sums beside picture and result.
public struct MedianInpainting: Inpainting {
    /// The number of whole pixels that are enough, 1 or more.
    public var least: Int

    /// Creates the method; 8 whole pixels, a square of 3x3 around one speck, are enough by default.
    public init(least: Int = 8) {
        precondition(least > 0)
        self.least = least
    }

    public var name: String { InpaintingKind.median.rawValue }

    public func fill(
        _ mask: PixelMask, of image: PlanarView, in result: PlanarView, sharing loop: ParallelLoop
    ) {
        let counts = WholeCounts(mask)
        let enough = min(least, counts.total)
        loop.forEach(image.height) { _, y in
            var values: [[Float]] = Array(repeating: [], count: image.channels)
            for x in 0..<image.width where mask.isSet(y, x) {
                for channel in 0..<image.channels { values[channel].removeAll(keepingCapacity: true) }
                var (radius, found) = (0, 0)
                while found < enough {
                    radius += 1
                    let count = counts.count(y: y, x: x, radius: radius)
                    if count > found { collect(ring: radius, y, x, mask, image, &values) }
                    found = count
                }
                for channel in 0..<image.channels { result.row(channel, y)[x] = Self.median(&values[channel]) }
            }
        }
    }

    private func collect(
        ring radius: Int, _ y: Int, _ x: Int, _ mask: PixelMask, _ image: PlanarView, _ values: inout [[Float]]
    ) {
        for v in max(0, y - radius)...min(image.height - 1, y + radius) {
            let isEdge = v == y - radius || v == y + radius
            for u in stride(from: x - radius, through: x + radius, by: isEdge ? 1 : 2 * radius)
            where u >= 0 && u < image.width && !mask.isSet(v, u) {
                for channel in 0..<image.channels { values[channel].append(image.row(channel, v)[u]) }
            }
        }
    }

    /// The middle value, or the mean of the two middle ones.
    private static func median(_ values: inout [Float]) -> Float {
        values.sort()
        let middle = values.count / 2
        return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }

    public func byteCount(height: Int, width: Int, channels: Int, workers: Int) -> Int {
        FilterMemory.bytes(samples: (Double(2 * channels) + 1.25) * Double(height + 1) * Double(width + 1))
    }
}

/// The number of whole pixels of any square, from a table of sums over all squares at the upper left corner.
private struct WholeCounts: Sendable {
    private let height: Int
    private let width: Int
    private let sums: [UInt32]

    init(_ mask: PixelMask) {
        (height, width) = (mask.height, mask.width)
        var sums = [UInt32](repeating: 0, count: (height + 1) * (width + 1))
        for y in 0..<mask.height {
            var row: UInt32 = 0
            for x in 0..<mask.width {
                if !mask.isSet(y, x) { row += 1 }
                sums[(y + 1) * (mask.width + 1) + x + 1] = sums[y * (mask.width + 1) + x + 1] + row
            }
        }
        self.sums = sums
    }

    var total: Int { Int(sums[sums.count - 1]) }

    func count(y: Int, x: Int, radius: Int) -> Int {
        let (top, bottom) = (max(0, y - radius), min(height, y + radius + 1))
        let (left, right) = (max(0, x - radius), min(width, x + radius + 1))
        func sum(_ y: Int, _ x: Int) -> Int { Int(sums[y * (width + 1) + x]) }
        return sum(bottom, right) + sum(top, left) - sum(top, right) - sum(bottom, left)
    }
}
