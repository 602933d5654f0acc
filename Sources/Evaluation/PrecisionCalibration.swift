import Corruptions
import Foundation
import Kernels
package import Networks
import Quality
import Reports
import Restoration
package import Workers

/// Finds the operations of a model that may multiply BF16: all where that stays within a loss, else as many as together
/// do.
///
/// Then what each costs alone is measured, and operations are taken in the order of what they lose for a
/// multiplication, until the loss of all taken together, which is measured again, would pass the limit.
package struct PrecisionCalibration: Sendable {
    /// The model in Float32.
    package let model: Model
    /// The pictures and corruptions that the loss is measured on.
    package let plan: EvaluationPlan
    /// The bytes that all workers may use together.
    package let memoryLimit: Int

    /// Creates a calibration of a model.
    package init(model: Model, plan: EvaluationPlan, memoryLimit: Int) {
        self.model = model
        self.plan = plan
        self.memoryLimit = memoryLimit
    }

    /// Measures the losses, and chooses operations; the processor has to have BF16.
    ///
    /// - Parameters:
    ///   - limit: the most decibels that the mean PSNR may lose under any corruption of the plan.
    ///   - tell: gets a line for each measurement.
    /// - Throws: `EvaluationError` where plan and model do not go together, or a picture cannot be restored.
    /// - Complexity: two evaluations; where not all may, one more for each convolution, and a few.
    package func run(
        limit: Double, on team: WorkerTeam, tell: (String) -> Void
    ) throws -> ModelCard.Fast {
        let base = try figures(of: model, on: team)
        tell("Float32: \(base.map { Self.text($0.psnr) }.joined(separator: " / ")) dB")
        func loss(_ operations: [String]) throws -> (loss: Double, figures: [Figure]) {
            let figures = try figures(of: model.multiplyingBFloat16(in: operations), on: team)
            return (zip(base, figures).map { $0.psnr - $1.psnr }.max() ?? 0, figures)
        }
        let candidates = model.network.operations(multiplyingBFloat16By: .winogradBFloat16)
        var chosen = candidates.map(\.name)
        var result = try loss(chosen)
        if result.loss > limit {
            tell("all \(chosen.count) operations: \(Self.text(result.loss)) dB less")
            chosen = try candidates.map { operation in
                let alone = try loss([operation.name]).loss
                tell("\(operation.name) alone: \(Self.text(alone)) dB less")
                return (name: operation.name, price: alone / operation.multiplyAddsPerPixel)
            }
            .sorted { $0.price < $1.price }.map(\.name)
        }
        while result.loss > limit, let dearest = chosen.popLast() {
            tell("\(chosen.count + 1) operations: \(Self.text(result.loss)) dB less; \(dearest) stays Float32")
            result = try loss(chosen)
        }
        tell("\(chosen.count) of \(candidates.count) operations: \(Self.text(result.loss)) dB less")
        return ModelCard.Fast(
            operations: candidates.map(\.name).filter(chosen.contains),
            quality: zip(base, result.figures).map { before, after in
                ModelCard.Quality(
                    set: plan.sets.map(\.name).joined(separator: ", "), protocol: after.protocol,
                    corruption: after.corruption,
                    psnr: Self.rounded(after.psnr), before: Self.rounded(before.psnr))
            })
    }

    private struct Figure {
        var corruption: String
        var `protocol`: String
        var psnr: Double
    }

    /// Returns the mean PSNR under each corruption, in the protocol's first channels.
    private func figures(of model: Model, on team: WorkerTeam) throws -> [Figure] {
        let evaluation = try Evaluation(
            plan: plan, restorer: Restorer(model: model, memoryLimit: memoryLimit))
        let records = evaluation.run(on: team)
        for record in records {
            guard let reason = record.outcome.failure else { continue }
            throw EvaluationError.notMeasured(picture: record.input, reason: reason)
        }
        let summary = RunReport(version: "", date: Date(), model: model.name, settings: [:], records: records).summary
        return try plan.corruptions.map { corruption in
            let corruption = corruption.description
            guard
                let entry = summary.first(where: { $0.kind.metric == .psnr && $0.kind.corruption == corruption }),
                let mean = entry.after?.mean
            else { throw EvaluationError.nothingMeasured(corruption: corruption) }
            return Figure(corruption: corruption, protocol: entry.kind.protocol, psnr: mean)
        }
    }

    private static func text(_ decibels: Double) -> String { String(format: "%.3f", decibels) }
    private static func rounded(_ decibels: Double) -> Double { (decibels * 1000).rounded() / 1000 }
}
