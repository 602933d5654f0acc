/// An image or a band of one that owns its Float32 samples: `[channels][height][width]`, rows without gaps.
///
/// Restoring works on sRGB-encoded values in 0...1.
public struct PlanarImage: Sendable {
    /// The number of channels.
    public let channels: Int
    /// The number of rows.
    public let height: Int
    /// The number of columns.
    public let width: Int
    private let storage: AlignedBuffer<Float>

    /// Creates an image of zeros.
    public init(channels: Int, height: Int, width: Int) {
        self.channels = channels
        self.height = height
        self.width = width
        storage = AlignedBuffer(repeating: 0, count: channels * height * width)
    }

    /// Creates an image of `samples` in the order channel, row, column.
    public init(channels: Int, height: Int, width: Int, samples: [Float]) {
        precondition(samples.count == channels * height * width)
        self.init(channels: channels, height: height, width: width)
        samples.withUnsafeBufferPointer { storage.base.update(from: $0.baseAddress!, count: samples.count) }
    }

    /// The number of samples: channels x height x width.
    public var sampleCount: Int { storage.count }

    /// The whole image as a view. The image has reference semantics through it: copies share samples.
    public var view: PlanarView {
        PlanarView(
            base: storage.base, channels: channels, height: height, width: width,
            channelStride: height * width, rowStride: width, owner: storage)
    }

    /// The samples as an array, in the order channel, row, column.
    public var samples: [Float] { Array(storage.elements) }

    /// Returns the part of the image from row `top` and column `left` on, in memory of its own.
    public func cropped(top: Int, left: Int, height: Int, width: Int) -> PlanarImage {
        let result = PlanarImage(channels: channels, height: height, width: width)
        result.view.copySamples(from: view.cropped(rows: top..<top + height, columns: left..<left + width))
        return result
    }
}
