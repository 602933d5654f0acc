import Kernels
import Tensors

/// The rows of a picture whose results are still to come: strength and alpha need them beside the results.
///
/// Contract: rows are appended while nobody reads.
final class Originals {
    private let held: PlanarImage
    private let height: Int
    private let scale: Int
    private var first = 0
    private var count = 0
    private let large: PlanarImage?

    /// Creates an empty object with its buffers.
    ///
    /// - Parameters:
    ///   - rows: the most rows that are held.
    ///   - bandRows: the most rows of the result that are asked for at once.
    ///   - height: the height of the padded picture.
    init(rows: Int, bandRows: Int, channels: Int, height: Int, width: Int, scale: Int) {
        held = PlanarImage(channels: channels, height: rows, width: width)
        self.height = height
        self.scale = scale
        large = scale == 1 ? nil : PlanarImage(channels: channels, height: bandRows, width: width * scale)
    }

    /// Returns the bytes that such an object holds.
    static func byteCount(rows: Int, bandRows: Int, channels: Int, width: Int, scale: Int) -> Int {
        let large = scale == 1 ? 0 : bandRows * width * scale
        return channels * (rows * width + large) * MemoryLayout<Float>.stride
    }

    /// Takes the next rows of the picture; those above `oldest` are no longer needed.
    func append(_ rows: PlanarView, keepingFrom oldest: Int) {
        if oldest > first {
            held.view.moveRowsUp(from: oldest - first, count: count - (oldest - first))
            count -= oldest - first
            first = oldest
        }
        held.view.cropped(rows: count..<count + rows.height, columns: 0..<rows.width).copySamples(from: rows)
        count += rows.height
    }

    /// Returns the rows of the original, upscaled where the result is larger, that belong to rows `rows` of the result.
    func upscaled(_ rows: Range<Int>) -> PlanarView {
        guard let large else {
            return held.view.cropped(rows: rows.lowerBound - first..<rows.upperBound - first, columns: 0..<held.width)
        }
        let part = large.view.cropped(rows: 0..<rows.count, columns: 0..<large.width)
        BicubicUpsampling(factor: scale).apply(
            held.view.cropped(rows: 0..<count, columns: 0..<held.width), fromRow: first, ofHeight: height, to: part,
            fromOutputRow: rows.lowerBound)
        return part
    }
}
