import Imaging
import Tensors

/// Reads bytes as a picture, to its last row, both ways that damaged files may be taken.
enum PictureReading {
    static let limits = PictureLimits(maximumPixels: 1 << 20, maximumBytes: 32 << 20)

    static func read(_ bytes: [UInt8]) {
        for damaged in [DamagePolicy.reject, .accept] {
            guard let reader = try? PictureReader(bytes: bytes, limits: limits, damaged: damaged) else { continue }
            // Notes are shown to people.
            _ = reader.notes.map(\.description)
            var left = reader.height
            let band = PlanarImage(channels: reader.channels, height: min(left, 7), width: reader.width)
            while left > 0 {
                let rows = min(left, band.height)
                let view = band.view.cropped(rows: 0..<rows, columns: 0..<band.width)
                guard (try? reader.readRows(into: view)) != nil else { break }
                guard view.isWithinRange else { fatalError("a sample lies outside of 0...1") }
                left -= rows
            }
        }
    }
}

extension PlanarView {
    fileprivate var isWithinRange: Bool {
        for c in 0..<channels {
            for y in 0..<height {
                let row = row(c, y)
                for x in 0..<width where !(row[x] >= 0 && row[x] <= 1) { return false }
            }
        }
        return true
    }
}
