import Foundation
import Quality
import Reports

/// The table of an evaluation of mending: one line a set, corruption and method.
package enum MendTable {
    /// Returns the table: means of PSNR in dB over pictures, within the true mask and of the whole picture; of what a
    /// finder flagged F1, precision, recall and the share of objects found, over the pixels of all pictures, and the
    /// share of whole pixels flagged in percent. `touched` counts the pictures of which anything was flagged.
    package static func text(of records: [MendEvaluation.Record]) -> String {
        struct Group: Hashable {
            var set: String
            var corruption: String?
            var method: String
        }
        var order: [Group] = []
        var groups: [Group: [MendEvaluation.Record]] = [:]
        for record in records where record.failure == nil {
            let key = Group(set: record.set, corruption: record.corruption, method: record.method)
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(record)
        }
        let rows = order.map { key in
            let own = groups[key] ?? []
            let figures = own.compactMap(\.mask)
            let sum = figures.reduce(MaskFigures(), +)
            let hasFinder = !figures.isEmpty
            func share(_ value: Double?, _ format: String = "%.3f") -> String {
                hasFinder ? value.map { String(format: format, $0) } ?? "-" : "-"
            }
            return [
                key.set, key.corruption ?? "none", key.method, "\(own.count)", mean(own.compactMap(\.inside)),
                mean(own.compactMap(\.whole)), share(sum.f1), share(sum.precision), share(sum.recall),
                share(sum.objectRecall), share(sum.wrongShare.map { $0 * 100 }, "%.4f"),
                hasFinder ? "\(figures.count { $0.found + $0.wrong > 0 })" : "-",
            ]
        }
        let names = [
            "set", "damage", "method", "pictures", "inside dB", "whole dB", "F1", "precision", "recall", "objects",
            "wrong %", "touched",
        ]
        return TextTable([names] + rows, rightColumns: 3..<names.count).text
    }

    private static func mean(_ values: [Double]) -> String {
        values.isEmpty ? "-" : String(format: "%.2f", values.reduce(0, +) / Double(values.count))
    }
}
