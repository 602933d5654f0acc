/// The settings that decide a figure of quality besides the two pictures: channel, border, rounding, range.
///
/// The published tables agree on a few of these and are silent about them; a program that measures otherwise cannot be
/// compared with them. The range is always 0...255: samples of 0...1 are multiplied by 255, also where the rounding is
/// finer.
public struct MeasurementProtocol: Sendable, Hashable, CustomStringConvertible {
    /// The planes of a picture that are compared.
    public enum Channels: Sendable, Hashable {
        /// The colour channels as they are: one mean error over all samples; the mean of the channels' SSIM.
        case stored
        /// The luma of BT.601 in studio range as MATLAB's `rgb2ycbcr` has it, not rounded; a grey picture stands for
        /// three equal channels. (Full-range luma would score 1.3 dB lower.)
        case luma
        /// The single channel of a picture that already is such a luma.
        case lumaPlane
    }

    /// The rounding of samples before they are compared.
    public enum Rounding: Sendable, Hashable {
        /// Samples are neither clipped nor rounded.
        case none
        /// Samples are clipped to 0...1 and rounded to this many bits, halves up, as a file would hold them.
        case bits(Int)
    }

    /// The name that stands beside each figure.
    public var name: String
    /// The planes that are compared.
    public var channels: Channels
    /// The number of pixels that are left out along each side.
    public var border: Int
    /// The rounding of the reference.
    public var referenceRounding: Rounding
    /// The rounding of the picture before it is restored.
    public var beforeRounding: Rounding
    /// The rounding of the restored picture.
    public var afterRounding: Rounding

    /// Creates a protocol; `border` is in pixels.
    public init(
        name: String, channels: Channels, border: Int, referenceRounding: Rounding, beforeRounding: Rounding,
        afterRounding: Rounding
    ) {
        self.name = name
        self.channels = channels
        self.border = border
        self.referenceRounding = referenceRounding
        self.beforeRounding = beforeRounding
        self.afterRounding = afterRounding
    }

    /// The protocol of denoising that DnCNN, FFDNet, DRUNet and Restormer are scored under: noise in memory, neither
    /// clipped nor rounded; the output clipped and rounded to 8 bits; RGB, no border.
    public static let awgn = MeasurementProtocol(
        name: "awgn", channels: .stored, border: 0, referenceRounding: .bits(8), beforeRounding: .none,
        afterRounding: .bits(8))

    /// The settings of `awgn` for any other corruption than white Gaussian noise.
    public static let synthetic = awgn.named("synthetic")

    /// The protocol of pictures of 8 bits as files hold them, all clipped and rounded: white noise of a given sigma
    /// scores higher before than under `awgn`, since clipping takes some of it away.
    public static let awgn8Bit = MeasurementProtocol(
        name: "awgn-8bit", channels: .stored, border: 0, referenceRounding: .bits(8), beforeRounding: .bits(8),
        afterRounding: .bits(8))

    /// The protocol of pictures of 8 bits as files hold them, whatever was done to them: the figures of ``awgn8Bit``.
    public static let stored8Bit = awgn8Bit.named("stored-8bit")

    /// The protocol of pictures of 16 bits as files hold them.
    public static let stored16Bit = MeasurementProtocol(
        name: "stored-16bit", channels: .stored, border: 0, referenceRounding: .bits(16), beforeRounding: .bits(16),
        afterRounding: .bits(16))

    /// The protocol of JPEG artefacts: decoded file against original, 8 bits, no border.
    public static let jpeg = awgn8Bit.named("jpeg")

    /// Returns the protocol of pictures that keep their size, by their corruption and by whether its result was rounded
    /// to 8 bits.
    public static func ofCorruption(isWhiteNoise: Bool, isJPEG: Bool, in8Bits: Bool = false) -> MeasurementProtocol {
        if isJPEG { return .jpeg }
        if in8Bits { return isWhiteNoise ? .awgn8Bit : .stored8Bit }
        return isWhiteNoise ? .awgn : .synthetic
    }

    /// Returns the protocol of files against a reference of `bitDepth` bits: `stored16Bit` above 8 bits, else `stored8Bit`.
    public static func stored(bitDepth: Int) -> MeasurementProtocol { bitDepth > 8 ? stored16Bit : stored8Bit }

    /// Returns the protocol of upscaling by networks: the low-resolution picture made from RGB and rounded to 8 bits,
    /// the output rounded, compared on unrounded luma with `scale` pixels of border left out. Bicubic on Set5: 33.68 /
    /// 30.41 / 28.43 dB at 2, 3, 4.
    public static func srRGB(scale: Int) -> MeasurementProtocol {
        MeasurementProtocol(
            name: "sr-rgb", channels: .luma, border: scale, referenceRounding: .bits(8), beforeRounding: .bits(8),
            afterRounding: .bits(8))
    }

    /// Returns the protocol of upscaling on luma alone: luma rounded to 8 bits, downsampled and upscaled again without
    /// rounding, the result rounded; `scale` pixels of border left out. Bicubic on Set5: 33.66 / 30.39 / 28.42 dB at 2,
    /// 3, 4, the row that the literature prints.
    public static func srY(scale: Int) -> MeasurementProtocol {
        MeasurementProtocol(
            name: "sr-y", channels: .lumaPlane, border: scale, referenceRounding: .bits(8), beforeRounding: .bits(8),
            afterRounding: .bits(8))
    }

    /// Returns this protocol with `channels` compared instead, such as `.luma`.
    public func on(_ channels: Channels) -> MeasurementProtocol {
        var changed = self
        changed.channels = channels
        return changed
    }

    private func named(_ name: String) -> MeasurementProtocol {
        var changed = self
        changed.name = name
        return changed
    }

    /// Returns what is compared of pictures of `colourChannels` channels (1 or 3): all of them together, or luma.
    public func measuredChannels(colourChannels: Int) -> MeasuredChannels {
        switch channels {
        case .stored: colourChannels == 1 ? .grey : .rgb
        case .luma, .lumaPlane: .luma
        }
    }

    /// All settings in one line, to print with a table.
    public var description: String {
        let compared =
            switch channels {
            case .stored: "channels as stored"
            case .luma: "luma (BT.601 studio range) of RGB"
            case .lumaPlane: "luma plane (BT.601 studio range)"
            }
        func text(_ rounding: Rounding) -> String {
            switch rounding {
            case .none: "neither clipped nor rounded"
            case .bits(let bits): "clipped and rounded to \(bits) bits"
            }
        }
        let rounded =
            beforeRounding == afterRounding
            ? "before and after \(text(afterRounding))" : "before \(text(beforeRounding)), after \(text(afterRounding))"
        return "\(name): \(compared), border \(border), \(rounded), range 255"
    }
}
