import ArgumentParser
import Batches
import Corruptions
import Evaluation
import Files
import Foundation
import Kernels
import Networks
import SystemPackage
import Workers

/// The pictures, corruptions and limit of `bench --calibrate`.
struct CalibrationOptions: ParsableArguments {
    @Option(help: .init("Clean pictures, which are not those of tests.", valueName: "folder"))
    var images: PathArgument?

    @Option(help: .init("What is done to them first; by default gaussian:15,25,50.", valueName: "kind:level"))
    var corrupt: [String] = []

    @Option(help: .init("The most that may be lost under any corruption.", valueName: "dB"))
    var loss = 0.02

    /// Measures, prints a line for each measurement, and writes what was found into the card in `folder`.
    ///
    /// - Throws: `CommandFailure` where pictures are missing or the processor has no BF16; `EvaluationError`,
    ///   `FileError`.
    func calibrate(_ model: Model, in folder: FilePath, threads: Int) throws {
        if let hindrance = InstructionSet.current.hindranceOfBFloat16 {
            throw CommandFailure(status: .usage, message: "--calibrate: \(hindrance)")
        }
        guard let images else {
            throw CommandFailure(status: .usage, message: "--calibrate needs clean pictures: --images DIR")
        }
        guard loss >= 0, loss.isFinite else {
            throw CommandFailure(status: .usage, message: "--loss \(loss): expected 0 dB or more")
        }
        let corruptions: [Corruption]
        do {
            corruptions =
                model.network.scale > 1 && corrupt.isEmpty
                ? [Corruption(BicubicDownsampling(by: model.network.scale))]
                : try (corrupt.isEmpty ? ["gaussian:15,25,50"] : corrupt).flatMap { try Corruption.parse($0) }
        } catch { throw ValidationError("--corrupt: \(error)") }
        let calibration = PrecisionCalibration(
            model: model, plan: EvaluationPlan(sets: [try EvaluationSet(images.path)], corruptions: corruptions),
            memoryLimit: Machine.defaultMemoryLimit)
        let fast = try calibration.run(limit: loss, on: WorkerTeam(workers: threads)) {
            Console.standardOutput.writeLine($0)
        }
        let path = folder.appending(Model.cardFileName)
        // Whatever else the card holds stays.
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path.string))
        guard var card = try JSONSerialization.jsonObject(with: bytes) as? [String: Any] else {
            throw CommandFailure(status: .model, message: "\"\(path.printed)\" is no JSON object")
        }
        card["fast"] = try JSONSerialization.jsonObject(with: JSONEncoder().encode(fast))
        let data = try JSONSerialization.data(
            withJSONObject: card, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        try AtomicFile.write(data + [10], to: path)
        Console.standardOutput.writeLine("written into \(path.printed)")
    }
}
