import Files
import Foundation
import Mustache
import SystemPackage
import Tensors

extension RunReport {
    /// The page, with links to the previews that were made.
    ///
    /// - Throws: a template's error, which only a fault of the template itself can cause.
    func html(previews: [Int: ShownPreview]) throws -> String {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        let page = try MustacheTemplate(string: ReportPage.template)
        return page.render(try context(previews: previews))
    }

    /// What the template shows. A part that may be missing is a list of one or none: Mustache takes an empty text for
    /// something that is there.
    private func context(previews: [Int: ShownPreview]) throws -> [String: Any] {
        let summary = summary
        let kinds = figureKinds
        let failures = records.filter { $0.outcome == .failed }
        let worst = summary.first.map { first in first.worst.map { worstEntry($0, first.kind, previews) } } ?? []
        let digest = try SHA256Digest(of: Array(ReportPage.script.utf8))
        return [
            "scriptHash": "sha256-" + Data(digest.bytes).base64EncodedString(),
            "style": ReportPage.style,
            "script": ReportPage.script,
            "title": "\(pictures(Set(records.map(\.input)).count)), \(model)",
            "subtitle": "\(program) \(version), \(Self.text(of: date))",
            "tiles": tiles(summary),
            "hasFailures": !failures.isEmpty,
            "failures": failures.prefix(20).map {
                ["name": PathText.text(of: $0.input), "error": $0.error ?? "no reason was recorded"]
            },
            "moreFailures": failures.count > 20 ? [String(failures.count - 20)] : [],
            "hasFigures": !summary.isEmpty,
            "hasCorruptions": summary.contains { $0.kind.corruption != nil },
            "hasMethods": hasMethods,
            "figures": summary.map(figureRow),
            "hasWorst": !worst.isEmpty,
            "worstFigure": summary.first.map { label($0.kind, withCorruption: true) } ?? "",
            "worst": worst,
            "hasPairs": !previews.isEmpty,
            "pairNote": previews.count < records.count
                ? "\(previews.count) of \(records.count): the worst and others at even distances. "
                    + "Drag over a picture to compare."
                : "Drag over a picture to compare.",
            "pairs": previews.keys.sorted().compactMap { index in previews[index].map { pair(index, $0) } },
            "columnCount": kinds.count,
            "columns": kinds.map { label($0, withCorruption: false) },
            "chunks": stride(from: 0, to: records.count, by: 50).map { start in
                let part = records[start..<min(records.count, start + 50)]
                return ["rowCount": part.count, "rows": part.map { row($0, kinds) }] as [String: Any]
            },
            "hasProtocols": !kinds.isEmpty,
            "protocols": protocolTexts(kinds),
            "run": runTexts(),
        ]
    }

    /// Whether several models or other methods were at work, so that each figure has to name its own.
    private var hasMethods: Bool { Set(records.compactMap(\.model)).count > 1 }

    private func tiles(_ summary: [MeasurementSummary]) -> [[String: Any]] {
        let failed = count(of: .failed)
        var tiles: [[String: Any]] = [
            [
                "label": "Pictures", "value": "\(count(of: .restored)) restored", "bad": failed > 0,
                "detail": "\(count(of: .skipped)) skipped, \(failed) failed, \(count(of: .ignored)) ignored",
            ]
        ]
        // The first channels' figures; of several corruptions the PSNR of each.
        let first = summary.first?.kind
        let main = summary.filter { $0.kind.channels == first?.channels && $0.kind.protocol == first?.protocol }
        let isSeries = Set(main.map { [$0.kind.corruption, $0.kind.model] }).count > 1
        for entry in main.filter({ !isSeries || $0.kind.metric == first?.metric }).prefix(4) {
            let kind = entry.kind
            let means = [entry.before, entry.after].compactMap { $0.map { Figure.text($0.mean, metric: kind.metric) } }
            let medians = [entry.before, entry.after].compactMap {
                $0.map { Figure.text($0.median, metric: kind.metric) }
            }
            var detail = "median \(medians.joined(separator: " → ")); protocol \(kind.protocol)"
            if hasMethods, let method = kind.model { detail = "\(method), " + detail }
            if let corruption = kind.corruption { detail = "\(corruption), " + detail }
            tiles.append([
                "label": "\(Figure.name(metric: kind.metric)), \(kind.channels), mean"
                    + (entry.after == nil ? " before" : entry.before == nil ? " after" : ""),
                "value": means.joined(separator: " → ") + (kind.metric == "psnr" ? "\u{A0}dB" : ""),
                "bad": false,
                "detail": detail,
            ])
        }
        let timed = records.filter { $0.outcome == .restored && $0.seconds != nil && $0.inputWidth != nil }
        let seconds = timed.reduce(0) { $0 + ($1.seconds ?? 0) }
        let pixels = timed.reduce(0.0) { $0 + Double($1.inputWidth ?? 0) * Double($1.inputHeight ?? 0) }
        if seconds > 0 {
            tiles.append([
                "label": "Speed, a picture at a time", "bad": false,
                "value": String(format: "%.2f MP/s", pixels / 1e6 / seconds),
                "detail": String(format: "%.1f megapixels in ", pixels / 1e6) + Figure.seconds(seconds),
            ])
        }
        return tiles
    }

    private func figureRow(_ entry: MeasurementSummary) -> [String: Any] {
        func text(_ value: Double?) -> String { value.map { Figure.text($0, metric: entry.kind.metric) } ?? "" }
        let unit = Figure.unit(metric: entry.kind.metric)
        return [
            "corruption": entry.kind.corruption ?? "", "method": entry.kind.model ?? "",
            "figure": "\(Figure.name(metric: entry.kind.metric)), \(entry.kind.channels)"
                + (unit.isEmpty ? "" : ", \(unit)"),
            "protocol": entry.kind.protocol,
            "count": entry.after?.count ?? entry.before?.count ?? 0,
            "meanBefore": text(entry.before?.mean), "meanAfter": text(entry.after?.mean),
            "gain": entry.meanGain.map { Figure.gain($0, metric: entry.kind.metric) } ?? "",
            "medianBefore": text(entry.before?.median), "medianAfter": text(entry.after?.median),
        ]
    }

    private func worstEntry(
        _ index: Int, _ kind: MeasurementSummary.Kind, _ previews: [Int: ShownPreview]
    ) -> [String: Any] {
        let measurement = records[index].measurements.first { matches($0, kind) }
        return [
            "name": PathText.text(of: records[index].input),
            "figure": measurement.map { figure($0) } ?? "",
            "link": previews[index] == nil ? [] : [Self.anchor(index)],
        ]
    }

    private func pair(_ index: Int, _ shown: ShownPreview) -> [String: Any] {
        let (record, pair) = (records[index], shown.pair)
        let figures = record.measurements.prefix(2).map { "\(Figure.name(metric: $0.metric)) \(figure($0))" }
        let reduced = pair.after.width < pair.afterWidth || pair.after.height < pair.afterHeight
        let reason =
            pair.referenceCrop == nil ? "where most was changed" : "where the result differs most from the reference"
        return [
            "anchor": Self.anchor(index),
            "name": PathText.text(of: record.input),
            "captions": [record.corruption, hasMethods ? record.model : nil].compactMap { $0 } + figures,
            "width": pair.after.width, "height": pair.after.height,
            "before": shown.before, "after": shown.after,
            "overviewNote": "\(pair.afterWidth)×\(pair.afterHeight)"
                + (reduced ? ", shown at \(pair.after.width)×\(pair.after.height)" : ""),
            "beforeCrop": shown.beforeCrop, "afterCrop": shown.afterCrop,
            "referenceCrop": [shown.referenceCrop].compactMap { $0 },
            "cropWidth": pair.afterCrop.width, "cropHeight": pair.afterCrop.height,
            "isEnlarged": pair.scale > 1,
            "cropNote": "Pieces at 100 %, from (\(pair.cropX), \(pair.cropY)), \(reason).",
        ]
    }

    private func row(_ record: PictureRecord, _ kinds: [MeasurementSummary.Kind]) -> [String: Any] {
        let remarks = [record.error].compactMap { $0 } + record.notes
        return [
            "name": PathText.text(of: record.input),
            "corruption": [record.corruption].compactMap { $0 },
            "method": record.model ?? "",
            "outcome": record.outcome.rawValue,
            "remark": remarks.isEmpty ? [] : [remarks.joined(separator: "; ")],
            "isBad": record.outcome == .failed,
            "size": Self.size(record),
            "cells": kinds.map { kind -> [String: Any] in
                let measurement = record.measurements.first { matches($0, kind) }
                return [
                    "label": label(kind, withCorruption: false),
                    "text": measurement.map(figure) ?? "",
                    "gain": [measurement?.gain].compactMap { $0.map { Figure.gain($0, metric: kind.metric) } },
                ]
            },
            "time": record.seconds.map(Figure.seconds) ?? "",
        ]
    }

    private func matches(_ measurement: Measurement, _ kind: MeasurementSummary.Kind) -> Bool {
        measurement.metric == kind.metric && measurement.channels == kind.channels
            && measurement.protocol == kind.protocol
    }

    /// `20.17 → 30.86 dB`.
    private func figure(_ measurement: Measurement) -> String {
        let values = [measurement.before, measurement.after].compactMap {
            $0.map { Figure.text($0, metric: measurement.metric) }
        }
        let unit = Figure.unit(metric: measurement.metric)
        return values.joined(separator: " → ") + (values.isEmpty || unit.isEmpty ? "" : " \(unit)")
    }

    private func label(_ kind: MeasurementSummary.Kind, withCorruption: Bool) -> String {
        let label = "\(Figure.name(metric: kind.metric)), \(kind.channels), \(kind.protocol)"
        guard withCorruption else { return label }
        return ([label, kind.corruption, hasMethods ? kind.model : nil].compactMap { $0 }).joined(separator: ", ")
    }

    private func protocolTexts(_ kinds: [MeasurementSummary.Kind]) -> [[String: String]] {
        var seen: Set<String> = []
        return kinds.filter { seen.insert($0.protocol).inserted }.map {
            ["name": $0.protocol, "text": settings["protocol \($0.protocol)"] ?? ProtocolText.text(of: $0.protocol)]
        }
    }

    private func runTexts() -> [[String: String]] {
        var texts: [(String, String)] = [("model", model)]
        var seen: Set<String> = []
        for record in records {
            if let hash = record.modelSHA256, seen.insert(hash).inserted, seen.count <= 4 {
                texts.append(("SHA-256 of \(record.model ?? model)", hash))
            }
        }
        texts += settings.filter { !$0.key.hasPrefix("protocol ") }.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value)
        }
        return texts.map { ["name": $0.0, "text": $0.1] }
    }

    private func pictures(_ count: Int) -> String { count == 1 ? "1 picture" : "\(count) pictures" }

    private static func anchor(_ index: Int) -> String { "picture-\(index + 1)" }

    private static func text(of date: Date) -> String {
        date.ISO8601Format().replacing("T", with: " ").replacing("Z", with: " UTC")
    }

    private static func size(_ record: PictureRecord) -> String {
        guard let width = record.inputWidth, let height = record.inputHeight else { return "" }
        guard let newWidth = record.outputWidth, let newHeight = record.outputHeight,
            newWidth != width || newHeight != height
        else { return "\(width)×\(height)" }
        return "\(width)×\(height) → \(newWidth)×\(newHeight)"
    }
}

/// What the protocols' names mean, for readers of the page.
enum ProtocolText {
    static func text(of name: String) -> String {
        switch name {
        case "awgn":
            "white Gaussian noise in memory, neither clipped nor rounded before; output clipped and rounded to 8 bits; "
                + "no border; range 255"
        case "awgn-8bit":
            "8-bit files, clipped and rounded before and after; no border; range 255"
        case "stored-16bit": "16-bit files, clipped and rounded before and after; no border; range 255"
        case "synthetic":
            "corruption in memory, neither clipped nor rounded before; output clipped and rounded to 8 bits; "
                + "no border; range 255"
        case "jpeg": "decoded file before, output clipped and rounded to 8 bits after; no border; range 255"
        case "sr-rgb":
            "MATLAB bicubic reduction of RGB, rounded to 8 bits; output rounded to 8 bits; a border of the scale left "
                + "out; Y is BT.601 studio range, not rounded; range 255"
        case "sr-y":
            "luma (BT.601 studio range) rounded to 8 bits, reduced and enlarged without rounding, then rounded; "
                + "a border of the scale left out; range 255"
        default: "see the program's documentation"
        }
    }
}
