import Foundation
package import Tensors

/// The grain of a picture, to be drawn where there is none: its deviation by brightness, its spectrum, and how far the
/// channels share it.
///
/// The grain is what varies in the smooth blocks of a picture (`NoiseProfile`). From the mean correlation of their pixels
/// up to seven rows and columns apart, under a Hann window, follows the power spectrum; white noise that is filtered by
/// its root has it again (the spot noise of van Wijk 1991, as Galerne, Gousseau and Morel 2011 draw textures). Blocks that
/// are small, smooth and without their surface show coarse grain weaker and finer than it is; so what is drawn is looked
/// at in the same way, and its spectrum changed until it looks like the picture's.
///
/// A tile of it is drawn once and repeats itself every 256 pixels, which nobody sees in what was mended.
package struct GrainModel: Sendable, Equatable {
    /// The side of the tile, in pixels.
    package static let side = 256
    /// The rows and columns over which pixels are taken to be correlated.
    fileprivate static let reach = 7
    /// The number of times that the spectrum is changed.
    private static let rounds = 7
    /// The deviation, in levels, of the grain that is looked at.
    private static let shownDeviation: Float = 10
    /// The side of the grid of frequencies.
    private static let frequencies = 32

    /// The deviations by brightness and by channel.
    private let profile: NoiseProfile
    private let channels: Int
    /// The deviation of grain divided by the one that its smooth blocks show.
    private let deviationFactor: Double
    /// Grain of deviation 1, channel by channel, row by row.
    private let tile: [Float]

    /// Creates a model of the grain of a picture in 0...1; nil where it has none that can be told from texture.
    package init?(of image: PlanarImage) {
        let blocks = DetrendedBlocks(of: image)
        guard let profile = NoiseProfile(of: blocks), profile.kind != .none else { return nil }
        self.profile = profile
        channels = blocks.image.channels
        let smooth = blocks.smooth
        let third = Float(3).squareRoot()
        var random = RandomStream(seed: 1)
        let luma = blocks.correlations(smooth, weights: channels == 1 ? [1] : Array(repeating: 1 / third, count: 3))
        let kernel = Self.kernel(lookingLike: luma, white: Self.white(&random))
        let common = Self.filtered(Self.white(&random), by: kernel)
        var tile = common
        if channels == 3 {
            let half = Float(0.5).squareRoot()
            let colour = Self.kernel(
                lookingLike: blocks.correlations(smooth, weights: [half, -half, 0]), white: Self.white(&random))
            let shared = Float(max(0, min(1, profile.channelCorrelation)))
            tile = (0..<3).flatMap { _ in
                zip(common, Self.filtered(Self.white(&random), by: colour)).map {
                    shared.squareRoot() * $0 + (1 - shared).squareRoot() * $1
                }
            }
        }
        self.tile = tile
        let shown = NoiseProfile(of: Self.blocks(of: tile, channels: channels))?.floor ?? 0
        deviationFactor = Double(Self.shownDeviation) / max(0.1, shown)
    }

    /// Returns the grain of channel `c` at a pixel that is `level` bright, all in 0...1.
    @inline(__always)
    package func grain(_ c: Int, _ y: Int, _ x: Int, level: Float) -> Float {
        let channel = channels == 1 ? 0 : c
        let place = (channel * Self.side + y % Self.side) * Self.side + x % Self.side
        let deviation = profile.deviation(at: Double(level) * 255) * profile.channelScales[channel] * deviationFactor
        return tile[place] * Float(deviation) / 255
    }

    /// Returns the blocks of a tile as a picture about a middle grey.
    private static func blocks(of tile: [Float], channels: Int) -> DetrendedBlocks {
        DetrendedBlocks(
            PlanarImage(
                channels: channels, height: side, width: side, samples: tile.map { 128 + shownDeviation * $0 }),
            limit: 4096)
    }

    /// Returns the zero-phase filter, `2 * reach + 1` rows and columns, whose grain looks in blocks as correlations say.
    private static func kernel(lookingLike wanted: [Double], white: [Float]) -> [Float] {
        let target = power(of: wanted)
        var spectrum = target
        for _ in 0..<rounds {
            let blocks = blocks(of: filtered(white, by: kernel(of: spectrum)), channels: 1)
            let seen = power(of: blocks.correlations(blocks.smooth, weights: [1]))
            for index in spectrum.indices {
                let floor = 1e-3
                spectrum[index] *= max(0.25, min(4, (target[index] + floor) / (seen[index] + floor)))
            }
        }
        return kernel(of: spectrum)
    }

    private static let cosines = (0..<frequencies).map { cos(2 * .pi * Double($0) / Double(frequencies)) }

    /// Returns the powers of a grid of frequencies, of correlations with 1 at distance 0.
    private static func power(of correlations: [Double]) -> [Double] {
        func window(_ distance: Int) -> Double { 0.5 + 0.5 * cos(.pi * Double(distance) / Double(reach + 1)) }
        return transformed(correlations) { window($0) * window($1) }.map { max(0, $0) }
    }

    private static func kernel(of power: [Double]) -> [Float] {
        let width = 2 * reach + 1
        let roots = power.map { $0.squareRoot() }
        var result = [Double](repeating: 0, count: width * width)
        for dy in -reach...reach {
            for dx in -reach...reach {
                for v in 0..<frequencies {
                    for u in 0..<frequencies {
                        result[(reach + dy) * width + reach + dx] +=
                            roots[v * frequencies + u]
                            * cosines[((v * dy + u * dx) % frequencies + frequencies) % frequencies]
                    }
                }
            }
        }
        let norm = result.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return result.map { Float(norm > 0 ? $0 / norm : 0) }
    }

    /// Returns the cosine transform of values by distance, each times a weight.
    private static func transformed(_ values: [Double], weight: (Int, Int) -> Double) -> [Double] {
        let width = 2 * reach + 1
        var result = [Double](repeating: 0, count: frequencies * frequencies)
        for dy in -reach...reach {
            for dx in -reach...reach {
                let value = values[(reach + dy) * width + reach + dx] * weight(dy, dx)
                for v in 0..<frequencies {
                    for u in 0..<frequencies {
                        result[v * frequencies + u] +=
                            value * cosines[((v * dy + u * dx) % frequencies + frequencies) % frequencies]
                    }
                }
            }
        }
        return result
    }

    private static func white(_ random: inout RandomStream) -> [Float] {
        var white = [Float](repeating: 0, count: side * side)
        white.withUnsafeMutableBufferPointer { random.fillNormal($0.baseAddress!, count: $0.count) }
        return white
    }

    /// Returns a tile of white noise, filtered around its edges.
    private static func filtered(_ white: [Float], by kernel: [Float]) -> [Float] {
        let width = 2 * reach + 1
        var result = [Float](repeating: 0, count: side * side)
        // A row continued at both ends.
        var around = [Float](repeating: 0, count: side + 2 * reach)
        for row in 0..<side {
            for x in around.indices { around[x] = white[row * side + (x - reach + side) % side] }
            for dy in 0..<width {
                let y = (row - dy + reach + side) % side
                for dx in 0..<width {
                    let weight = kernel[dy * width + dx]
                    for x in 0..<side { result[y * side + x] += weight * around[x + dx] }
                }
            }
        }
        return result
    }
}

extension DetrendedBlocks {
    /// Returns the correlations of pixels of some blocks that lie up to `GrainModel.reach` rows and columns apart, by
    /// distance, of one linear combination of the channels; 1 at distance 0.
    fileprivate func correlations(_ chosen: [Int], weights: [Float]) -> [Double] {
        let (side, reach) = (Self.side, GrainModel.reach)
        let width = 2 * reach + 1
        let values = AlignedBuffer<Float>(repeating: 0, count: Self.area)
        var sums = [Double](repeating: 0, count: width * width)
        for block in chosen {
            residual(block, weights: weights, into: values.base)
            for down in 0...reach {
                for across in -reach...reach {
                    var sum: Float = 0
                    let columns = max(0, -across)..<min(side, side - across)
                    for y in 0..<side - down {
                        let (a, b) = (values.base + y * side, values.base + (y + down) * side + across)
                        for x in columns { sum += a[x] * b[x] }
                    }
                    let mean = Double(sum) / Double((side - down) * columns.count)
                    sums[(reach + down) * width + reach + across] += mean
                    // The other half is the same, turned.
                    if down > 0 { sums[(reach - down) * width + reach - across] += mean }
                }
            }
        }
        let own = sums[reach * width + reach]
        return sums.map { own > 0 ? $0 / own : 0 }
    }
}
