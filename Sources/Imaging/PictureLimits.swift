/// What a file may make us allocate, checked against its header before anything is allocated.
public struct PictureLimits: Sendable, Equatable {
    /// Width times height.
    public var maximumPixels: Int
    /// Memory for decoding, where the format forces more than a few rows to be held: interlaced PNG, progressive
    /// JPEG, and an orientation that exchanges rows.
    public var maximumBytes: Int

    /// By default a thousand million pixels and 2 GiB.
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

/// What is done with a JPEG whose data is damaged: a PNG's check sums leave no choice.
public enum DamagePolicy: String, Sendable, Codable, CaseIterable {
    /// The file is an error.
    case reject
    /// What can be decoded is decoded, the rest is the codec's guess, and a note says so.
    case accept
}
