import Batches
import Corruptions
import Evaluation
import Files
import Filters
import Foundation
import Imaging
import SystemPackage
import Workers

extension EvaluateCommand {
    /// Measures what fills damage: `--task mend`.
    func mend(_ sets: [EvaluationSet], memoryLimit: Int, _ interruption: Interruption) throws {
        func usage(_ message: String) -> CommandFailure { CommandFailure(status: .usage, message: message) }
        let networks = model.filter { $0 != "none" }
        guard networks.allSatisfy({ $0 == MendingMethod.filler }), restored.isEmpty else {
            throw usage(
                "--task mend measures classical methods and --model \(MendingMethod.filler); others and --restored are for --task restore"
            )
        }
        guard var methods = baseline.map(\.mending) ?? (networks.isEmpty ? Self.allMending : [MendMethod()]) else {
            throw usage("--baseline: \(FilterKind.names) are for --task restore")
        }
        if !networks.isEmpty { methods += try Self.networkMending(memoryLimit: memoryLimit) }
        let corruptions: [Corruption]
        do { corruptions = try corrupt.flatMap { try Corruption.parse($0) } } catch {
            throw usage("--corrupt: \(error)")
        }
        if corruptions.isEmpty, sets.contains(where: { $0.corruptions == nil }) {
            throw usage("--corrupt says what damage is laid on the pictures, such as dust:6")
        }
        let evaluation = MendEvaluation(
            plan: EvaluationPlan(sets: sets, corruptions: corruptions, seed: seed), methods: methods,
            limits: PictureLimits(maximumBytes: max(1 << 20, memoryLimit / 3)))
        let records = evaluation.run(
            on: WorkerTeam(workers: try jobs.checked()), isCancelled: { interruption.isRequested })
        if interruption.isRequested { throw CommandFailure(status: .interrupted, message: "interrupted") }
        for record in records where record.failure != nil && record.method == methods.first?.name {
            Console.standardError.write("retouch: \(record.picture): \(record.failure ?? "")\n")
        }
        if records.contains(where: { $0.failure == nil }) {
            Console.standardOutput.write(MendTable.text(of: records))
        }
        if let folder = report?.path {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            do {
                try createFolders(at: folder)
                try AtomicFile.write(encoder.encode(records), to: folder.appending("mending.json"))
            } catch {
                throw CommandFailure(status: .output, message: "the report was not written: \(error)")
            }
        }
        let failures = records.count { $0.failure != nil }
        if failures > 0 || records.isEmpty {
            try CommandFailure.unlessSuccess(records.isEmpty ? .noInput : .someFailed)
        }
    }

    /// The networks that ship: filling with the true mask, and where they find the damage.
    private static func networkMending(memoryLimit: Int) throws -> [MendMethod] {
        let sensitivity = MendingRequest.standardSensitivity
        let networks = try MendingMethod(
            MendingRequest(.found(sensitivity: sensitivity)), memoryLimit: memoryLimit
        ).loaded()
        let filler = NetworkFilling(networks.mender, name: MendingMethod.filler)
        let finder = networks.finder.map {
            NetworkFinding($0, name: MendingMethod.finder, sensitivity: sensitivity)
        }
        return [MendMethod(filler: filler), MendMethod(finder: finder, filler: filler)]
    }

    /// The damage as it is, then every classical method.
    private static var allMending: [MendMethod] {
        [MendMethod()] + InpaintingKind.allCases.map { MendMethod(filler: .classical($0)) }
    }
}
