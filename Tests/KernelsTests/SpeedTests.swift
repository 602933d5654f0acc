import Foundation
import Kernels
import Tensors
import Testing

/// Printed, not judged: what a machine reaches depends on what else runs on it.
@Suite("Speed", .enabled(if: ProcessInfo.processInfo.environment["RETOUCH_KERNEL_SPEED"] != nil))
struct SpeedTests {
    /// By processor time, RETOUCH_KERNEL_SPEED threads: the layers of the small denoiser at 1920x1080, padded to 1088 rows, and how many of each it has.
    @Test func denoiserLayers() {
        let environment = ProcessInfo.processInfo.environment
        let threads = environment["RETOUCH_KERNEL_SPEED"].flatMap(Int.init) ?? 1
        let scale = environment["RETOUCH_KERNEL_SPEED_SCALE"].flatMap(Int.init) ?? 1
        let layers: [(PackedConvolution.Kind, Int, Int, Int, Int, Int)] = [
            (.threeByThree, 13, 48, 544, 960, 1), (.threeByThree, 48, 48, 544, 960, 4),
            (.threeByThree, 48, 12, 544, 960, 1), (.threeByThree, 64, 64, 272, 480, 4),
            (.threeByThree, 96, 96, 136, 240, 4), (.threeByThree, 128, 128, 68, 120, 2),
            (.stridedTwoByTwo, 48, 64, 544, 960, 1), (.stridedTwoByTwo, 64, 96, 272, 480, 1),
            (.stridedTwoByTwo, 96, 128, 136, 240, 1), (.transposedTwoByTwo, 128, 96, 68, 120, 1),
            (.transposedTwoByTwo, 96, 64, 136, 240, 1), (.transposedTwoByTwo, 64, 48, 272, 480, 1),
        ]
        let isa = InstructionSet.current
        let roof = FMARoof.measure(isa: isa, threads: threads, clock: .processor).operationsPerSecond
        print("\(isa), \(threads) threads, roof \(Int(roof / 1e9)) GFLOP/s")
        var total = (operations: 0.0, seconds: 0.0)
        for (kind, inputs, outputs, height, width, count) in layers {
            let speed = ConvolutionSpeed.measure(
                kind, inputChannels: inputs, outputChannels: outputs, height: height / scale, width: width / scale,
                residual: inputs == outputs, isa: isa, threads: threads, repeats: 5)
            let share = Int((speed.operationsPerSecond / roof * 1000).rounded())
            print(
                "\(kind) \(inputs)->\(outputs) \(height / scale)x\(width / scale): \(Int(speed.operationsPerSecond / 1e9)) GFLOP/s, \(Double(share) / 10) %"
            )
            if kind == .threeByThree {
                let operations = Double(count * inputs * outputs * 9 * height * width)
                total.operations += operations
                total.seconds += operations / speed.operationsPerSecond
            }
        }
        let again = FMARoof.measure(isa: isa, threads: threads, clock: .processor).operationsPerSecond
        print(
            "roof again \(Int(again / 1e9)); 3x3 layers together \(Int(total.operations / total.seconds / roof * 1000)) per mille of the roof"
        )
    }

    /// The gradients of weights for patches of 64x64 pixels in the small denoiser, arrays in the cache; the best of many
    /// runs interleaved with the roof's.
    @Test func weightGradients() {
        let layers: [(PackedConvolution.Kind, Int, Int, Int)] = [
            (.threeByThree, 48, 48, 32), (.threeByThree, 64, 64, 16), (.threeByThree, 96, 96, 8),
            (.threeByThree, 128, 128, 4), (.threeByThree, 13, 48, 32), (.threeByThree, 48, 12, 32),
            (.stridedTwoByTwo, 48, 64, 32), (.transposedTwoByTwo, 64, 48, 16),
        ]
        let clock = ContinuousClock()
        for isa in InstructionSet.available {
            for (kind, inputs, outputs, size) in layers {
                let (input, weights, y) = ConvolutionGradientTests.samples(
                    kind, inputs: inputs, outputs: outputs, height: kind == .stridedTwoByTwo ? size / 2 : size,
                    width: kind == .stridedTwoByTwo ? size / 2 : size)
                let (source, gradient) = (Blocked(input), Blocked(y))
                let packed = PackedGradient(
                    ConvolutionGradient(kind: kind, inputChannels: inputs, outputChannels: outputs, isa: isa))
                let forward = PackedConvolution(kind: kind, weights: weights, isa: isa)
                let result = Blocked(channels: outputs, height: y.shape[1], width: y.shape[2])
                let operations =
                    2 * Double(forward.multiplyAdds(outputHeight: y.shape[1], outputWidth: y.shape[2]))
                var best = (roof: 0.0, gradient: 0.0, forward: 0.0)
                for _ in 0..<30 {
                    let roof = FMARoof.measure(isa: isa, seconds: 0.001, repeats: 1)
                    best.roof = max(best.roof, roof.operationsPerSecond)
                    for _ in 0..<5 {
                        let seconds = clock.measure {
                            packed.gradient.accumulateWeights(
                                input: source.view, outputGradient: gradient.view, into: packed.base)
                        }
                        best.gradient = max(best.gradient, operations / (seconds / .seconds(1)))
                        let other = clock.measure { forward.apply(source.view, to: result.view) }
                        best.forward = max(best.forward, operations / (other / .seconds(1)))
                    }
                }
                print(
                    "\(isa) \(kind) \(inputs)->\(outputs) at \(size): weight gradient \(Int(best.gradient / 1e9)) GFLOP/s, \(Int(best.gradient / best.roof * 100)) % of the roof; forward \(Int(best.forward / best.roof * 100)) %"
                )
            }
        }
        var numbers = Numbers(seed: 1)
        let weights = numbers.tensor([128, 128, 3, 3])
        let convolution = PackedConvolution(kind: .threeByThree, weights: weights)
        let packed = PackedGradient(ConvolutionGradient(kind: .threeByThree, inputChannels: 128, outputChannels: 128))
        var elements = weights.elements
        var best = (pack: Double.infinity, unpack: Double.infinity)
        for _ in 0..<50 {
            elements.withUnsafeMutableBufferPointer { elements in
                let pack = clock.measure { convolution.repack(weights: elements.baseAddress!) }
                let unpack = clock.measure { packed.gradient.unpack(packed.base, weights: elements.baseAddress!) }
                best = (min(best.pack, pack / .seconds(1)), min(best.unpack, unpack / .seconds(1)))
            }
        }
        let count = Double(weights.elements.count)
        print("packing \(best.pack / count * 1e9) ns a weight, unpacking \(best.unpack / count * 1e9) ns")
    }
}
