public import Imaging
public import Tensors
public import Workers

/// Filling with the surface that bends least: the biharmonic equation, each damaged region on its own.
///
/// Damelin and Hoang (On Surface Completion and Image Inpainting by Biharmonic Functions, 2018), discretised as
/// scikit-image does it: the five-point Laplacian, mirrored at the picture's edges, applied twice, is 0 at every set
/// pixel. The matrix of a region is symmetric and positive definite, and is solved in Float64 by Cholesky's method in
/// the order of reverse Cuthill-McKee. Results are clipped to the range of the picture's whole samples, channel by
/// channel.
///
/// A region whose factor would have more than `entryLimit` numbers (a disc of about 20,000 pixels; a net of thin cracks
/// may be larger) is filled smoothly from means of ever larger squares instead.
public struct BiharmonicInpainting: Inpainting {
    /// The largest number of entries that a region's factor may have.
    public var entryLimit: Int

    /// Creates the method; 8 million entries take 64 MB and some seconds.
    public init(entryLimit: Int = 8_000_000) { self.entryLimit = entryLimit }

    public var name: String { InpaintingKind.biharmonic.rawValue }

    public func fill(
        _ mask: PixelMask, of image: PlanarView, in result: PlanarView, sharing loop: ParallelLoop
    ) {
        let ranges = (0..<image.channels).map { Self.range(of: image.channels(from: $0, count: 1), where: mask) }
        let regions = InpaintingRegion.regions(of: mask)
        loop.forEach(regions.count) { _, index in
            let region = regions[index]
            let matrix = BiharmonicMatrix(region)
            if matrix.entryCount <= entryLimit {
                matrix.solve(from: image, mask: mask, into: result)
            } else {
                region.fillSmoothly(from: image, mask: mask, into: result)
            }
            for channel in 0..<image.channels {
                let range = ranges[channel]
                for pixel in region.pixels {
                    let row = result.row(channel, pixel.y)
                    row[pixel.x] = min(range.upperBound, max(range.lowerBound, row[pixel.x]))
                }
            }
        }
    }

    private static func range(of channel: PlanarView, where mask: PixelMask) -> ClosedRange<Float> {
        var (least, greatest) = (Float.infinity, -Float.infinity)
        for y in 0..<channel.height {
            let row = channel.row(0, y)
            mask.withRow(y) { marks in
                for x in 0..<channel.width where marks[x] < PixelMask.setLevel {
                    (least, greatest) = (min(least, row[x]), max(greatest, row[x]))
                }
            }
        }
        return least...greatest
    }

    public func byteCount(height: Int, width: Int, channels: Int, workers: Int) -> Int {
        let pixels = Double(height) * Double(width)
        // Picture and result; regions with the matrices' rows and columns; the factors.
        let factors = min(2 * Double(entryLimit), pixels * 200) * Double(max(1, workers))
        return FilterMemory.bytes(samples: (Double(2 * channels) + 30) * pixels + factors)
    }
}

/// Set pixels that have to be filled together, and where they lie in the picture.
struct InpaintingRegion: Sendable {
    /// A pixel's place, and its number among the region's.
    struct Pixel {
        var y: Int
        var x: Int
    }

    /// The size of the picture.
    let height: Int
    let width: Int
    /// The pixels, rows first.
    private(set) var pixels: [Pixel] = []
    /// The first pixel of each row from `rows.lowerBound` on, and one past the last at the end.
    private(set) var starts: [Int] = []
    private(set) var rows = 0..<0

    /// The regions of a mask: pixels that are no more than three rows and columns apart belong together, which no
    /// equation reaches over.
    static func regions(of mask: PixelMask) -> [InpaintingRegion] {
        let wide = mask.dilated()
        let (components, firstPass) = wide.components()
        var scan = firstPass
        var regions = components.map { _ in InpaintingRegion(height: mask.height, width: mask.width) }
        for y in 0..<mask.height {
            wide.withRow(y) { row in
                scan.forEachRun(ofRow: row) { component, columns in
                    for x in columns where mask.isSet(y, x) { regions[component].append(Pixel(y: y, x: x)) }
                }
            }
        }
        for index in regions.indices { regions[index].finish() }
        return regions
    }

    private init(height: Int, width: Int) { (self.height, self.width) = (height, width) }

    private mutating func append(_ pixel: Pixel) {
        if pixels.isEmpty { rows = pixel.y..<pixel.y }
        while rows.upperBound <= pixel.y {
            starts.append(pixels.count)
            rows = rows.lowerBound..<rows.upperBound + 1
        }
        pixels.append(pixel)
    }

    private mutating func finish() { starts.append(pixels.count) }

    /// Fills the region from means of squares of the whole pixels around it.
    func fillSmoothly(from image: PlanarView, mask: PixelMask, into result: PlanarView) {
        guard let first = pixels.first else { return }
        var columns = first.x..<first.x + 1
        for pixel in pixels {
            columns = min(columns.lowerBound, pixel.x)..<max(columns.upperBound, pixel.x + 1)
        }
        // With a margin there is something whole: else the region is the picture.
        let margin = 16
        let rows = max(0, self.rows.lowerBound - margin)..<min(height, self.rows.upperBound + margin)
        columns = max(0, columns.lowerBound - margin)..<min(width, columns.upperBound + margin)
        var levelCount = 0
        while max(rows.count, columns.count) > 1 << levelCount { levelCount += 1 }
        let filling = PyramidFilling(
            height: rows.count, width: columns.count, channels: image.channels, rowsAtATime: rows.count,
            levelCount: levelCount)
        let holes = PlanarImage(channels: 1, height: rows.count, width: columns.count)
        for y in rows {
            for x in columns {
                holes.view.row(0, y - rows.lowerBound)[x - columns.lowerBound] = mask.isSet(y, x) ? 1 : 0
            }
        }
        filling.append(image.cropped(rows: rows, columns: columns), holes: holes.view)
        let filled = PlanarImage(channels: image.channels, height: rows.count, width: columns.count)
        filling.take(into: filled.view)
        for pixel in pixels {
            for channel in 0..<image.channels {
                result.row(channel, pixel.y)[pixel.x] =
                    filled.view.row(channel, pixel.y - rows.lowerBound)[pixel.x - columns.lowerBound]
            }
        }
    }

    /// The number of a pixel among the region's; nil where it does not belong to it.
    func index(_ y: Int, _ x: Int) -> Int? {
        guard rows.contains(y) else { return nil }
        var (low, high) = (starts[y - rows.lowerBound], starts[y - rows.lowerBound + 1])
        while low < high {
            let middle = (low + high) / 2
            if pixels[middle].x < x { low = middle + 1 } else { high = middle }
        }
        return low < starts[y - rows.lowerBound + 1] && pixels[low].x == x ? low : nil
    }
}
