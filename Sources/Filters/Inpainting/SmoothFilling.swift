import Imaging
import Tensors

/// Smooth filling of regions that are too large for equations: means of ever larger squares, then back by bilinear
/// interpolation (Gortler and others, The Lumigraph, 1996: pull and push).
enum SmoothFilling {
    /// Fills the pixels of `region` from whole pixels of the picture.
    static func fill(_ region: InpaintingRegion, from image: PlanarView, mask: PixelMask, into result: PlanarView) {
        guard let first = region.pixels.first else { return }
        var columns = first.x..<first.x + 1
        for pixel in region.pixels {
            columns = min(columns.lowerBound, pixel.x)..<max(columns.upperBound, pixel.x + 1)
        }
        // With a margin there is something whole: else the region is the picture.
        let margin = 16
        let rows = max(0, region.rows.lowerBound - margin)..<min(region.height, region.rows.upperBound + margin)
        columns = max(0, columns.lowerBound - margin)..<min(region.width, columns.upperBound + margin)
        var levels = [Level(rows: rows, columns: columns, image: image, mask: mask)]
        while let last = levels.last, last.height > 1 || last.width > 1 { levels.append(last.halved()) }
        for index in levels.indices.dropLast().reversed() { levels[index].fill(from: levels[index + 1]) }
        for pixel in region.pixels {
            for channel in 0..<image.channels {
                result.row(channel, pixel.y)[pixel.x] = levels[0].mean(
                    channel, pixel.y - rows.lowerBound, pixel.x - columns.lowerBound)
            }
        }
    }

    /// Means of squares: each with a weight, 0 where nothing in it is whole and 1 from one whole pixel on.
    private struct Level {
        let height: Int
        let width: Int
        let channels: Int
        var weights: [Float]
        /// The means times the weights, channel by channel.
        var sums: [Float]

        private init(height: Int, width: Int, channels: Int) {
            (self.height, self.width, self.channels) = (height, width, channels)
            weights = [Float](repeating: 0, count: height * width)
            sums = [Float](repeating: 0, count: channels * height * width)
        }

        init(rows: Range<Int>, columns: Range<Int>, image: PlanarView, mask: PixelMask) {
            self.init(height: rows.count, width: columns.count, channels: image.channels)
            for y in rows {
                for x in columns where !mask.isSet(y, x) {
                    let place = (y - rows.lowerBound) * width + x - columns.lowerBound
                    weights[place] = 1
                    for channel in 0..<channels {
                        sums[channel * height * width + place] = image.row(channel, y)[x]
                    }
                }
            }
        }

        func mean(_ channel: Int, _ y: Int, _ x: Int) -> Float {
            let weight = weights[y * width + x]
            return weight > 0 ? sums[channel * height * width + y * width + x] / weight : 0
        }

        func halved() -> Level {
            var half = Level(height: (height + 1) / 2, width: (width + 1) / 2, channels: channels)
            for y in 0..<height {
                for x in 0..<width {
                    let (from, to) = (y * width + x, y / 2 * half.width + x / 2)
                    half.weights[to] += weights[from]
                    for channel in 0..<channels {
                        half.sums[channel * half.height * half.width + to] += sums[channel * height * width + from]
                    }
                }
            }
            for place in half.weights.indices where half.weights[place] > 1 {
                for channel in 0..<channels { half.sums[channel * half.weights.count + place] /= half.weights[place] }
                half.weights[place] = 1
            }
            return half
        }

        /// Fills up what has a weight below 1 with the coarser level, interpolated between the middles of squares.
        mutating func fill(from coarse: Level) {
            for y in 0..<height {
                let (top, bottom, down) = Self.between(y, below: coarse.height)
                for x in 0..<width {
                    let place = y * width + x
                    let missing = 1 - weights[place]
                    guard missing > 0 else { continue }
                    let (left, right, across) = Self.between(x, below: coarse.width)
                    for channel in 0..<channels {
                        let upper =
                            coarse.mean(channel, top, left) * (1 - across) + coarse.mean(channel, top, right) * across
                        let lower =
                            coarse.mean(channel, bottom, left) * (1 - across)
                            + coarse.mean(channel, bottom, right) * across
                        sums[channel * weights.count + place] += missing * (upper * (1 - down) + lower * down)
                    }
                    weights[place] = 1
                }
            }
        }

        /// The two coarse squares around the middle of a fine one, and the share of the second.
        private static func between(_ place: Int, below count: Int) -> (Int, Int, Float) {
            let other = place % 2 == 0 ? place / 2 - 1 : place / 2 + 1
            return (place / 2, min(count - 1, max(0, other)), 0.25)
        }
    }
}
