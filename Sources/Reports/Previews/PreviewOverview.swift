import Imaging
import Tensors

/// A picture downsampled, row by row, by the mean over squares of whole pixels.
struct PreviewOverview {
    private let factor: Int
    private let result: PlanarImage
    private let width: Int
    private var next = 0

    init(_ source: any RowSource) {
        width = source.width
        let longest = max(source.width, source.height)
        factor = max(1, (longest + PreviewSet.overviewSide - 1) / PreviewSet.overviewSide)
        result = PlanarImage(
            channels: source.channels, height: max(1, source.height / factor), width: max(1, source.width / factor))
    }

    mutating func add(_ row: PlanarImage) {
        let y = next / factor
        next += 1
        guard y < result.height else { return }
        let columns = min(factor, row.width)
        for c in 0..<result.channels {
            let (source, target) = (row.view.row(c, 0), result.view.row(c, y))
            for x in 0..<result.width {
                var sum: Float = 0
                for i in 0..<columns { sum += source[x * factor + i] }
                target[x] += sum
            }
        }
    }

    /// Returns the sums divided by the pixels of a square, of which a very thin picture has fewer.
    func finished() -> PlanarImage {
        let scale = 1 / Float(min(factor, width) * min(factor, next))
        for c in 0..<result.channels {
            for y in 0..<result.height {
                let row = result.view.row(c, y)
                for x in 0..<result.width { row[x] *= scale }
            }
        }
        return result
    }
}
