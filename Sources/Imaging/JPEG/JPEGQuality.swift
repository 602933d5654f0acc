/// The quality that a JPEG file was last saved with, found from its quantisation table for luma (or grey).
public struct JPEGQuality: Sendable, Equatable, Codable {
    /// The quality, 1...100 of the IJG's scale (libjpeg), the nearest one where the table is another program's.
    public let value: Int
    /// True where the table is the IJG's for this quality; else `value` only says about how coarse the table is.
    public let isExact: Bool

    /// Finds the quality of a table of 64 steps in the order of the file (zigzag), all positive; nil for other tables.
    init?(table: [Int]) {
        guard table.count == 64, table.allSatisfy({ $0 > 0 }) else { return nil }
        var best = (quality: 1, distance: Double.infinity)
        for quality in 1...100 {
            // Coarse steps count in proportion, or the high frequencies would decide alone.
            let distance = zip(table, Self.standardTable(quality: quality)).reduce(0.0) {
                $0 + Double(abs($1.0 - $1.1)) / Double($1.0 + $1.1)
            }
            if distance < best.distance { best = (quality, distance) }
        }
        (value, isExact) = (best.quality, best.distance == 0)
    }

    /// Returns the table of libjpeg's `jpeg_set_quality` for baseline files, in zigzag order; `quality` is 1...100.
    package static func standardTable(quality: Int) -> [Int] {
        let scale = quality < 50 ? 5000 / quality : 200 - 2 * quality
        return luminance.map { min(255, max(1, ($0 * scale + 50) / 100)) }
    }

    /// ITU-T T.81, table K.1, in zigzag order.
    private static let luminance = [
        16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51,
        61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77,
        113, 121, 112, 100, 120, 92, 101, 103, 99,
    ]
}
