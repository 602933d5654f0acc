/// The limits on allocations for a file, checked against its header before anything is allocated.
public struct PictureLimits: Sendable, Equatable {
    /// The largest number of pixels, width times height.
    public var maximumPixels: Int
    /// The memory in bytes for decoding: rows, and the picture where the format forces it to be held whole (interlaced
    /// PNG, progressive JPEG, an orientation that exchanges rows). An eighth of it is for metadata.
    public var maximumBytes: Int

    /// Creates limits, by default a thousand million pixels and 2 GiB.
    public init(maximumPixels: Int = 1_000_000_000, maximumBytes: Int = 2 << 30) {
        self.maximumPixels = maximumPixels
        self.maximumBytes = maximumBytes
    }

    /// The reason, in words, why a codec's rows take memory.
    static let rowReason = "two rows are held at a time"

    /// Checks the memory that the codec's rows will take, before the codec takes it.
    func check(rowBytes: Int) throws(PictureError) {
        guard rowBytes <= maximumBytes else {
            throw .tooMuchMemory(needed: rowBytes, limit: maximumBytes, reason: Self.rowReason)
        }
    }

    func check(width: Int, height: Int) throws(PictureError) {
        guard width > 0, height > 0 else { throw .zeroSize(width: width, height: height) }
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, pixels <= maximumPixels else {
            throw .tooManyPixels(width: width, height: height, limit: maximumPixels)
        }
    }
}

/// The treatment of a JPEG whose data is damaged; a PNG's check sums leave no choice. A file that holds every pixel is
/// not damaged, whatever else is missing.
public enum DamagePolicy: String, Sendable, Codable, CaseIterable {
    /// The file is an error.
    case reject
    /// The readable part is decoded, the rest is the codec's guess, and a note says so.
    case accept
}
