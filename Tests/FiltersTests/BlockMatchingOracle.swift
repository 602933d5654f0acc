import Filters
import Foundation
import Tensors

/// BM3D from its definition, in Float64, for one channel or three: every pair of patches compared, every transform a
/// double loop over matrices.
struct BlockMatchingOracle {
    let sigma: Double
    let profile: BlockMatching3D.Profile

    func basicEstimate(_ image: [[[Double]]]) -> [[[Double]]] {
        let transform = profile.patchTransform == .cosine ? PatchTransform.cosine : .biorthogonalWavelet
        return run(image, matchedOn: image, profile.thresholding, transform) { coefficients, _ in
            let kept = coefficients.map { $0.map { abs($0) >= profile.threshold * sigma ? $0 : 0 } }
            let count = kept.joined().count { $0 != 0 }
            return (kept, 1 / (sigma * sigma * Double(max(1, count))))
        }
    }

    func finalEstimate(_ image: [[[Double]]], basic: [[[Double]]]) -> [[[Double]]] {
        run(image, matchedOn: basic, profile.wiener, .cosine) { coefficients, guide in
            let shares = guide.map { $0.map { $0 * $0 / ($0 * $0 + sigma * sigma) } }
            let filtered = zip(coefficients, shares).map { zip($0, $1).map { $0 * $1 } }
            let energy = shares.joined().reduce(0) { $0 + $1 * $1 }
            return (filtered, 1 / (sigma * sigma * max(1e-3, energy)))
        }
    }

    /// Places of the patches most like the one at `place`, itself first.
    static func stack(
        _ plane: [[Double]], at place: (y: Int, x: Int), _ pass: BlockMatching3D.Pass, limit: Double
    ) -> [(y: Int, x: Int)] {
        let (height, width) = (plane.count, plane[0].count)
        var found: [(distance: Double, y: Int, x: Int)] = []
        for y in max(0, place.y - pass.searchRadius)...min(height - 8, place.y + pass.searchRadius) {
            for x in max(0, place.x - pass.searchRadius)...min(width - 8, place.x + pass.searchRadius) {
                if y == place.y && x == place.x { continue }
                var distance = 0.0
                for row in 0..<8 {
                    for column in 0..<8 {
                        let difference = plane[y + row][x + column] - plane[place.y + row][place.x + column]
                        distance += difference * difference
                    }
                }
                if distance < limit { found.append((distance, y, x)) }
            }
        }
        found.sort { $0.distance < $1.distance }
        let all = [place] + found.map { ($0.y, $0.x) }
        var count = 1
        while 2 * count <= min(all.count, pass.stackSize) { count *= 2 }
        return Array(all.prefix(count))
    }

    private func run(
        _ image: [[[Double]]], matchedOn guide: [[[Double]]], _ pass: BlockMatching3D.Pass, _ transform: PatchTransform,
        shrink: (_ coefficients: [[Double]], _ guide: [[Double]]) -> ([[Double]], Double)
    ) -> [[[Double]]] {
        let (height, width) = (image[0].count, image[0][0].count)
        let zeros = image.map { $0.map { $0.map { _ in 0.0 } } }
        var (sums, weights) = (zeros, zeros)
        let limit = pass.similarity / (255 * 255) * 64 * (image.count == 3 ? 3 : 1)
        func references(_ last: Int) -> [Int] { (0...last).filter { $0 % pass.stride == 0 || $0 == last } }
        for y in references(height - 8) {
            for x in references(width - 8) {
                let places = Self.stack(guide[0], at: (y, x), pass, limit: limit)
                for channel in image.indices {
                    func coefficients(_ plane: [[Double]]) -> [[Double]] {
                        haar(
                            places.map { place in
                                separable(
                                    transform.matrix,
                                    (0..<64).map { plane[place.y + $0 / 8][place.x + $0 % 8] })
                            })
                    }
                    let (changed, weight) = shrink(coefficients(image[channel]), coefficients(guide[channel]))
                    let patches = inverseHaar(changed).map { separable(transform.inverseMatrix, $0) }
                    for (place, patch) in zip(places, patches) {
                        for index in 0..<64 {
                            let share = weight * PatchStack.kaiserWindow[index]
                            sums[channel][place.y + index / 8][place.x + index % 8] += share * patch[index]
                            weights[channel][place.y + index / 8][place.x + index % 8] += share
                        }
                    }
                }
            }
        }
        return image.indices.map { c in
            (0..<height).map { y in (0..<width).map { x in sums[c][y][x] / weights[c][y][x] } }
        }
    }

    private func separable(_ matrix: [[Double]], _ patch: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: 64)
        for row in 0..<8 {
            for column in 0..<8 {
                for i in 0..<8 {
                    for j in 0..<8 { result[8 * row + column] += matrix[row][i] * patch[8 * i + j] * matrix[column][j] }
                }
            }
        }
        return result
    }

    /// Averages of pairs, transformed again, then the pairs' differences.
    private func haar(_ stack: [[Double]]) -> [[Double]] {
        guard stack.count > 1 else { return stack }
        let pairs = stride(from: 0, to: stack.count, by: 2).map { (stack[$0], stack[$0 + 1]) }
        return haar(pairs.map { zip($0.0, $0.1).map { ($0 + $1) / 2.0.squareRoot() } })
            + pairs.map { zip($0.0, $0.1).map { ($0 - $1) / 2.0.squareRoot() } }
    }

    private func inverseHaar(_ stack: [[Double]]) -> [[Double]] {
        guard stack.count > 1 else { return stack }
        let averages = inverseHaar(Array(stack[..<(stack.count / 2)]))
        var result: [[Double]] = []
        for (average, difference) in zip(averages, stack[(stack.count / 2)...]) {
            result.append(zip(average, difference).map { ($0 + $1) / 2.0.squareRoot() })
            result.append(zip(average, difference).map { ($0 - $1) / 2.0.squareRoot() })
        }
        return result
    }
}
