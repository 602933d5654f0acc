import Kernels
import Networks
import SystemPackage
import Tensors

extension Tensor {
    /// The largest magnitude.
    var peak: Float { elements.reduce(0) { max($0, abs($1)) } }
}

extension PlanarImage {
    var tensor: Tensor { Tensor(shape: [channels, height, width], elements: samples) }

    /// A copy of a part.
    func part(rows: Range<Int>, columns: Range<Int>) -> PlanarImage {
        let part = PlanarImage(channels: channels, height: rows.count, width: columns.count)
        let source = view.cropped(rows: rows, columns: columns)
        for channel in 0..<channels {
            for row in 0..<rows.count {
                part.view.row(channel, row).update(from: source.row(channel, row), count: columns.count)
            }
        }
        return part
    }
}

/// Runs `network` on a whole picture.
func result(
    of network: Network, on picture: PlanarImage, noiseLevel: Float = 0, isa: InstructionSet = .current
) -> PlanarImage {
    let executor = Executor(
        network: network, maximumHeight: picture.height, maximumWidth: picture.width, instructionSet: isa)
    let output = PlanarImage(
        channels: network.outputChannels, height: network.scale * picture.height, width: network.scale * picture.width)
    executor.run(input: picture.view, output: output.view, noiseLevel: noiseLevel)
    return output
}

/// The first element where two tensors differ by more than `tolerance`, told in words; nil where there is none.
func difference(_ found: Tensor, _ expected: Tensor, tolerance: Float) -> String? {
    guard found.shape == expected.shape else { return "shape \(found.shape), expected \(expected.shape)" }
    for index in found.elements.indices {
        // Written so that a NaN is a difference.
        if !(abs(found.elements[index] - expected.elements[index]) <= tolerance) {
            return "element \(index) of \(found.shape) is \(found.elements[index]), expected "
                + "\(expected.elements[index]) within \(tolerance)"
        }
    }
    return nil
}

/// What Float32 rounding may add up to in `layers` layers whose sums have at most `depth` terms, for values up to `peak`:
/// each sum errs by about the square root of its depth, twice that for safety, and errors add up over the layers.
func roundingTolerance(depth: Int, layers: Int, peak: Float) -> Float {
    let epsilon: Float = 1.2e-7
    return 2 * epsilon * (Float(depth).squareRoot() + 2) * Float(max(1, layers)) * max(peak, 1)
}

extension Graph {
    /// The most terms that one element's sum has.
    var sumDepth: Int {
        nodes.map { node in
            guard let convolution = node.operation.convolution else { return 16 }
            return convolution.weights.elements.count / convolution.outputChannels
        }.max() ?? 1
    }
}
