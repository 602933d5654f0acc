import Foundation
import Kernels
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
}
