import Batches
import Files
import Imaging
import Kernels
import Reports
import SystemPackage

/// The forecast of `--dry-run` on standard output; nothing is written.
struct DryRun {
    let plan: BatchPlan
    let model: BatchModel
    let resources: RunResources
    let isVerbose: Bool

    func run() throws -> ExitStatus {
        let forecast = try BatchForecast(
            plan, model: model, workers: resources.workers, maximumPixels: resources.maximumPixels,
            pictureBytes: resources.pictureBytes)
        var lines: [String] = []
        for item in forecast.items {
            let name = item.picture.name.printed
            switch item.action {
            case .restore(let info, _):
                lines.append(
                    "restore \(name) -> \(plan.outputPath(of: item.picture).printed)"
                        + "  \(info.width) x \(info.height), \(info.format)")
            case .skip: lines.append("skip    \(name)")
            case .fail(let reason): lines.append("fail    \(name): \(reason)")
            }
        }
        for record in forecast.settled {
            if let reason = record.outcome.failure {
                lines.append("fail    \(record.input.printed): \(reason)")
            } else if isVerbose {
                lines.append("ignore  \(record.input.printed)")
            }
        }
        for warning in plan.warnings { Console.standardError.write("warning: \(warning)\n") }
        let counts = forecast.counts
        if counts.restore > 0 {
            // Counted in direct sums, the kernels reach the roof and more, codecs included (Benchmarks/NOTES.md).
            let roof = FMARoof.measure(threads: resources.workers, seconds: 0.05, repeats: 1)
            let seconds = forecast.seconds(
                multiplyAddsPerSecond: roof.operationsPerSecond / 2, workers: resources.workers)
            lines.append(
                "\(Text.megapixels(forecast.megapixels)) with \(model.name): about \(Text.time(seconds)) with "
                    + "\(resources.workers) worker\(resources.workers == 1 ? "" : "s"), "
                    + "about \(Text.bytes(forecast.byteCount)) of memory")
        }
        lines.append("\(counts.restore) to restore, \(counts.skip) done before, \(counts.fail) would fail")
        Console.summary.write(lines.joined(separator: "\n") + "\n")
        return counts.fail > 0 ? .someFailed : .success
    }
}
