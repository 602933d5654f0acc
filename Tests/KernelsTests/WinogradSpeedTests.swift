import Foundation
import Kernels
import Tensors
import Testing

/// Printed, not judged: what a machine reaches depends on what else runs on it.
@Suite("Winograd speed", .enabled(if: ProcessInfo.processInfo.environment["RETOUCH_KERNEL_SPEED"] != nil))
struct WinogradSpeedTests {
    static let layers: [(channels: Int, height: Int, width: Int)] = [
        (16, 32, 32), (32, 32, 32), (48, 32, 32), (64, 16, 16), (96, 8, 8), (128, 4, 4),
        (48, 64, 64), (64, 32, 32), (96, 16, 16), (128, 8, 8),
        (48, 544, 960), (64, 256, 256), (96, 136, 240), (128, 68, 120),
    ]

    /// The direct convolution and Winograd's in turns, each the fastest of many; one thread.
    @Test func ratios() {
        for (channels, height, width) in Self.layers {
            var numbers = Numbers(seed: 1)
            let weights = WinogradTests.halves([channels, channels, 3, 3], &numbers)
            let direct = PackedConvolution(kind: .threeByThree, weights: weights)
            let winograd = WinogradConvolution(weights: weights)
            let source = Blocked(WinogradTests.halves([channels, height, width], &numbers))
            let output = Blocked(channels: channels, height: height, width: width)
            let workspace = AlignedBuffer<Float>(
                repeating: 0, count: winograd.workspaceCount(height: height, width: width))
            func seconds(_ body: () -> Void) -> Double {
                let clock = ContinuousClock()
                return clock.measure(body) / .seconds(1)
            }
            var best = (direct: Double.infinity, winograd: Double.infinity, packing: Double.infinity)
            let repeats = max(20, min(2000, 200_000_000 / (height * width * channels * channels / 100)) / 4)
            for _ in 0..<repeats {
                best.direct = min(
                    best.direct, seconds { direct.apply(source.view, to: output.view, activation: .relu) })
                best.winograd = min(
                    best.winograd,
                    seconds {
                        winograd.apply(
                            source.view, to: output.view, activation: .relu, workspace: workspace.elements)
                    })
                best.packing = min(
                    best.packing,
                    seconds { weights.elements.withUnsafeBufferPointer { winograd.repack(weights: $0.baseAddress!) } })
            }
            let operations = 2 * Double(winograd.multiplyAdds(outputHeight: height, outputWidth: width))
            print(
                "\(channels) channels \(width)x\(height): \(best.direct / best.winograd) times the direct;",
                "\(Int(operations / best.direct / 1e9)) and \(Int(operations / best.winograd / 1e9)) GFLOP/s effective;",
                "\(best.winograd * 1e6) us, packing \(best.packing * 1e6) us")
        }
    }

    /// The largest error against sums in Double, of the direct convolution and of Winograd's.
    @Test func errors() {
        for isa in InstructionSet.available {
            for channels in [16, 48, 64, 96, 128] {
                var numbers = Numbers(seed: 2)
                let weights = WinogradTests.halves([channels, channels, 3, 3], &numbers)
                let input = WinogradTests.halves([channels, 32, 32], &numbers)
                let expected = Reference.convolution(.threeByThree, input, weights: weights)
                let source = Blocked(input)
                let output = Blocked(channels: channels, height: 32, width: 32)
                func largest() -> Float {
                    zip(output.tensor.elements, expected.elements).map { abs($0 - $1) }.max() ?? 0
                }
                PackedConvolution(kind: .threeByThree, weights: weights, isa: isa).apply(source.view, to: output.view)
                let direct = largest()
                WinogradTests.apply(WinogradConvolution(weights: weights, isa: isa), source.view, to: output.view)
                let range = expected.elements.map(abs).max() ?? 0
                print("\(isa) \(channels) channels: direct \(direct), Winograd \(largest()), results within \(range)")
            }
        }
    }
}
