import Foundation
import Mustache

extension TrainingReport {
    /// The page: figures, curves and the sheet of validation pictures, without a script.
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

    /// The PSNR, in decibels, from which on pictures count as not corrupted at all.
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
                best.map { "best \(Figure.text($0.psnr ?? 0, metric: "psnr")) dB after \($0.step) steps" } ?? ""
            if let before = last.psnrBefore, before < Self.untouched {
                detail = "\(Figure.text(before, metric: "psnr")) dB before; " + detail
            }
            tiles.append([
                "label": "Validation PSNR", "value": Figure.text(psnr, metric: "psnr") + "\u{A0}dB", "detail": detail,
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

/// The page of a training run: as a report's, without a script.
enum TrainingPage {
    /// Up to the contents of `main`, of every page without a script: `title`, `subtitle` and `style` are filled in.
    static let head = """
        {{% CONTENT_TYPE:RETOUCH_HTML}}<!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; \
        style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <title>{{title}}</title>
        <style>{{{style}}}</style>
        </head>
        <body>
        <header>
        <h1>{{title}}</h1>
        <p class="quiet">{{subtitle}}</p>
        </header>
        <main>

        """

    static let template =
        head + """
            <section class="tiles" aria-label="Summary">
            {{#tiles}}
            <div class="tile"><div class="label">{{label}}</div><div class="value">{{value}}</div>\
            <div class="quiet">{{detail}}</div></div>
            {{/tiles}}
            </section>
            {{#hasCurves}}
            <section>
            <h2>Curves</h2>
            <div class="curves">
            {{#curves}}
            <figure class="tile"><figcaption><b>{{title}}</b> <span class="quiet">{{unit}}</span></figcaption>\
            {{{svg}}}</figure>
            {{/curves}}
            </div>
            </section>
            {{/hasCurves}}
            {{#hasSheet}}
            <section>
            <h2>Validation pictures</h2>
            {{#sheet}}
            <article class="pair">
            <h3><span class="name">{{name}}</span> <span class="quiet figure">{{corruption}}</span></h3>
            <div class="sheet">
            {{#cells}}
            <figure><img src="{{link}}" alt="{{name}}, {{caption}}" width="{{width}}" height="{{height}}" loading="lazy">\
            <figcaption class="quiet">{{caption}}</figcaption></figure>
            {{/cells}}
            </div>
            </article>
            {{/sheet}}
            </section>
            {{/hasSheet}}
            <section>
            <h2>Settings</h2>
            <dl class="run">
            {{#settings}}
            <dt>{{name}}</dt><dd class="name">{{text}}</dd>
            {{/settings}}
            </dl>
            <p class="quiet">The figures in <a href="training.csv">training.csv</a>, all settings in \
            <a href="training.json">training.json</a>.</p>
            </section>
            </main>
            </body>
            </html>

            """

    /// The rule of an article with a heading and its pictures.
    static let card =
        ".pair{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 18px;margin:0 0 14px}"

    static let style = """

        .curves{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,350px),1fr));gap:12px}
        .curves figcaption{margin:0 0 6px;font-size:14px}
        .curve{display:block;width:100%;height:auto}
        .curve text{fill:var(--quiet);font-size:13px}
        .curve .grid{stroke:var(--line);fill:none}
        .curve .level{stroke:var(--quiet);stroke-dasharray:4 4;fill:none}
        .curve .line{stroke:var(--accent);stroke-width:2;fill:none;stroke-linejoin:round}
        .curve circle{fill:var(--accent)}
        \(card)
        .pair h3{margin:0 0 10px}
        .sheet{display:flex;gap:10px;overflow-x:auto}
        .sheet figure{flex:none}
        .sheet img{display:block;border-radius:4px;background:var(--sunk);image-rendering:pixelated}
        .sheet figcaption{font-size:13px;margin-top:6px}
        """
}
