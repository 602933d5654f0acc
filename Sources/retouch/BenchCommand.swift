import ArgumentParser
import Autoencoders
import Foundation
import Kernels
import Networks

/// `retouch bench`.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast a model runs here, against the machine's own limit.",
        discussion: """
            The limit (roof) is what multiply-adds on registers alone reach. The share is that of the 3x3 \
            convolutions, with everything that is fused into them. Both are measured in turns; medians are printed. \
            RETOUCH_ISA=baseline|avx2|avx512 forces an instruction set.
            """)

    @Option(name: .shortAndLong, help: .init("The model.", valueName: "name|folder"))
    var model = "1x-Denoise-S"

    @Option(help: .init("Sides of the picture.", valueName: "width x height"))
    var size = "1920x1080"

    @Option(name: [.customShort("j"), .long], help: "Threads, besides the run with one thread.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "Turns to take the median of.")
    var repeats = 7

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
        let network = try loadModel(at: ModelLibrary.standard().folder(of: model)).network
        print(
            "\(model): \(network.parameterCount) weights, \(Int(network.multiplyAddsPerPixel)) multiply-adds a pixel, "
                + "radius \(network.receptiveRadius), grid \(network.grid)")
        for count in Set([1, threads]).sorted() {
            let result = ExecutorBenchmark.measure(
                network: network, height: sides.height, width: sides.width, threads: count, repeats: repeats)
            let pixels = Double(sides.width * sides.height * count)
            print(
                String(
                    format: """
                        %@, %d thread%@, %d x %d on each: FMA roof %.1f GFLOP/s, 3x3 layers %.1f GFLOP/s = %.1f %% \
                        of it; %.3f s a picture, %.2f megapixels a second
                        """, "\(result.instructionSet)", count, count == 1 ? "" : "s", sides.width, sides.height,
                    result.roof / 1e9, result.threeByThree / 1e9, 100 * result.threeByThreeShare, result.seconds,
                    pixels / result.seconds / 1e6))
            let slowest = result.steps.prefix(6).map { String(format: "%@ %.0f %%", $0.name, 100 * $0.share) }
            print("  slowest steps: \(slowest.joined(separator: ", "))")
        }
    }
}
