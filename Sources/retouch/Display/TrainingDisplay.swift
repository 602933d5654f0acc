import Files
import Foundation
import Reports
import Training

/// The display of a training run for people, on standard error; the folder of a model that is done goes to standard
/// output.
struct TrainingDisplay {
    let isQuiet: Bool

    func show(_ event: TrainingSession.Event) {
        switch event {
        case .skipped(let picture):
            Console.standardError.write("warning: \"\(picture.name.printed)\" is left out: \(picture.reason)\n")
        case .precisionUnavailable(let reason): tell("\(reason): training in Float32\n")
        case .began(let run):
            tell("\(run.weightCount) weights, \(run.pictureCount) pictures, step \(run.step) of \(run.steps)\n")
        case .run(.progress(let progress)): draw(progress)
        case .run(.validated(let rows)):
            guard let last = rows.last else { return }
            tell(
                "step \(last.step)" + String(format: ", loss %.5f", last.loss)
                    + (last.psnr.map { ", validation \(Text.decibels($0))" } ?? "") + "\n"
                    + (last.corruptions ?? []).map { part in
                        "  \(part.corruption): \(Text.decibels(part.psnrBefore)) -> \(Text.decibels(part.psnr))\n"
                    }.joined())
        case .run(.checkpoint): break
        case .standsAtIdentity(let step, let psnr):
            Console.standardError.write(
                "warning: after \(step) steps validation stands at \(Text.decibels(psnr)), as the pictures do that "
                    + "nothing was done to: nothing is learnt yet; another loss (--loss psnr or mse), a higher rate or "
                    + "more steps may help\n")
        case .completed(let model): Console.standardOutput.write("model: \(model.printed)\n")
        }
    }

    func show(_ event: TrainingSearch.Event) {
        switch event {
        case .began(let candidate, let isResumed):
            let note = isResumed ? ": a run is there, which goes on with its own settings" : ""
            tell("\(candidate.label)\(note)\n")
        case .session(let event): show(event)
        }
    }

    private func tell(_ text: String) { if !isQuiet { Console.standardError.write(text) } }

    private func draw(_ progress: TrainingProgress) {
        guard !isQuiet, Console.standardError.isTerminal else { return }
        Console.standardError.draw(
            "\(progress.step)/\(progress.steps)" + String(format: "  loss %.5f", progress.loss)
                + (progress.psnr.map { "  \(Text.decibels($0))" } ?? "")
                + "  \(Text.rate(progress.megapixelsPerSecond))"
                + String(
                    format: "  %.0f GFLOP/s  data %.1f %%", progress.gigaflopsPerSecond, 100 * progress.waitingShare)
                + "  \(Text.timeLeft(progress.secondsLeft)) left")
    }
}
