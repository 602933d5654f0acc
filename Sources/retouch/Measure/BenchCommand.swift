import ArgumentParser
import Autoencoders
import Batches
import Foundation
import Kernels
import Networks
import Restoration
import Training

/// `retouch bench`.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast a model runs here, against the machine's own limit.",
        discussion: """
            One picture is restored in memory, all threads on it together. The limit (roof) is what multiply-adds on \
            registers alone reach; Winograd's algorithm makes fewer of them, so the effective speed, which counts those \
            of direct sums, may lie above it. With --direct, direct sums alone are measured: the share of the roof that \
            the 3x3 convolutions reach, with everything that is fused into them. Roof and network are measured in \
            turns; medians are printed. RETOUCH_ISA=baseline|avx2|avx512 forces an instruction set. With --training, \
            whole steps of training are timed instead, on U-Nets of the sizes that ship, batches of 16 patches of 64x64.

            --calibrate measures on clean pictures what BF16 products cost in each of a model's operations, chooses those \
            that together stay within --loss, and writes them into the model's card, for --precision fast.

            --plan races Winograd's algorithm against direct sums for 3x3 convolutions of several widths and sets the result \
            beside the plan that chooses between them.

            EXAMPLES
              retouch bench --model 1x-Denoise-S --precision fast
              retouch bench --calibrate --model models/1x-Mine --images held-out/
            """)

    @Option(name: .shortAndLong, help: .init("The model.", valueName: "name|folder"), completion: .models())
    var model = "1x-Denoise-S"

    @Option(help: .init("Sides of the picture.", valueName: "width x height"))
    var size = "1920x1080"

    @Option(name: [.customShort("j"), .long], help: "Threads, besides the run with one thread.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "Turns to take the median of.")
    var repeats = 7

    @Flag(help: "Time direct sums, a picture on each thread.")
    var direct = false

    @Flag(help: "Time steps of training, not restoring.")
    var training = false

    @Option(help: "What is multiplied: float32, or with fast BF16 where the model's card tells what that costs.")
    var precision: Precision = .float32

    @Flag(help: "Measure what BF16 products cost, and write it into the model's card.")
    var calibrate = false

    @Flag(help: "Measure what the plan of algorithms rests on.")
    var plan = false

    @OptionGroup(title: "Calibrating") var calibration: CalibrationOptions

    private var sides: (width: Int, height: Int)? {
        let parts = size.lowercased().split(separator: "x").map { Int($0.trimmingCharacters(in: .whitespaces)) }
        guard parts.count == 2, let width = parts[0], let height = parts[1] else { return nil }
        return (1...1 << 14).contains(width) && (1...1 << 14).contains(height) ? (width, height) : nil
    }

    func validate() throws {
        guard sides != nil else {
            throw ValidationError("--size \(size): expected two sides of 1 to 16384, such as 1920x1080")
        }
        guard (1...1024).contains(threads) else {
            throw ValidationError("--threads \(threads): expected 1 to 1024")
        }
        guard (1...1000).contains(repeats) else { throw ValidationError("--repeats \(repeats): expected 1 to 1000") }
    }

    func run() throws {
        guard let sides else { return }
        _ = try InstructionSet.selected()
        if training { return try timeTraining() }
        if plan {
            return Console.standardOutput.write(ConvolutionTuningReport.measured(repeats: max(50, repeats)).text)
        }
        let folder = try ModelLibrary.standard().folder(of: model)
        let loaded = try loadModel(at: folder)
        if calibrate { return try calibration.calibrate(loaded, in: folder, threads: threads) }
        if precision == .fast, let hindrance = loaded.card.fastUnavailability {
            throw CommandFailure(status: .usage, message: "--precision fast: \(hindrance)")
        }
        let model = precision == .fast ? loaded.fast ?? loaded : loaded
        let network = model.network
        Console.standardOutput.writeLine(
            "\(self.model): \(network.parameterCount) weights, \(Int(network.multiplyAddsPerPixel)) multiply-adds a "
                + "pixel, radius \(network.receptiveRadius), bit radius \(network.bitRadius)")
        for count in Set([1, threads]).sorted() {
            if direct {
                timeDirectSums(network.computed(by: .direct), width: sides.width, height: sides.height, threads: count)
            } else {
                try timeRestoring(model, width: sides.width, height: sides.height, threads: count)
            }
        }
    }

    private func timeRestoring(_ model: Model, width: Int, height: Int, threads: Int) throws {
        let result = try RestorationBenchmark.measure(
            model: model, height: height, width: width, workers: threads, repeats: repeats,
            memoryLimit: Machine.defaultMemoryLimit)
        Console.standardOutput.writeLine(
            String(
                format: """
                    %@, %d thread%@ on %d x %d: %.4f s, %.2f megapixels a second; %.1f effective GFLOP/s = %.2f times the \
                    FMA roof of %.1f; %.0f MB
                    """, "\(InstructionSet.current)", threads, threads == 1 ? "" : "s", width, height, result.seconds,
                Double(width * height) / result.seconds / 1e6, result.effectiveOperationsPerSecond / 1e9,
                result.share, result.roof / 1e9, Double(result.summary.byteCount) / 1e6))
    }

    private func timeDirectSums(_ network: Network, width: Int, height: Int, threads: Int) {
        let result = ExecutorBenchmark.measure(
            network: network, height: height, width: width, threads: threads, repeats: repeats)
        Console.standardOutput.writeLine(
            String(
                format: """
                    %@, %d thread%@, %d x %d on each: FMA roof %.1f GFLOP/s, 3x3 layers %.1f GFLOP/s = %.1f %% of it; \
                    %.3f s a picture, %.2f megapixels a second
                    """, "\(result.instructionSet)", threads, threads == 1 ? "" : "s", width, height,
                result.roof / 1e9, result.threeByThree / 1e9, 100 * result.threeByThreeShare, result.seconds,
                Double(width * height * threads) / result.seconds / 1e6))
        let slowest = result.steps.prefix(6).map { String(format: "%@ %.0f %%", $0.name, 100 * $0.share) }
        Console.standardOutput.writeLine("  slowest steps: \(slowest.joined(separator: ", "))")
    }

    /// Prints one line for each network, algorithm and number of threads.
    private func timeTraining() throws {
        let steps = max(3, repeats)
        for (name, architecture) in [("D-S", UNet.small), ("D-M", UNet.medium)] {
            for algorithm in ConvolutionAlgorithm.available(.current) {
                for count in Set([1, min(threads, TrainableNetwork.shardCount)]).sorted() {
                    let result = try TrainingBenchmark.measure(
                        architecture, batch: 16, patch: 64, workers: count, steps: steps, algorithm: algorithm)
                    Console.standardOutput.writeLine(
                        String(
                            format: """
                                %@ %@ %@, %d thread%@: %.4f s a step (fastest %.4f), %.2f steps a second, %.1f effective \
                                GFLOP/s, %.0f MB
                                """, name, algorithm.rawValue, "\(result.instructionSet)", count, count == 1 ? "" : "s",
                            result.seconds, result.fastest, 1 / result.seconds,
                            result.operations / result.seconds / 1e9,
                            Double(result.byteCount) / 1e6))
                }
            }
        }
    }
}
