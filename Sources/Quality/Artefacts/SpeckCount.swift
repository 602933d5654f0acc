public import Tensors

/// Specks of dust and small spots: dark or bright blots on calm surroundings.
///
/// A pixel belongs to a speck if it differs from the mean of eight samples around it (6 pixels away) by more than five
/// deviations of the noise and 16 levels, and these lie close together. Connected pixels of one sign count as one speck
/// if they are 2 to 80; larger specks are looked for at half size in the same way. Specks in texture and on edges are
/// not found; stars, catch-lights and leaves in front of a sky count as specks.
public enum SpeckCount {
    private static let reach = 6

    /// Returns the number of specks in a million pixels of `image`, 1 to 4 channels in 0...1, found in the mean of its
    /// colours.
    ///
    /// - Parameters:
    ///   - sigma: the standard deviation of the picture's noise on 0...1.
    public static func perMegapixel(of image: PlanarImage, sigma: Double) -> Double {
        let colours = image.channels >= 3 ? 3 : 1
        var levels = image.levels(channels: colours)
        if colours == 3 { levels = levels.meanOfChannels() }
        let half = levels.halved()
        // A downsampled picture's samples are means: its noise is less, and what is two pixels wide stands out as much.
        let small = specks(levels, sigma: Float(sigma * 255), areas: 2...80)
        let large = specks(half, sigma: Float(sigma * 255), areas: 21...80)
        let megapixels = Double(max(1, image.height * image.width)) / 1e6
        return Double(small + large) / megapixels
    }

    private static func specks(_ image: PlanarImage, sigma: Float, areas: ClosedRange<Int>) -> Int {
        let (height, width) = (image.height, image.width)
        guard height > 2 * reach, width > 2 * reach else { return 0 }
        let threshold = max(16, 5 * sigma)
        var marks = [Int8](repeating: 0, count: height * width)
        marks.withUnsafeMutableBufferPointer { marks in
            for y in reach..<height - reach {
                let row = image.view.row(0, y)
                let rows = [-6, -4, 4, 6].map { UnsafePointer(image.view.row(0, y + $0)) }
                let (up, upper, lower, down) = (rows[0], rows[1], rows[2], rows[3])
                let line = marks.baseAddress! + y * width
                for x in reach..<width - reach {
                    let around = SIMD8(
                        up[x], down[x], row[x - 6], row[x + 6], upper[x - 4], upper[x + 4], lower[x - 4], lower[x + 4])
                    let difference = row[x] - around.sum() / 8
                    let size = difference < 0 ? -difference : difference
                    guard size > threshold else { continue }
                    // The surroundings' own spread: of eight samples of noise it is about three deviations.
                    let spread = around.max() - around.min()
                    if spread < max(0.4 * size, 3 * sigma), spread < size { line[x] = difference < 0 ? -1 : 1 }
                }
            }
        }
        return components(&marks, width: width, areas: areas)
    }

    /// Returns the number of connected groups of equal sign whose number of pixels lies in `areas`; clears `marks`.
    private static func components(_ marks: inout [Int8], width: Int, areas: ClosedRange<Int>) -> Int {
        var count = 0
        var open: [Int] = []
        for start in marks.indices where marks[start] != 0 {
            let sign = marks[start]
            marks[start] = 0
            open.append(start)
            var area = 0
            while let index = open.popLast() {
                area += 1
                // The border of `reach` pixels is never marked, so all neighbours exist.
                for step in [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]
                where marks[index + step] == sign {
                    marks[index + step] = 0
                    open.append(index + step)
                }
            }
            if areas.contains(area) { count += 1 }
        }
        return count
    }
}
