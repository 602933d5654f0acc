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
    let mending: MendingMethod?
    let resources: RunResources
    let isVerbose: Bool

    /// Returns the size and kind of each page; of several alike that follow one another, once.
    private static func text(of pages: [PictureInfo]) -> String {
        var kinds: [(text: String, count: Int)] = []
        for info in pages {
            let text = "\(info.width) x \(info.height), \(info.format)"
            if kinds.last?.text == text { kinds[kinds.count - 1].count += 1 } else { kinds.append((text, 1)) }
        }
        guard pages.count > 1 else { return kinds.first?.text ?? "" }
        let shown = kinds.prefix(20).map { ($0.count > 1 ? "\($0.count) of " : "") + $0.text }
        let more = kinds.count > shown.count ? "; and more" : ""
        return "\(pages.count) pages: " + shown.joined(separator: "; ") + more
    }

    func run() throws -> ExitStatus {
        let forecast = try BatchForecast(
            plan, model: model, mending: mending, workers: resources.workers, maximumPixels: resources.maximumPixels,
            pictureBytes: resources.pictureBytes)
        var lines: [String] = []
        for item in forecast.items {
            let name = item.picture.name.printed
            let page = PathText.text(ofPage: item.picture.page)
            switch item.action {
            case .restore(let pages, _):
                lines.append(
                    "restore \(name)\(page) -> \(plan.outputPath(of: item.picture).printed)  \(Self.text(of: pages))")
            case .decode(let program):
                lines.append(
                    "restore \(name)\(page) -> \(plan.outputPath(of: item.picture).printed)"
                        + "  of a size that '\(PathText.printable(program))' will tell")
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
        if forecast.megapixels > 0 {
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
