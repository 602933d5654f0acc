import Quality

extension RunReport {
    /// Returns the summary as tables, one for each protocol and kind of channels, with a row for each corruption and
    /// method.
    func figureTables(_ summary: [MeasurementSummary]) -> [[String: Any]] {
        let hasCorruptions = summary.contains { $0.kind.corruption != nil }
        let pairs = pairs(in: summary)
        return PaperTable.tables(of: summary).enumerated().map { index, table in
            var order: [[String?]] = []
            var entries: [[String?]: [MeasurementSummary]] = [:]
            for entry in summary
            where entry.kind.channels == table.channels && entry.kind.protocol == table.protocol
                && (table.set == nil || entry.kind.set == table.set)
            {
                let key = [entry.kind.corruption, entry.kind.model]
                if entries[key] == nil { order.append(key) }
                entries[key, default: []].append(entry)
            }
            var others: [Metric] = []
            for entry in order.flatMap({ entries[$0] ?? [] })
            where ![.psnr, .ssim].contains(entry.kind.metric) && !others.contains(entry.kind.metric) {
                others.append(entry.kind.metric)
            }
            let rows = order.enumerated().map { place, key -> [String: Any] in
                var row = figureRow(entries[key] ?? [], others: others)
                row["isFirst"] = place > 0 && order[place - 1][0] != key[0]
                row["hasCorruptions"] = hasCorruptions
                row["hasMethods"] = hasMethods
                return row
            }
            return [
                "caption": table.title, "isFolded": index > 0,
                "explanation": explanation(of: table.protocol), "figures": rows, "hasCorruptions": hasCorruptions,
                "hasMethods": hasMethods, "pairs": pairTable(pairs.filter(table.contains), hasCorruptions),
                "others": others.map { Figure.name(metric: $0) },
            ]
        }
    }

    /// Returns a table of the numbers of pictures on which methods are better and worse; none where there are no pairs.
    private func pairTable(_ pairs: [MethodPair], _ hasCorruptions: Bool) -> [[String: Any]] {
        guard !pairs.isEmpty else { return [] }
        let rows = pairs.enumerated().map { place, pair -> [String: Any] in
            let (found, metric) = (pair.figures, pair.kind.metric)
            func text(_ value: Double?) -> String { value.map { Figure.gain($0, metric: metric) } ?? "" }
            return [
                "isFirst": place > 0 && pairs[place - 1].kind.corruption != pair.kind.corruption,
                "hasCorruptions": hasCorruptions, "corruption": pair.kind.corruption ?? "",
                "method": pair.kind.model ?? "", "against": pair.against, "wins": found.wins, "losses": found.losses,
                "ties": found.ties, "difference": text(found.difference?.mean),
                "tone": found.difference.map { $0.mean < 0 ? "bad" : "good" } ?? "",
                "interval": found.difference?.interval.map { "\(text($0.lowerBound)) – \(text($0.upperBound))" } ?? "",
            ]
        }
        return [["hasCorruptions": hasCorruptions, "rows": rows]]
    }

    /// Returns the meaning of a protocol's name: the run's own explanation, or else this program's.
    func explanation(of name: String) -> String { settings["protocol \(name)"] ?? ProtocolText.text(of: name) }

    /// Returns the row of one corruption and method: PSNR, SSIM and the metrics `others`.
    private func figureRow(_ entries: [MeasurementSummary], others: [Metric]) -> [String: Any] {
        var row: [String: Any] = [:]
        func cells(_ metric: Metric) -> [String: Any] {
            let entry = entries.first { $0.kind.metric == metric }
            func text(_ value: Double?) -> String { value.map { Figure.text($0, metric: metric) } ?? "" }
            // The figures of one side where there is one alone.
            let side = entry?.after ?? entry?.before
            return [
                "before": text(entry?.before?.mean), "after": text(entry?.after?.mean),
                "gain": entry?.meanGain.map { Figure.gain($0, metric: metric) } ?? "",
                "tone": entry?.meanGain.map {
                    ($0 < 0) == metric.prefersHigher ? "bad" : "good"
                } ?? "",
                "interval": side?.interval.map { "\(text($0.lowerBound)) – \(text($0.upperBound))" } ?? "",
                "median": text(side?.median), "worst": text(side?.least), "best": text(side?.greatest),
            ]
        }
        (row["psnr"], row["ssim"]) = (cells(.psnr), cells(.ssim))
        row["others"] = others.map(cells)
        let first = entries.first
        let infinite = entries.flatMap { [$0.before?.infiniteCount, $0.after?.infiniteCount] }.compactMap { $0 }.max()
        row["corruption"] = first?.kind.corruption ?? ""
        row["method"] = first?.kind.model ?? ""
        row["protocol"] = first?.kind.protocol ?? ""
        row["count"] = first?.after?.count ?? first?.before?.count ?? 0
        row["infinite"] = [infinite ?? 0].filter { $0 > 0 }.map(String.init)
        return row
    }

    /// Returns the curves of the first table of each set that has levels.
    func figureCurves(_ summary: [MeasurementSummary]) -> [[String: Any]] {
        // The first table of each set that has levels.
        var drawn: Set<String?> = []
        return PaperTable.tables(of: summary).flatMap { table -> [[String: Any]] in
            let curves = LevelCurves.curves(of: table)
            guard !curves.isEmpty, drawn.insert(table.set).inserted else { return [] }
            return curves.map { curve in
                [
                    "corruption": curve.corruption, "kind": table.title,
                    "svg": curve.svg(),
                    "legend": curve.series.enumerated().map {
                        ["style": "s\($0 % LevelCurves.styleCount)", "name": $1.name]
                    },
                ]
            }
        }
    }

    /// Returns the first table of each set in the form of papers, where there is something to set side by side; else
    /// none.
    func paperTable(_ summary: [MeasurementSummary]) -> [[String: Any]] {
        var drawn: Set<String?> = []
        return PaperTable.tables(of: summary).compactMap { table -> [String: Any]? in
            guard drawn.insert(table.set).inserted, table.corruptions.count > 1, hasMethods else { return nil }
            return [
                "caption": "Mean PSNR in dB and SSIM", "kind": table.title,
                "columns": table.corruptions.map { $0 ?? "" },
                "rows": table.methods.map { method -> [String: Any] in
                    let cells = table.corruptions.map { corruption in
                        let psnr = table.statistics(method, corruption, \.psnr)?.mean
                        let ssim = table.statistics(method, corruption, \.ssim)?.mean
                        return [
                            "psnr": psnr.map { Figure.text($0, metric: .psnr) } ?? "",
                            "ssim": ssim.map { Figure.text($0, metric: .ssim) } ?? "",
                        ]
                    }
                    return ["method": method, "cells": cells]
                },
            ]
        }
    }
}
