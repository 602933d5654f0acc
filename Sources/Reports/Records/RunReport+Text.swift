import Files
public import Foundation

extension RunReport {
    /// Returns the report as JSON: keys sorted, indented, dates ISO 8601 in UTC, `"inf"` for an infinite figure.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        var data = try encoder.encode(self)
        data.append(UInt8(ascii: "\n"))
        return data
    }

    /// Reads a report that `json()` wrote.
    ///
    /// - Throws: `ReportError.schema` for a version that this build does not know, `DecodingError` for data that is no
    ///   report.
    public init(json: Data) throws {
        struct Version: Decodable { var schemaVersion: Int }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let version = try decoder.decode(Version.self, from: json).schemaVersion
        guard version == Self.currentSchemaVersion else {
            throw ReportError.schema(found: version, expected: Self.currentSchemaVersion)
        }
        self = try decoder.decode(RunReport.self, from: json)
    }

    /// Returns the records as a table after RFC 4180 (lines end with `\n`), UTF-8: one row for each record, and for
    /// every kind of figure the columns `METRIC CHANNELS PROTOCOL before` and `… after`. A missing value is an empty
    /// field, an infinite one `inf`. A field that a spreadsheet would take for a formula gets `./` (paths) or a quote
    /// before it. Behind them is a row for each input that was not done, its outcome `notDone`.
    public func csv() -> String {
        let kinds = figureKinds
        var header = [
            "input", "output", "outcome", "error", "notes", "remarks", "input_width", "input_height", "output_width",
            "output_height", "model", "model_sha256", "settings_hash", "set", "corruption", "noise_level",
            "turn_disagreement", "expected_psnr_before", "expected_psnr_after", "seconds", "megapixels_per_second",
        ]
        for kind in kinds {
            header.append("\(kind.metric) \(kind.channels) \(kind.protocol) before")
            header.append("\(kind.metric) \(kind.channels) \(kind.protocol) after")
        }
        var text = CSV.line(header)
        for record in records {
            let (method, result) = (record.method, record.outcome.result)
            let examined = result?.selfExamination
            var fields = [
                CSV.path(PathText.text(of: record.input)),
                CSV.path(result?.output.map(PathText.text(of:)) ?? ""),
                record.outcome.kind.rawValue,
                CSV.prose(record.outcome.failure ?? ""),
                CSV.prose(record.notes.joined(separator: "; ")), CSV.prose(record.remarks.joined(separator: "; ")),
                CSV.number(record.inputSize?.width), CSV.number(record.inputSize?.height),
                CSV.number(result?.size?.width), CSV.number(result?.size?.height),
                CSV.prose(method?.name ?? ""), method?.sha256 ?? "", method?.settingsHash ?? "",
                CSV.prose(record.set ?? ""), CSV.prose(record.corruption ?? ""),
                CSV.number(record.noiseLevel), CSV.number(examined?.disagreement),
                CSV.number(examined?.expectedPSNR?.before), CSV.number(examined?.expectedPSNR?.after),
                CSV.number(record.seconds), CSV.number(record.megapixelsPerSecond),
            ]
            for kind in kinds {
                let measurement = record.measurement(of: kind)
                fields.append(CSV.number(measurement?.before))
                fields.append(CSV.number(measurement?.after))
            }
            text += CSV.line(fields)
        }
        for name in notDone ?? [] {
            let fields = [CSV.path(name), "", "notDone"]
            text += CSV.line(fields + [String](repeating: "", count: header.count - fields.count))
        }
        return text
    }

    /// The kinds of figure of all records, whatever the corruption and the method, in the order of first appearance.
    var figureKinds: [MeasurementSummary.Kind] {
        var seen: Set<MeasurementSummary.Kind> = []
        var kinds: [MeasurementSummary.Kind] = []
        for record in records {
            for measurement in record.measurements {
                let kind = MeasurementSummary.Kind(
                    corruption: nil, model: nil, metric: measurement.metric, channels: measurement.channels,
                    protocol: measurement.protocol)
                if seen.insert(kind).inserted { kinds.append(kind) }
            }
        }
        return kinds
    }
}

/// Fields and lines of a comma-separated table.
package enum CSV {
    /// Returns the fields, quoted where needed, as a line with its end.
    package static func line(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",") + "\n"
    }

    /// Returns `field`, in quotation marks where it holds a comma, a quotation mark or a line end. Scalars are
    /// compared, not characters: `\r\n` is one character in Swift and would be missed.
    static func quoted(_ field: String) -> String {
        guard field.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }) else {
            return field
        }
        var result = "\""
        for scalar in field.unicodeScalars {
            if scalar == "\"" { result += "\"" }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }

    /// Returns a path as a field. A relative one that begins like a formula gets `./`, which names the same file.
    package static func path(_ text: String) -> String { isFormula(text) ? "./" + text : text }

    /// Returns text as a field. One that begins like a formula gets a quote, as spreadsheets do themselves.
    package static func prose(_ text: String) -> String { isFormula(text) ? "'" + text : text }

    /// Returns a number as a field, empty where there is none.
    package static func number(_ value: Int?) -> String { value.map(String.init) ?? "" }

    /// Returns a number as a field, empty where there is none.
    package static func number(_ value: Double?) -> String { value.map(RecordedNumber.text(of:)) ?? "" }

    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        return ["=", "+", "-", "@", "\t", "\r"].contains(first)
    }
}
