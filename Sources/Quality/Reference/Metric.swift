/// A figure of quality against a reference, by the name that it has at the command line and in reports.
public enum Metric: String, Sendable, Hashable, Codable, CaseIterable, CustomStringConvertible {
    /// Peak signal-to-noise ratio in dB: 10 log10(255² / mean squared error).
    case psnr
    /// Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004), -1...1.
    case ssim
    /// SSIM over five scales (Wang, Simoncelli, Bovik 2003), 0...1.
    case msSSIM = "ms-ssim"
    /// PSNR with the blocking effect factor added to the error (Yim and Bovik 2011), dB.
    case psnrB = "psnr-b"
    /// The mean absolute error, in levels of 255.
    case mae
    /// The greatest absolute difference of a sample, in levels of 255.
    case maximumDifference = "max"
    /// PSNR of red, green and blue alone; none for pictures without colour.
    case channelPSNR = "psnr-channels"

    public var description: String { rawValue }

    /// The unit of the figure, `dB` or none.
    public var unit: String {
        switch self {
        case .psnr, .channelPSNR, .psnrB: "dB"
        case .ssim, .msSSIM, .mae, .maximumDifference: ""
        }
    }

    /// The decimal places that a figure is printed with.
    public var decimalPlaces: Int { self == .ssim || self == .msSSIM ? 4 : 2 }

    /// True where a higher figure is better.
    public var prefersHigher: Bool {
        switch self {
        case .psnr, .channelPSNR, .ssim, .msSSIM, .psnrB: true
        case .mae, .maximumDifference: false
        }
    }
}

/// The figures of a picture against its reference under one protocol.
public struct Figures: Sendable, Equatable {
    /// PSNR in dB over the samples of all planes; infinite for equal pictures.
    public var psnr: Double
    /// PSNR in dB of each plane that is measured: R, G, B, or one.
    public var channelPSNR: [Double]
    /// The mean SSIM of the planes; nil where it was not asked for or a side is shorter than the window of 11x11.
    public var ssim: Double?
    /// The mean MS-SSIM of the planes; nil where it was not asked for or a side is below 176.
    public var msSSIM: Double?
    /// PSNR-B in dB over all planes; nil where it was not asked for.
    public var psnrB: Double?
    /// The mean absolute error over all planes, in levels of 255.
    public var meanAbsoluteError: Double
    /// The greatest absolute difference of a sample, in levels of 255.
    public var maximumDifference: Double

    /// Returns the figures that `metric` has: their metric as reports name it, the channels that they are about, and the value.
    ///
    /// - Parameter channels: all channels together: ``MeasuredChannels/rgb``, ``MeasuredChannels/grey`` or
    ///   ``MeasuredChannels/luma``.
    public func values(
        of metric: Metric, channels: MeasuredChannels
    ) -> [(metric: Metric, channels: MeasuredChannels, value: Double)] {
        let value: Double?
        switch metric {
        case .psnr: value = psnr
        case .ssim: value = ssim
        case .msSSIM: value = msSSIM
        case .psnrB: value = psnrB
        case .mae: value = meanAbsoluteError
        case .maximumDifference: value = maximumDifference
        case .channelPSNR:
            guard channelPSNR.count == 3 else { return [] }
            return zip([MeasuredChannels.red, .green, .blue], channelPSNR).map { (.psnr, $0, $1) }
        }
        return value.map { [(metric, channels, $0)] } ?? []
    }
}
