/// Float32 samples of a whole image or band, owned: `[channels][height][width]`, rows without gaps.
///
/// Restoring works on sRGB-encoded values in 0...1.
public struct PlanarImage: Sendable {
    public let channels: Int
    public let height: Int
    public let width: Int
    private let storage: AlignedBuffer<Float>

    /// An image of zeros.
    public init(channels: Int, height: Int, width: Int) {
        self.channels = channels
        self.height = height
        self.width = width
        storage = AlignedBuffer(repeating: 0, count: channels * height * width)
    }

    /// An image of `samples` in the order channel, row, column.
    public init(channels: Int, height: Int, width: Int, samples: [Float]) {
        precondition(samples.count == channels * height * width)
        self.init(channels: channels, height: height, width: width)
        samples.withUnsafeBufferPointer { storage.base.update(from: $0.baseAddress!, count: samples.count) }
    }

    public var sampleCount: Int { storage.count }

    /// The whole image as a view. The image has reference semantics through it: copies share samples.
    public var view: PlanarView {
        PlanarView(
            base: storage.base, channels: channels, height: height, width: width,
            channelStride: height * width, rowStride: width, owner: storage)
    }

    /// The samples as an array, in the order channel, row, column.
    public var samples: [Float] { Array(storage.elements) }

    /// The part of the image from row `top` and column `left` on, in memory of its own.
    public func cropped(top: Int, left: Int, height: Int, width: Int) -> PlanarImage {
        let result = PlanarImage(channels: channels, height: height, width: width)
        result.view.copySamples(from: view.cropped(rows: top..<top + height, columns: left..<left + width))
        return result
    }
}
