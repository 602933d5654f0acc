public import Imaging
import Restoration
import Tensors
public import Workers

/// A process that leaves pictures as they are: the choice for those that show nothing to restore, and what is left
/// where every result does harm.
public struct PassThrough: PictureProcess {
    /// The name that stands for a model in records of pictures that were passed through.
    public static let name = "none"

    /// Creates a process that changes nothing.
    public init() {}

    public var scale: Int { 1 }
    public var wantsNoiseEstimate: Bool { false }

    public func process(
        _ source: any RowSource, hasAlpha: Bool, estimatedSigma: Float?, into sink: any RowSink, spool: SampleSpool,
        on worker: Worker, progress: @escaping @Sendable (_ pixels: Int) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> Double {
        let band = PlanarImage(
            channels: source.channels, height: min(Self.rowsAtATime, source.height), width: source.width)
        for first in stride(from: 0, to: source.height, by: band.height) {
            if isCancelled() { throw RestorationError.cancelled }
            let rows = band.view.cropped(rows: 0..<min(band.height, source.height - first), columns: 0..<source.width)
            try source.readRows(into: rows)
            try sink.writeRows(from: rows)
            progress(rows.height * rows.width)
        }
        return 1
    }

    private static let rowsAtATime = 32

    public func cost(width: Int, height: Int, channels: Int, workers: Int) -> PictureCost {
        PictureCost(multiplyAdds: 0, byteCount: Self.rowsAtATime * width * channels * MemoryLayout<Float>.stride)
    }
}

/// A row sink that keeps nothing: reading a picture to its end tells whether it is whole.
final class NoRowSink: RowSink {
    let width: Int
    let height: Int
    let channels: Int

    init(width: Int, height: Int, channels: Int) {
        self.width = width
        self.height = height
        self.channels = channels
    }

    func writeRows(from view: PlanarView) {}
}
