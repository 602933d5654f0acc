import Files
import Foundation
import Quality

/// The data of the page's script, as JSON that may stand inside a script element.
struct PageData {
    let report: RunReport
    let concerns: [Concern]
    let shown: [ShownSet]

    /// Returns the JSON. Names are in lists of their own, records are arrays: a run of 5,000 pictures takes half a
    /// megabyte.
    func json() -> String {
        let kinds = report.figureKinds
        var names = Index()
        var corruptions = Index()
        var models = Index()
        let reasons = Dictionary(concerns.map { ($0.index, $0.reasons) }) { first, _ in first }
        let records = report.records.enumerated().map { index, record in
            let size = record.outcome.result?.size
            let remarks = [record.outcome.failure].compactMap { $0 } + (reasons[index] ?? [])
            let all = remarks + record.notes.filter { !remarks.contains($0) }
            var figures: [String] = []
            for kind in kinds {
                let found = record.measurement(of: kind)
                figures += [Self.number(found?.before), Self.number(found?.after)]
            }
            let fields = [
                String(names.place(of: PathText.text(of: record.input))),
                String(record.corruption.map { corruptions.place(of: $0) } ?? -1),
                String(record.method.map { models.place(of: $0.name) } ?? -1),
                String(Outcome.Kind.allCases.firstIndex(of: record.outcome.kind) ?? 0),
                String(record.inputSize?.width ?? 0), String(record.inputSize?.height ?? 0),
                String(size?.width ?? 0), String(size?.height ?? 0), Self.number(record.seconds),
                reasons[index] == nil ? "0" : "1", Self.text(all.joined(separator: "; ")),
                Self.list(figures),
            ]
            return Self.list(fields)
        }
        return Self.object([
            ("names", Self.list(names.texts.map(Self.text))),
            ("corruptions", Self.list(corruptions.texts.map(Self.text))),
            ("models", Self.list(models.texts.map(Self.text))),
            ("sets", Self.list(sets(kinds))),
            ("shown", Self.list(ordered.map { view($0, reasons) })),
            ("records", "[\n" + records.joined(separator: ",\n") + "]"),
        ])
    }

    /// The pictures that need review first, then the others in the order of the report.
    private var ordered: [ShownSet] {
        let rank = Dictionary(concerns.enumerated().map { ($1.index, $0) }) { first, _ in first }
        func place(_ set: ShownSet) -> Int { set.records.compactMap { rank[$0] }.min() ?? Int.max }
        return shown.sorted { (place($0), $0.records.first ?? 0) < (place($1), $1.records.first ?? 0) }
    }

    /// Returns the kinds of figure, PSNR and SSIM of the same channels and protocol together.
    private func sets(_ kinds: [MeasurementSummary.Kind]) -> [String] {
        var order: [String] = []
        var places: [String: [(String, String)]] = [:]
        for (index, kind) in kinds.enumerated() {
            let label = "\(kind.channels), \(kind.protocol)"
            if places[label] == nil { order.append(label) }
            places[label, default: []].append((kind.metric.rawValue, String(index)))
        }
        return order.map { Self.object([("label", Self.text($0))] + (places[$0] ?? [])) }
    }

    private func view(_ set: ShownSet, _ reasons: [Int: [String]]) -> String {
        let records = report.records
        let record = records[set.records[0]]
        func version(_ shown: ShownSet.Version, _ label: String, figures: String?, extra: [(String, String)]) -> String
        {
            Self.object(
                [("label", Self.text(label)), ("overview", Self.text(shown.overview))]
                    + (shown.detail.map { [("detail", Self.text($0))] } ?? [])
                    + [("crops", Self.list(shown.crops.map(Self.text)))]
                    + (figures.map { [("figures", Self.text($0))] } ?? []) + extra)
        }
        let small = set.scale > 1 ? [("isSmall", "true")] : []
        var versions = [
            version(set.before, set.beforeName, figures: RunReport.figures(record, \.before), extra: small)
        ]
        for (index, restored) in zip(set.records, set.restored) {
            let label = set.restored.count == 1 ? "after" : records[index].method?.name ?? "after"
            versions.append(version(restored, label, figures: RunReport.figures(records[index], \.after), extra: []))
        }
        if let reference = set.reference {
            versions.append(version(reference, "reference", figures: nil, extra: [("isReference", "true")]))
        }
        if let marked = set.marked {
            versions.append(version(marked, "damage", figures: nil, extra: small))
        }
        let all = set.records.flatMap { index in
            (reasons[index] ?? []).map {
                set.restored.count == 1 ? $0 : "\(records[index].method?.name ?? ""): \($0)"
            }
        }
        return Self.object([
            ("anchor", Self.text(set.anchor)), ("name", Self.text(PathText.text(of: record.input))),
            ("corruption", Self.text(record.corruption ?? "")), ("reasons", Self.list(all.map(Self.text))),
            ("hasReference", set.reference == nil ? "false" : "true"),
            ("width", String(set.width)), ("height", String(set.height)),
            ("overviewWidth", String(set.overviewWidth)), ("overviewHeight", String(set.overviewHeight)),
            ("detail", set.detail.map(Self.rectangle) ?? "null"),
            ("regions", Self.list(set.regions.map(Self.rectangle))), ("versions", Self.list(versions)),
        ])
    }

    private static func rectangle(_ place: PixelRectangle) -> String {
        object([
            ("x", String(place.x)), ("y", String(place.y)), ("width", String(place.width)),
            ("height", String(place.height)),
        ])
    }

    /// A list of texts in the order of first appearance.
    private struct Index {
        private(set) var texts: [String] = []
        /// The positions by bytes: texts that Unicode takes for equal are different names.
        private var places: [[UInt8]: Int] = [:]

        mutating func place(of text: String) -> Int {
            let bytes = Array(text.utf8)
            if let place = places[bytes] { return place }
            places[bytes] = texts.count
            texts.append(text)
            return texts.count - 1
        }
    }

    static func list(_ parts: [String]) -> String { "[" + parts.joined(separator: ",") + "]" }

    static func object(_ fields: [(String, String)]) -> String {
        "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    /// Returns a number with six places, which no figure that is shown can distinguish from the exact one.
    static func number(_ value: Double?) -> String {
        guard let value else { return "null" }
        guard value.isFinite else { return "\"\(RecordedNumber.text(of: value))\"" }
        let rounded = (value * 1e6).rounded() / 1e6
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : rounded.description
    }

    /// Returns a JSON string in ASCII without a character that HTML or JavaScript could take for the end of the script.
    static func text(_ text: String) -> String {
        var result = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22, 0x26, 0x27, 0x3C, 0x3E, 0x5C, 0..<0x20, 0x7F...:
                result += "\\u" + String(format: "%04x", Int(unit))
            default: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            }
        }
        return result + "\""
    }
}

extension ShownSet {
    /// The name of the set's anchor in the page.
    var anchor: String { "picture-\((records.first ?? 0) + 1)" }
}
