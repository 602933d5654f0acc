public import Filters
public import Imaging
import Tensors
public import Workers

/// Restores pictures with a classical method instead of a network.
///
/// A filter sees the whole picture, so the picture, its result and what the filter takes are held in memory; whoever
/// runs it counts `heldBytes` against a limit. The result is the same to the bit for any number of workers. Alpha is
/// carried along (upscaled by bicubic interpolation), and colours under fully transparent pixels are replaced by those
/// nearby first, as a `Restorer` does.
public struct FilterRestorer: Sendable {
    /// The method that restores.
    public let filter: any Filter
    /// The settings; `selfEnsemble` is false.
    public let settings: RestorationSettings

    /// Creates a restorer for a filter.
    ///
    /// - Throws: `RestorationError.setting` for a setting outside its range, and for a self-ensemble, which filters do
    ///   not offer.
    public init(filter: any Filter, settings: RestorationSettings = .init()) throws(RestorationError) {
        try settings.validate(scale: filter.scale)
        guard !settings.selfEnsemble else {
            throw .setting(name: "self-ensemble", found: "on", expected: "off with \(filter.name)")
        }
        self.filter = filter
        self.settings = settings
    }

    /// The factor by which the output is wider and higher than the input.
    public var scale: Int { filter.scale }

    /// True where `restore` needs an estimate of the noise: the filter keeps the size and no noise level is given,
    /// since a filter is never blind.
    public var needsEstimate: Bool {
        if case .sigma = settings.noiseLevel { false } else { filter.scale == 1 }
    }

    /// Returns the bytes held for a picture of this size and number of channels, alpha included.
    public func heldBytes(height: Int, width: Int, channels: Int, workers: Int) -> Int {
        let colours = AlphaChannel.colours(of: channels)
        let (pixels, overflow) = height.multipliedReportingOverflow(by: width)
        // The picture as read, all channels of the result, and where it is larger the picture upscaled for alpha.
        let copies = scale == 1 ? 2 : 1 + 2 * scale * scale
        let (own, overflow2) = pixels.multipliedReportingOverflow(by: 4 * channels * copies)
        guard !overflow, !overflow2, own < Int.max / 4 else { return Int.max / 2 }
        return own + filter.byteCount(height: height, width: width, channels: colours, workers: workers)
    }

    /// Restores a picture.
    ///
    /// - Parameters:
    ///   - source: rows of one or three colour channels, then alpha if `hasAlpha`, values 0...1.
    ///   - sink: receives `scale` times as many rows of `scale` times the width, same channels, not clamped.
    ///   - estimatedSigma: the standard deviation of this picture's noise (0...1), where `needsEstimate`.
    ///   - isCancelled: asked between the filter's parts.
    /// - Throws: `RestorationError`, `FilterError`, and whatever `source` and `sink` throw.
    public func restore(
        from source: any RowSource, hasAlpha: Bool, to sink: any RowSink, estimatedSigma: Float? = nil,
        on worker: Worker, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let colours = source.channels - (hasAlpha ? 1 : 0)
        guard colours == 1 || colours == 3 else {
            throw RestorationError.channels(found: source.channels, expected: hasAlpha ? "2 or 4" : "1 or 3")
        }
        let sigma = try noiseSigma(estimate: estimatedSigma)
        let original = PlanarImage(channels: source.channels, height: source.height, width: source.width)
        try (hasAlpha ? OpaqueRowSource(source) : source).readRows(into: original.view)
        if isCancelled() { throw RestorationError.cancelled }
        let noisy = original.view.channels(from: 0, count: colours)
        let restored = try filter.apply(
            to: copy(noisy), noiseSigma: Double(sigma), sharing: worker.loop.stopping(when: isCancelled))
        if isCancelled() { throw RestorationError.cancelled }
        try check(restored.view, against: noisy)

        let output = PlanarImage(channels: source.channels, height: restored.height, width: restored.width)
        let result = output.view.channels(from: 0, count: colours)
        result.copySamples(from: restored.view)
        if hasAlpha || settings.usesOriginal {
            let upscaled =
                scale == 1 ? original : original.resampled(toHeight: restored.height, width: restored.width)
            result.blend(with: upscaled.view.channels(from: 0, count: colours), settings)
            if hasAlpha {
                output.view.channels(from: colours, count: 1).copySamples(
                    from: upscaled.view.channels(from: colours, count: 1))
            }
        }
        try sink.writeRows(from: output.view)
    }

    private func noiseSigma(estimate: Float?) throws(RestorationError) -> Float {
        if case .sigma(let sigma) = settings.noiseLevel { return sigma }
        guard needsEstimate else { return 0 }
        guard let estimate else { throw .noEstimate }
        return min(1, estimate)
    }

    private func copy(_ view: PlanarView) -> PlanarImage {
        let image = PlanarImage(channels: view.channels, height: view.height, width: view.width)
        image.view.copySamples(from: view)
        return image
    }

    /// Checks a result before it is written.
    ///
    /// - Throws: `RestorationError` for a result that must not be written.
    private func check(_ restored: PlanarView, against noisy: PlanarView) throws(RestorationError) {
        guard restored.isFinite else { throw .notFinite(x: 0, y: 0) }
        let constancy = Constancy(channels: noisy.channels)
        constancy.addOriginal(noisy)
        constancy.addResult(restored)
        if let value = constancy.unexpectedValue { throw .constantOutput(value: value) }
    }
}
