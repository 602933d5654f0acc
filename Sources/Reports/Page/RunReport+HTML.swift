import Files
import Foundation
import Mustache
import Quality
import SystemPackage

extension RunReport {
    /// Returns the page, with links to the previews that were made.
    ///
    /// - Throws: a template's error, which only a fault of the template itself can cause.
    func html(_ summary: [MeasurementSummary], concerns: [Concern], previews: [ShownSet]) throws -> String {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        let page = try MustacheTemplate(string: ReportPage.template)
        return page.render(try context(summary, concerns, previews))
    }

    /// The number of pictures that each model was chosen for, in words, the most frequent first; nil where there was no
    /// choice.
    private var choiceText: String? {
        var counts: [String: Int] = [:]
        for record in records where record.outcome.result?.choice != nil {
            counts[record.method.flatMap { $0.isUnrestored ? nil : $0.name } ?? "passed through", default: 0] += 1
        }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return sorted.isEmpty ? nil : sorted.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    }

    /// Returns the values of the template. A part that may be missing is a list of one or none: Mustache counts an
    /// empty text as present.
    private func context(
        _ summary: [MeasurementSummary], _ concerns: [Concern], _ previews: [ShownSet]
    ) throws -> [String: Any] {
        let kinds = figureKinds
        let failures = records.compactMap { record in record.outcome.failure.map { (record.input, $0) } }
        let anchors = Dictionary(previews.flatMap { set in set.records.map { ($0, set.anchor) } }) { first, _ in first }
        let (curves, paper) = (figureCurves(summary), paperTable(summary))
        let subjects = Set(records.map { [PathText.text(of: $0.input), $0.corruption] }).count
        return [
            "scriptPolicy": try ReportScript.policySource(),
            "style": ReportPage.style + ReportPage.galleryStyle,
            "script": ReportScript.text,
            "data": PageData(report: self, concerns: concerns, shown: previews).json(),
            "program": program,
            "title": title,
            "subtitle": "\(program) \(version), \(Self.text(of: date))",
            "tiles": tiles(summary),
            "choices": choiceText.map { [$0] } ?? [],
            "hasConcerns": !concerns.isEmpty,
            "concernCount": concerns.count,
            "concerns": concerns.prefix(12).map { concern -> [String: Any] in
                let record = records[concern.index]
                return [
                    "name": PathText.text(of: record.input), "link": [anchors[concern.index]].compactMap { $0 },
                    "chips": [record.corruption, hasMethods ? record.method?.name : nil].compactMap { $0 },
                    "reason": concern.reasons.joined(separator: "; "),
                ]
            },
            "moreConcerns": concerns.count > 12 ? [String(concerns.count - 12)] : [],
            "hasFailures": !failures.isEmpty,
            "failures": failures.prefix(20).map {
                ["name": PathText.text(of: $0.0), "error": $0.1]
            },
            "moreFailures": failures.count > 20 ? [String(failures.count - 20)] : [],
            "hasFigures": !summary.isEmpty,
            "hasCharts": !curves.isEmpty || !paper.isEmpty,
            "curves": curves,
            "paper": paper,
            "tables": figureTables(summary),
            "hasShown": !previews.isEmpty,
            "shownNote": "Drag over a picture, or focus it and use the arrow keys. "
                + (previews.count < subjects
                    ? "\(previews.count) of \(subjects) are here: those that need review, the worst, the median, the best, "
                        + "and others at even distances."
                    : ""),
            "hasProtocols": !kinds.isEmpty,
            "protocols": protocolTexts(kinds),
            "run": runTexts(),
        ]
    }

    /// The title of the page, such as `24 pictures, 1x-Scan-S`.
    var title: String {
        let count = Set(records.lazy.filter { $0.outcome.kind != .ignored }.map(\.input)).count
        return (count == 1 ? "1 picture" : "\(count) pictures") + ", \(model)"
    }

    /// True where several models or other methods were at work, so that each figure has to name its own.
    var hasMethods: Bool { Set(records.compactMap(\.method?.name)).count > 1 }

    private func tiles(_ summary: [MeasurementSummary]) -> [[String: Any]] {
        let (failed, notDone) = (count(of: .failed), notDone?.count ?? 0)
        let isEvaluation = records.contains { $0.corruption != nil }
        var tiles: [[String: Any]] = [
            [
                "label": isEvaluation ? "Pictures under each corruption and method" : "Pictures",
                "value": "\(count(of: .restored)) \(isEvaluation ? "measured" : "restored")",
                "bad": failed + notDone > 0,
                "detail": "\(count(of: .skipped)) skipped, \(failed) failed, \(count(of: .ignored)) ignored"
                    + (notDone > 0 ? ", \(notDone) not done: interrupted" : ""),
            ]
        ]
        // The first channels' figures; of several corruptions or methods the PSNR of the first method under each.
        let first = summary.first?.kind
        let same = summary.filter { $0.kind.channels == first?.channels && $0.kind.protocol == first?.protocol }
        let main = same.contains { $0.after != nil } ? same.filter { $0.after != nil } : same
        let isSeries = Set(main.map { [$0.kind.corruption, $0.kind.model] }).count > 1
        let method = main.first?.kind.model
        let series = main.filter { $0.kind.metric == first?.metric && $0.kind.model == method }
        for entry in (isSeries ? series : main).prefix(3) {
            let kind = entry.kind
            let means = [entry.before, entry.after].compactMap { $0.map { Figure.text($0.mean, metric: kind.metric) } }
            var detail = "protocol \(kind.protocol)"
            if let gain = entry.meanGain {
                detail =
                    "\(Figure.gain(gain, metric: kind.metric))\(kind.metric == .psnr ? "\u{A0}dB" : ""), " + detail
            }
            let infinite = max(entry.before?.infiniteCount ?? 0, entry.after?.infiniteCount ?? 0)
            if infinite > 0 { detail += "; \(infinite) equal to the reference not in the mean" }
            if hasMethods, let method = kind.model { detail = "\(method), " + detail }
            if let corruption = kind.corruption { detail = "\(corruption), " + detail }
            tiles.append([
                "label": "\(Figure.name(metric: kind.metric)), \(kind.channels), mean"
                    + (entry.after == nil ? " before" : entry.before == nil ? " after" : ""),
                "value": means.joined(separator: " → ") + (kind.metric == .psnr ? "\u{A0}dB" : ""),
                "bad": false,
                "detail": detail,
            ])
        }
        tiles += selfExaminations.map { ["label": $0.label, "value": $0.value, "detail": $0.detail, "bad": false] }
        // Methods beside one another have no speed in common.
        let timed = records.compactMap { record -> (seconds: Double, size: PixelSize)? in
            guard !hasMethods, case .restored = record.outcome, let seconds = record.seconds else { return nil }
            return record.inputSize.map { (seconds, $0) }
        }
        let seconds = timed.reduce(0) { $0 + $1.seconds }
        let pixels = timed.reduce(0.0) { $0 + Double($1.size.width) * Double($1.size.height) }
        if seconds > 0 {
            tiles.append([
                "label": "Speed, a picture at a time", "bad": false,
                "value": String(format: "%.2f MP/s", pixels / 1e6 / seconds),
                "detail": String(format: "%.1f megapixels in ", pixels / 1e6) + Figure.seconds(seconds),
            ])
        }
        return tiles
    }

    private func protocolTexts(_ kinds: [MeasurementSummary.Kind]) -> [[String: String]] {
        var seen: Set<String> = []
        return kinds.filter { seen.insert($0.protocol).inserted }.map {
            ["name": $0.protocol, "text": explanation(of: $0.protocol)]
        }
    }

    private func runTexts() -> [[String: String]] {
        var texts: [(String, String)] = [("model", model)]
        var seen: Set<String> = []
        for record in records {
            if let method = record.method, let hash = method.sha256, seen.insert(hash).inserted, seen.count <= 4 {
                texts.append(("SHA-256 of \(method.name)", hash))
            }
        }
        texts += settings.filter { !$0.key.hasPrefix("protocol ") }.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value)
        }
        return texts.map { ["name": $0.0, "text": $0.1] }
    }

    static func text(of date: Date) -> String {
        date.ISO8601Format().replacing("T", with: " ").replacing("Z", with: " UTC")
    }

    /// Returns the first figures of a record on one side, such as `30.86 dB, SSIM 0.8612`; nil where it has none.
    static func figures(_ record: PictureRecord, _ side: KeyPath<Measurement, Double?>) -> String? {
        guard let first = record.measurements.first else { return nil }
        let texts = record.measurements.filter { $0.channels == first.channels && $0.protocol == first.protocol }
            .compactMap { measurement in
                measurement[keyPath: side].map { value in
                    let text = Figure.text(value, metric: measurement.metric)
                    return measurement.metric == .psnr
                        ? "\(text)\u{A0}dB" : "\(Figure.name(metric: measurement.metric))\u{A0}\(text)"
                }
            }
        return texts.isEmpty ? nil : texts.joined(separator: ", ")
    }
}

extension PictureRecord {
    /// Returns the record's figure of a kind, whatever the corruption and the method.
    func measurement(of kind: MeasurementSummary.Kind) -> Measurement? {
        measurements.first {
            $0.metric == kind.metric && $0.channels == kind.channels && $0.protocol == kind.protocol
        }
    }
}
