import Corruptions
import Filters
import Foundation
import Imaging
import Quality
import SystemPackage
import Tensors
import TestFolders
import Testing
import Workers

/// Something like a photograph: edges, slopes and a pattern, different in each channel.
func scene(channels: Int, height: Int, width: Int) -> PlanarImage {
    let image = PlanarImage(channels: channels, height: height, width: width)
    for channel in 0..<channels {
        for y in 0..<height {
            for x in 0..<width {
                let slope = Float(x + channel * y) / Float(3 * (height + width))
                let edge: Float = x + y / 2 > (height + width) / 3 ? 0.3 : 0
                let pattern = 0.1 * sin(Float(x * (channel + 2) + 2 * y) / 3)
                image.view.row(channel, y)[x] = 0.2 + slope + edge + pattern
            }
        }
    }
    return image
}

/// `image` with NumPy's white noise of `sigma` (of 255) and seed 0.
func noisy(_ image: PlanarImage, sigma: Double) throws -> PlanarImage {
    var random = RandomState(seed: 0)
    return try Corruption.parse("gaussian:\(sigma)")[0].applied(to: image, random: &random)
}

/// A crop of a photograph in `Tests/Fixtures/anchors`.
func anchor(_ name: String) throws -> PlanarImage {
    try Picture(reading: fixtureFolder.appending("anchors").appending(name)).image
}

func psnr(_ image: PlanarImage, of clean: PlanarImage) throws -> Double {
    try Comparison(reference: clean, protocol: .awgn).scores(of: image, .after, ssim: false).psnr
}

func largestDifference(_ a: PlanarImage, _ b: PlanarImage) -> Float {
    zip(a.samples, b.samples).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

/// `image` with its samples moved by `place`: where in the result a sample of row y and column x comes from.
func rearranged(
    _ image: PlanarImage, height: Int, width: Int, _ place: (_ y: Int, _ x: Int) -> (y: Int, x: Int)
) -> PlanarImage {
    let result = PlanarImage(channels: image.channels, height: height, width: width)
    for channel in 0..<image.channels {
        for y in 0..<height {
            for x in 0..<width {
                let (fromY, fromX) = place(y, x)
                result.view.row(channel, y)[x] = image.view.row(channel, fromY)[fromX]
            }
        }
    }
    return result
}

/// Runs tasks on several threads, last ones first.
var threads: ParallelLoop {
    ParallelLoop(workerCount: 4) { count, body in
        ParallelLoop.threads(4).forEach(count) { worker, task in body(worker, count - 1 - task) }
    }
}
