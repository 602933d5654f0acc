/// The limits on allocations for a file, checked against its header before anything is allocated.
public struct PictureLimits: Sendable, Equatable {
    /// The largest number of pixels, width times height.
    public var maximumPixels: Int
    /// The memory in bytes for decoding, where the format forces more than a few rows to be held: interlaced PNG,
    /// progressive JPEG, and an orientation that exchanges rows.
    public var maximumBytes: Int

    /// Creates limits, by default a thousand million pixels and 2 GiB.
    public init(maximumPixels: Int = 1_000_000_000, maximumBytes: Int = 2 << 30) {
        self.maximumPixels = maximumPixels
        self.maximumBytes = maximumBytes
    }

    func check(width: Int, height: Int) throws(PictureError) {
        guard width > 0, height > 0 else { throw .zeroSize(width: width, height: height) }
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, pixels <= maximumPixels else {
            throw .tooManyPixels(width: width, height: height, limit: maximumPixels)
        }
    }
}

/// The treatment of a JPEG whose data is damaged; a PNG's check sums leave no choice.
public enum DamagePolicy: String, Sendable, Codable, CaseIterable {
    /// The file is an error.
    case reject
    /// The readable part is decoded, the rest is the codec's guess, and a note says so.
    case accept
}
