import Foundation
import Mustache
import Quality

extension TrainingReport {
    /// Returns the page: figures, curves and the sheet of validation pictures, without a script.
    ///
    /// - Throws: a template's error, which only a fault of the template itself can cause.
    func html() throws -> String {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        return try MustacheTemplate(string: TrainingPage.template).render(context)
    }

    private var context: [String: Any] {
        let curves = curves
        return [
            "style": ReportPage.style + TrainingPage.style, "title": "Training \(name)",
            "subtitle": "\(program), \(RunReport.text(of: date))",
            "tiles": tiles, "hasCurves": !curves.isEmpty, "curves": curves, "hasSheet": !sheet.isEmpty,
            "sheet": sheet.map { row -> [String: Any] in
                [
                    "name": row.name, "corruption": row.corruption,
                    "cells": row.cells.map { cell -> [String: Any] in
                        [
                            "caption": cell.caption, "link": cell.link, "width": row.width, "height": row.height,
                            "name": row.name,
                        ]
                    },
                ]
            },
            "settings": settings.map { ["name": $0.name, "text": $0.text] },
        ]
    }

    /// The PSNR in dB at which and above which pictures count as not corrupted at all.
    public static let untouched = 99.0

    private var tiles: [[String: String]] {
        guard let last = rows.last else { return [] }
        var tiles = [
            [
                "label": "Steps", "value": "\(last.step)",
                "detail": last.step >= steps ? "of \(steps), done" : "of \(steps)",
            ],
            [
                "label": "Loss", "value": CurveDrawing.number(last.loss),
                "detail": rows.count > 1 ? "\(CurveDrawing.number(rows[0].loss)) at first" : "",
            ],
        ]
        if let psnr = last.psnr {
            let best = rows.max { ($0.psnr ?? -.infinity) < ($1.psnr ?? -.infinity) }
            var detail =
                best.map { "best \(Figure.text($0.psnr ?? 0, metric: .psnr)) dB after \($0.step) steps" } ?? ""
            if let before = last.psnrBefore, before < Self.untouched {
                detail = "\(Figure.text(before, metric: .psnr)) dB before; " + detail
            }
            tiles.append([
                "label": "Validation PSNR", "value": Figure.text(psnr, metric: .psnr) + "\u{A0}dB", "detail": detail,
            ])
        }
        tiles.append([
            "label": "Computing", "value": Figure.seconds(last.seconds),
            "detail": last.seconds > 0
                ? String(format: "%.0f megapixels, %.2f a second", last.megapixels, last.megapixels / last.seconds)
                : "",
        ])
        if let latent {
            let sorted = latent.divergences.sorted(by: >)
            tiles.append([
                "label": "Active units of the latent", "value": "\(latent.activeCount) of \(sorted.count)",
                "detail": String(
                    format: "%.1f nats a latent: %@", sorted.reduce(0, +),
                    sorted.prefix(8).map { String(format: "%.2f", $0) }.joined(separator: ", "))
                    + (sorted.count > 8 ? ", …" : ""),
            ])
        }
        return tiles
    }

    private var curves: [[String: String]] {
        let end = Double(max(steps, rows.last?.step ?? 0))
        func points(_ value: (TrainingRow) -> Double?) -> [(x: Double, y: Double)] {
            rows.compactMap { row in value(row).map { (Double(row.step), $0) } }
        }
        let isPositive = rows.allSatisfy { $0.loss > 0 }
        let before = rows.last?.psnrBefore
        let drawings = [
            CurveDrawing(
                title: "Loss", unit: "mean between two validations", points: points(\.loss), end: end,
                isLogarithmic: isPositive),
            CurveDrawing(
                title: "Validation PSNR", unit: "dB, averaged weights", points: points(\.psnr), end: end,
                level: (rows.first?.psnr).flatMap { first in
                    before.flatMap { abs(first - $0) < 6 ? ($0, "before") : nil }
                }),
            CurveDrawing(title: "Learning rate", unit: "a step", points: points(\.rate), end: end),
        ]
        // Of an objective with one term the loss is that.
        let terms = (rows.last?.terms ?? []).map { term in
            let values = points { row in row.terms?.first { $0.name == term.name }?.value }
            return CurveDrawing(
                title: "Term: \(term.name)", unit: "mean between two validations", points: values, end: end,
                isLogarithmic: values.allSatisfy { $0.y > 0 })
        }
        return (drawings + terms).compactMap { drawing in
            drawing.svg().map { ["title": drawing.title, "unit": drawing.unit, "svg": $0] }
        }
    }
}

/// The templates of a training run's page: the style of a report's, without a script.
enum TrainingPage {
    /// Up to the contents of `main`, of every page without a script: `title`, `subtitle` and `style` are filled in.
    static let head = PageResource.text(PackageResources.training_head_mustache)

    static let template =
        head + PageResource.text(PackageResources.training_mustache)

    /// The rule of an article with a heading and its pictures.
    static let card =
        ".pair{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 18px;margin:0 0 14px}"

    static let style = card + PageResource.text(PackageResources.training_css)
}
