import Kernels
import Tensors
import Testing

@Suite("The gradient of the weights in Winograd form equals the plain loops")
struct WinogradGradientTests {
    /// Sums the gradient twice into one buffer, and compares once and twice with the loops.
    static func check(inputs: Int, outputs: Int, height: Int, width: Int) -> [String] {
        let (input, weights, outputGradient) = ConvolutionGradientTests.samples(
            .threeByThree, inputs: inputs, outputs: outputs, height: height, width: width)
        let expected = Reference.convolutionGradients(
            .threeByThree, input: input, weights: weights, outputGradient: outputGradient
        ).weights
        let (source, target) = (Blocked(input), Blocked(outputGradient))
        // The border of the output's gradient is not read.
        for row in -1...height {
            for column in -1...width where row < 0 || row == height || column < 0 || column == width {
                for block in 0..<target.view.blocks {
                    target.view.pixel(block: block, row: row, column: column).update(repeating: .nan, count: 16)
                }
            }
        }
        // Rounding grows with the transforms' factors: some ten times that of direct sums.
        let tolerance = 20 * ConvolutionGradientTests.tolerance(height * width)
        return InstructionSet.available.flatMap { isa -> [String] in
            let packed = PackedGradient(
                ConvolutionGradient(kind: .threeByThree, inputChannels: inputs, outputChannels: outputs, isa: isa))
            let count = packed.gradient.winogradWorkspaceCount(height: height, width: width)
            let workspace = AlignedBuffer<Float>(repeating: .nan, count: count + 16)
            var failures: [String?] = []
            for times in 1...2 {
                withExtendedLifetime((source, target)) {
                    packed.gradient.accumulateWeightsByWinograd(
                        input: source.view, outputGradient: target.view, into: packed.base,
                        workspace: UnsafeMutableBufferPointer(start: workspace.base, count: count))
                }
                let scaled = Tensor(shape: expected.shape, elements: expected.elements.map { Float(times) * $0 })
                let found = packed.unpacked(shape: weights.shape).weights
                failures.append(firstDifference(found, scaled, tolerance: Float(times) * tolerance))
            }
            if !packed.isIntact { failures.append("written outside") }
            if !(0..<16).allSatisfy({ workspace.base[count + $0].isNaN }) { failures.append("outside the workspace") }
            return failures.compactMap { $0 }.map { "\(isa) \(inputs)->\(outputs) \(height)x\(width): \($0)" }
        }
    }

    @Test("Every size") func sizes() {
        let sizes = [1, 2, 3, 4, 5, 7, 8, 9, 13, 16]
        for height in sizes {
            for width in sizes + [32, 33] {
                for failure in Self.check(inputs: 17, outputs: 33, height: height, width: width) {
                    Issue.record("\(failure)")
                }
            }
        }
    }

    @Test("Every number of channels") func channels() {
        let channels = [1, 3, 12, 16, 17, 48, 64, 96]
        for inputs in channels {
            for outputs in channels {
                for failure in Self.check(inputs: inputs, outputs: outputs, height: 9, width: 6) {
                    Issue.record("\(failure)")
                }
            }
        }
    }

    /// More tiles than are summed together, in every block of the picture.
    @Test("Many tiles") func manyTiles() {
        for failure in Self.check(inputs: 48, outputs: 48, height: 32, width: 64) { Issue.record("\(failure)") }
    }
}
