import Files
import Imaging
import SystemPackage
import Tensors
import TestFolders

/// A folder of pictures for a test, removed with it.
struct DataFolder {
    let folder: TemporaryFolder
    var path: FilePath { folder.path }

    init() throws { folder = try TemporaryFolder() }

    /// Writes a PNG whose samples are `value(channel, row, column)` on 0...255 (65535 at 16 bits).
    func write(
        _ relative: FilePath, width: Int, height: Int, format: PixelFormat = PixelFormat(color: .rgb),
        _ value: (_ c: Int, _ y: Int, _ x: Int) -> Int
    ) throws {
        let image = PlanarImage(channels: format.channelCount, height: height, width: width)
        let maximum = Float(format.bitDepth == 8 ? 255 : 65535)
        for c in 0..<image.channels {
            for y in 0..<height {
                for x in 0..<width { image.view.row(c, y)[x] = Float(value(c, y, x)) / maximum }
            }
        }
        let target = path.pushing(relative)
        try createFolders(at: target.removingLastComponent())
        try Picture(image: image, format: format).write(to: target, as: .png)
    }

    /// A picture that tells where a pixel comes from: red is the column, green the row, blue `tag`.
    func writeMap(_ relative: FilePath, width: Int, height: Int, tag: Int) throws {
        try write(relative, width: width, height: height) { c, y, x in c == 0 ? x : c == 1 ? y : tag }
    }

    /// A picture of seeded noise.
    func writeNoise(_ relative: FilePath, width: Int, height: Int, seed: UInt64) throws {
        var random = RandomStream(seed: seed)
        try write(relative, width: width, height: height) { _, _, _ in random.integer(below: 256) }
    }
}

/// The samples of a view as whole numbers of 0...255.
func bytes(_ image: PlanarImage) -> [Int] { image.samples.map { Int(($0 * 255).rounded()) } }
