import CCodecs

/// A conversion of rows of CMYK to sRGB: through the embedded profile, or by a plain formula where there is no usable
/// one.
///
/// With profile: relative colorimetric with black-point compensation, as most programs print. Without:
/// R = (1 - C)(1 - K) and so on, rounded, which is what ink of ideal colours would give.
final class CMYKConversion {
    /// The stored samples of one row.
    let row: UnsafeMutableBufferPointer<UInt8>
    private let transform: OpaquePointer?
    private let isInverted: Bool

    /// Creates a conversion of rows of `width` pixels; with `isInverted` 255 is no ink, as Adobe's programs store it.
    init(profile: [UInt8]?, isInverted: Bool, width: Int) {
        row = .allocate(capacity: width * 4)
        row.initialize(repeating: 0)
        self.isInverted = isInverted
        let kind = Int32(isInverted ? COLOUR_CMYK_INVERTED : COLOUR_CMYK)
        transform = profile.flatMap { codec_colour_open($0, $0.count, kind, 8) }
    }

    deinit {
        codec_colour_close(transform)
        row.deallocate()
    }

    var usesProfile: Bool { transform != nil }

    func convertRow(into rgb: UnsafeMutablePointer<UInt8>) {
        guard transform == nil else {
            codec_colour_apply(transform, row.baseAddress, rgb, UInt32(row.count / 4))
            return
        }
        let flip: UInt8 = isInverted ? 0 : 255
        for x in 0..<(row.count / 4) {
            let black = UInt32(row[4 * x + 3] ^ flip)
            for c in 0..<3 {
                rgb[3 * x + c] = UInt8((UInt32(row[4 * x + c] ^ flip) * black + 127) / 255)
            }
        }
    }

    /// An sRGB profile, for the picture that was converted.
    static var sRGBProfile: [UInt8]? {
        var count = 0
        guard let bytes = codec_srgb_profile(&count) else { return nil }
        defer { codec_free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
}
