import Foundation
import Tensors
import Workers

/// One of BM3D's passes: stacks of patches that look alike, filtered together and put back, each with a weight.
///
/// The rows of reference patches are cut into bands. A band writes as far as its stacks reach, which is less than half
/// a band beyond its ends: so bands 0, 2, 4 ... can be worked on at the same time, then 1, 3, 5 ..., and the order in
/// which a pixel's estimates are added is the same for any number of workers.
struct CollaborativePass: Sendable {
    private static let side = PatchTransform.side
    private static let bandHeight = 64
    private let noisy: PlanarImage
    /// The first pass's result, for the second one.
    private let guide: PlanarImage?
    private let sigma: Float
    private let pass: BlockMatching3D.Pass
    private let transform: PatchTransform
    private let threshold: Float
    private let plane: MatchedPlane
    private let rows: [Int]
    private let columns: [Int]

    init(
        noisy: PlanarImage, guide: PlanarImage?, sigma: Float, pass: BlockMatching3D.Pass, transform: PatchTransform,
        threshold: Float
    ) {
        self.noisy = noisy
        self.guide = guide
        self.sigma = sigma
        self.pass = pass
        self.transform = transform
        self.threshold = threshold
        plane = MatchedPlane(guide ?? noisy)
        rows = Self.references(noisy.height - Self.side, stride: pass.stride)
        columns = Self.references(noisy.width - Self.side, stride: pass.stride)
    }

    /// Every `stride`th place from 0 on, and the last one.
    private static func references(_ last: Int, stride step: Int) -> [Int] {
        Array(stride(from: 0, to: last, by: step)) + [last]
    }

    /// The picture that the pass makes of the noisy one.
    func run(sharing loop: ParallelLoop) -> PlanarImage {
        let sums = PlanarImage(channels: noisy.channels, height: noisy.height, width: noisy.width)
        let weights = PlanarImage(channels: noisy.channels, height: noisy.height, width: noisy.width)
        let bandCount = (noisy.height + Self.bandHeight - 1) / Self.bandHeight
        for parity in 0..<2 {
            loop.forEach((bandCount + 1 - parity) / 2) { _, index in
                let start = (2 * index + parity) * Self.bandHeight
                work(on: rows.filter { (start..<start + Self.bandHeight).contains($0) }, into: sums, weights)
            }
        }
        for channel in 0..<sums.channels {
            for y in 0..<sums.height {
                // Every pixel lies in a reference patch, whose weight is positive.
                let (sum, weight) = (sums.view.row(channel, y), weights.view.row(channel, y))
                for x in 0..<sums.width { sum[x] /= weight[x] }
            }
        }
        return sums
    }

    private func work(on rows: [Int], into sums: PlanarImage, _ weights: PlanarImage) {
        let unit: Float = 1 / 255
        // In orthonormal opponent colours brightness is the mean times the square root of 3.
        let gain: Float = noisy.channels == 3 ? 3 : 1
        let matcher = PatchMatcher(
            plane: plane, stackSize: pass.stackSize, radius: pass.searchRadius,
            limit: Float(pass.similarity) * unit * unit * gain * Float(Self.side * Self.side), columns: columns)
        let stack = PatchStack(capacity: pass.stackSize)
        for y in rows {
            matcher.match(row: y)
            for reference in 0..<matcher.referenceCount {
                let places = matcher.stack(of: reference)
                for channel in 0..<noisy.channels {
                    let source = noisy.view.channels(from: channel, count: 1)
                    let weight: Float
                    if let guide {
                        weight = stack.filter(
                            source, guide: guide.view.channels(from: channel, count: 1), at: places, by: transform,
                            sigma: sigma)
                    } else {
                        weight = stack.threshold(source, at: places, by: transform, sigma: sigma, factor: threshold)
                    }
                    stack.add(
                        to: sums.view.channels(from: channel, count: 1),
                        weights: weights.view.channels(from: channel, count: 1), at: places, weight: weight)
                }
            }
        }
    }
}
