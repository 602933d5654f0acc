import Files
public import Filters
public import Imaging
public import Restoration
import Tensors
public import Workers

extension FilterRestorer: PictureProcess {
    public var wantsSafeguard: Bool { true }
    public var wantsNoiseEstimate: Bool { needsEstimate }

    public func process(
        _ source: any RowSource, hasAlpha: Bool, estimatedSigma: Float?, into sink: any RowSink, spool: SampleSpool,
        on worker: Worker, progress: @escaping @Sendable (_ pixels: Int) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> Double {
        try restore(
            from: source, hasAlpha: hasAlpha, to: sink, estimatedSigma: estimatedSigma, on: worker,
            isCancelled: isCancelled)
        progress(source.width * source.height)
        return 1
    }

    /// Returns the bytes held with 16 workers: what each of them adds is little beside the picture.
    public func heldBytes(width: Int, height: Int, channels: Int) -> Int {
        heldBytes(height: height, width: width, channels: channels, workers: 16)
    }

    public func cost(width: Int, height: Int, channels: Int, workers: Int) throws -> PictureCost {
        let colours = AlphaChannel.colours(of: channels)
        // Networks' kernels are made for the processor at hand, filters' loops for the oldest one: about an eighth of
        // the roof's operations a second, measured with BM3D beside AVX2's roof.
        let slowness = 8.0
        return PictureCost(
            multiplyAdds: Double(width) * Double(height) * filter.multiplyAddsPerPixel(channels: colours) * slowness,
            byteCount: heldBytes(height: height, width: width, channels: channels, workers: workers))
    }
}

extension BatchModel {
    /// Creates the entry that stands for a filter where a run would have a model: the ledger tells runs apart by it.
    ///
    /// - Throws: `FilterError.scale` where the filter does not upscale by `scale`, `RestorationError` for settings that
    ///   it does not know, `FileError.digestFailed`.
    public init(filter kind: FilterKind, scale: Int, settings: RestorationSettings) throws {
        let restorer = try FilterRestorer(filter: kind.makeFilter(scale: scale), settings: settings)
        // The number in front is raised when a filter of the same name comes to give other pictures.
        let text = "filter 1: \(kind.rawValue) \(scale)"
        self.init(name: kind.rawValue, sha256: try SHA256Digest(of: Array(text.utf8)).hex, load: { restorer })
    }
}
