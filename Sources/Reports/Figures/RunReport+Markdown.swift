import Files
import Foundation
import Quality

extension RunReport {
    /// Returns the means as tables in the form of papers: a table for each protocol and kind of channels, methods as
    /// rows, corruptions as columns, `PSNR/SSIM` in the cells; then the intervals, and the pictures that need review.
    func markdown(_ summary: [MeasurementSummary], _ concerns: [Concern]) -> String {
        var text = "# \(Markdown.text(title))\n\n\(Markdown.text("\(program) \(version)")), \(Self.text(of: date)). "
        text += Outcome.Kind.allCases.map { "\(count(of: $0)) \($0.rawValue)" }.joined(separator: ", ")
        text += (notDone.map { ", \($0.count) not done: interrupted" } ?? "") + ".\n"
        if !selfExaminations.isEmpty {
            text += "\n## Without a reference\n\n"
            text += selfExaminations.map {
                "- \(Markdown.text($0.label)): \(Markdown.text($0.value)) (\(Markdown.text($0.detail)))\n"
            }.joined()
        }
        let pairs = pairs(in: summary)
        for table in PaperTable.tables(of: summary) {
            text += "\n" + table.markdown(explanation: explanation(of: table.protocol))
            text += Self.list(pairs.filter(table.contains))
        }
        text += list("Pictures that need review", concerns.map { ($0.index, $0.reasons.joined(separator: "; ")) })
        text += list(
            "Failed",
            records.enumerated().compactMap { index, record in
                record.outcome.failure.map { (index, $0) }
            })
        return text
    }

    /// Returns a list of the numbers of pictures on which methods are better and worse.
    private static func list(_ pairs: [MethodPair]) -> String {
        guard !pairs.isEmpty else { return "" }
        let lines = pairs.map { pair in
            let (kind, found) = (pair.kind, pair.figures)
            var text = "- \(Markdown.text(kind.model ?? "")) against \(Markdown.text(pair.against))"
            text += kind.corruption.map { ", \(Markdown.text($0))" } ?? ""
            text += ": better on \(found.wins), worse on \(found.losses), equal on \(found.ties)"
            if let difference = found.difference {
                func number(_ value: Double) -> String { Figure.gain(value, metric: kind.metric) }
                text += "; mean difference \(number(difference.mean)) dB"
                text +=
                    difference.interval.map {
                        ", 95 % interval \(number($0.lowerBound)) to \(number($0.upperBound))"
                    } ?? ""
            }
            return text + "\n"
        }
        return "\nPSNR, picture by picture:\n\n" + lines.joined()
    }

    private func list(_ title: String, _ entries: [(index: Int, reason: String)]) -> String {
        guard !entries.isEmpty else { return "" }
        let shown = entries.prefix(50).map { index, reason in
            let record = records[index]
            let names = [PathText.text(of: record.input), record.corruption, hasMethods ? record.method?.name : nil]
            return "- \(Markdown.text(names.compactMap { $0 }.joined(separator: ", "))): \(Markdown.text(reason))\n"
        }
        let rest = entries.count > shown.count ? "- and \(entries.count - shown.count) more\n" : ""
        return "\n## \(title)\n\n" + shown.joined() + rest
    }
}

/// A table of the means of one protocol and kind of channels.
struct PaperTable {
    /// The mean figures of one method under one corruption.
    struct Cell {
        var psnr: MeasurementSummary?
        var ssim: MeasurementSummary?
        /// The figures of other metrics, by name.
        var others: [Metric: MeasurementSummary] = [:]
    }

    /// The name of the row for the pictures before restoration.
    static let unrestored = "none"

    /// The set, where the report has several.
    var set: String?
    var channels: MeasuredChannels
    var `protocol`: String
    /// The columns, in the order of the report; one is nil where the pictures were not corrupted.
    var corruptions: [String?]
    /// The rows: first the pictures before, where these were measured, then each method.
    var methods: [String]
    private var cells: [[String?]: Cell]
    /// The metrics beside PSNR and SSIM, in the order of the report.
    private var otherMetrics: [Metric] = []

    /// The properties that the figures have in common, in words.
    var title: String { [set, channels.rawValue, "protocol \(`protocol`)"].compactMap { $0 }.joined(separator: ", ") }

    static func tables(of summary: [MeasurementSummary]) -> [PaperTable] {
        var tables: [PaperTable] = []
        let hasSets = Set(summary.map(\.kind.set)).count > 1
        for entry in summary {
            let kind = entry.kind
            let set = hasSets ? kind.set : nil
            let place =
                tables.firstIndex {
                    $0.set == set && $0.channels == kind.channels && $0.protocol == kind.protocol
                } ?? tables.count
            if place == tables.count {
                tables.append(
                    PaperTable(
                        set: set, channels: kind.channels, protocol: kind.protocol, corruptions: [], methods: [],
                        cells: [:]))
            }
            tables[place].add(entry)
        }
        return tables
    }

    /// Returns true where the pair compares figures of this table.
    func contains(_ pair: MethodPair) -> Bool {
        (set == nil || pair.kind.set == set) && pair.kind.channels == channels && pair.kind.protocol == `protocol`
    }

    private mutating func add(_ entry: MeasurementSummary) {
        if !corruptions.contains(entry.kind.corruption) { corruptions.append(entry.kind.corruption) }
        func place(_ method: String) {
            if !methods.contains(method) { methods.insert(method, at: method == Self.unrestored ? 0 : methods.count) }
            let key = [entry.kind.corruption, method]
            // The figures before are the same for all methods that saw the same pictures; the first ones count.
            if entry.kind.metric == .psnr, cells[key]?.psnr == nil { cells[key, default: Cell()].psnr = entry }
            if entry.kind.metric == .ssim, cells[key]?.ssim == nil { cells[key, default: Cell()].ssim = entry }
            let metric = entry.kind.metric
            if metric != .psnr, metric != .ssim, cells[key]?.others[metric] == nil {
                cells[key, default: Cell()].others[metric] = entry
                if !otherMetrics.contains(metric) { otherMetrics.append(metric) }
            }
        }
        if entry.before != nil { place(Self.unrestored) }
        if entry.after != nil { place(entry.kind.model ?? "restored") }
    }

    /// Returns the statistics in a cell; nil for an empty one.
    func statistics(
        _ method: String, _ corruption: String?, _ metric: KeyPath<Cell, MeasurementSummary?>
    ) -> FigureStatistics? {
        let entry = cells[[corruption, method]]?[keyPath: metric]
        return method == Self.unrestored ? entry?.before : entry?.after
    }

    func markdown(explanation: String) -> String {
        var text = "## \(Markdown.text(title))\n\n"
        text += "\(Markdown.text(explanation)). PSNR in dB / SSIM, means over the pictures, "
        text += "each counting once; `none` is the pictures before.\n\n"
        let names = corruptions.map { Markdown.text($0 ?? "PSNR/SSIM") }
        func line(_ fields: [String]) -> String { "| " + fields.joined(separator: " | ") + " |\n" }
        text += line(["method"] + names + ["pictures"])
        text += "|---|" + String(repeating: "---:|", count: names.count + 1) + "\n"
        for method in methods {
            let found = corruptions.map { statistics(method, $0, \.psnr) ?? statistics(method, $0, \.ssim) }
            let counts = Set(found.compactMap { $0?.count }).sorted().map(String.init)
            text += line(
                [Markdown.text(method)] + corruptions.map { cell(method, $0) } + [counts.joined(separator: "–")])
        }
        for metric in otherMetrics {
            text += "\n" + line(["\(Figure.name(metric: metric)), mean"] + names)
            text += "|---|" + String(repeating: "---:|", count: names.count) + "\n"
            for method in methods {
                let figures = corruptions.map { statistics(method, $0, \.others[metric]) }
                guard figures.contains(where: { $0 != nil }) else { continue }
                text += line(
                    [Markdown.text(method)] + figures.map { $0.map { Figure.text($0.mean, metric: metric) } ?? "-" })
            }
        }
        return text + deviations()
    }

    private func cell(_ method: String, _ corruption: String?) -> String {
        let psnr = statistics(method, corruption, \.psnr)
        let ssim = statistics(method, corruption, \.ssim)
        guard psnr != nil || ssim != nil else { return "-" }
        return (psnr.map { Figure.text($0.mean, metric: .psnr) } ?? "-") + "/"
            + (ssim.map { Figure.text($0.mean, metric: .ssim) } ?? "-")
    }

    /// Returns median, least, greatest and interval of the PSNR, and the number of pictures kept out of the means.
    private func deviations() -> String {
        var text = ""
        for corruption in corruptions {
            for method in methods {
                guard let found = statistics(method, corruption, \.psnr) else { continue }
                func number(_ value: Double) -> String { Figure.text(value, metric: .psnr) }
                text += "- \(Markdown.text([method, corruption].compactMap { $0 }.joined(separator: ", "))): "
                text += "median \(number(found.median)), least \(number(found.least)), "
                text += "greatest \(number(found.greatest)) dB"
                if let interval = found.interval {
                    text += "; 95 % interval of the mean \(number(interval.lowerBound)) to "
                    text += number(interval.upperBound)
                }
                if found.infiniteCount > 0 {
                    text += "; \(found.infiniteCount) equal to the reference (∞ dB), kept out of the mean"
                }
                text += "\n"
            }
        }
        return text.isEmpty ? "" : "\nPSNR:\n\n" + text
    }
}

/// The escaping of text in Markdown.
enum Markdown {
    /// Returns `text` in one line, with every character escaped that Markdown or HTML would interpret.
    static func text(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "|", "~", "#": result += "\\" + String(scalar)
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
