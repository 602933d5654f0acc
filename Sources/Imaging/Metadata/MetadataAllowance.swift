/// The memory that a file's metadata may still take: a share of the limit for decoding, which a file of many or of
/// inflating parts uses up.
struct MetadataAllowance {
    /// The most bytes of all metadata of a file, whatever the memory.
    static let most = 64 << 20

    /// The bytes that are left.
    private(set) var byteCount: Int

    /// Creates the allowance of one file: an eighth of the memory, since parts are copied while they are put together.
    init(within limits: PictureLimits) { byteCount = min(Self.most, max(0, limits.maximumBytes / 8)) }

    /// Takes `count` bytes off what is left; false, and nothing taken, where there are fewer.
    mutating func take(_ count: Int) -> Bool {
        guard count <= byteCount else { return false }
        byteCount -= count
        return true
    }
}
