import Foundation
import Reports
import SystemPackage
import Testing

/// What a written report's files say, read by other means than they were written with.
struct WrittenReport {
    /// What the page's script draws from.
    struct PageData: Decodable {
        struct Set: Decodable {
            var label: String
            var psnr: Int?
            var ssim: Int?
        }
        struct Rectangle: Decodable, Equatable { var x, y, width, height: Int }
        struct Version: Decodable {
            var label: String
            var overview: String
            var detail: String?
            var crops: [String]
            var figures: String?
            var isSmall: Bool?
        }
        struct Shown: Decodable {
            var anchor, name, corruption: String
            var reasons: [String]
            var width, height, overviewWidth, overviewHeight: Int
            var detail: Rectangle?
            var regions: [Rectangle]
            var versions: [Version]
        }
        /// A field of a record.
        enum Field: Decodable, Equatable {
            case number(Double)
            case text(String)
            case list([Double?])
            case none

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if container.decodeNil() {
                    self = .none
                } else if let number = try? container.decode(Double.self) {
                    self = .number(number)
                } else if let text = try? container.decode(String.self) {
                    self = .text(text)
                } else {
                    self = .list(
                        try container.decode([Field].self).map {
                            switch $0 {
                            case .number(let value): value
                            case .text("inf"): .infinity
                            case .text("nan"): .nan
                            default: nil
                            }
                        })
                }
            }

            var index: Int { if case .number(let value) = self { Int(value) } else { -1 } }
            var text: String { if case .text(let text) = self { text } else { "" } }
            var figures: [Double?] { if case .list(let list) = self { list } else { [] } }
        }

        var names, corruptions, models: [String]
        var sets: [Set]
        var shown: [Shown]
        var records: [[Field]]
    }

    let html: [UInt8]
    let data: PageData
    let csv: [[String]]
    let markdown: String

    init(in folder: FilePath) throws {
        html = try bytes(of: folder.appending("report.html"))
        let text = String(decoding: html, as: UTF8.self)
        let start = try #require(text.range(of: "<script type=\"application/json\" id=\"data\">"))
        let end = try #require(text.range(of: "</script>", range: start.upperBound..<text.endIndex))
        data = try JSONDecoder().decode(PageData.self, from: Data(text[start.upperBound..<end.lowerBound].utf8))
        csv = Self.table(String(decoding: try bytes(of: folder.appending("report.csv")), as: UTF8.self))
        markdown = String(decoding: try bytes(of: folder.appending("report.md")), as: UTF8.self)
    }

    /// Rows and fields after RFC 4180.
    static func table(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field = String.UnicodeScalarView()
        var isQuoted = false
        var scalars = text.unicodeScalars.makeIterator()
        var next = scalars.next()
        while let scalar = next {
            next = scalars.next()
            switch (scalar, isQuoted) {
            case ("\"", true) where next == "\"":
                field.append("\"")
                next = scalars.next()
            case ("\"", _): isQuoted.toggle()
            case (",", false), ("\n", false):
                row.append(String(field))
                field.removeAll()
                if scalar == "\n" {
                    rows.append(row)
                    row = []
                }
            default: field.append(scalar)
            }
        }
        return rows
    }

    /// The first table of the Markdown with `heading`: cells by method and column.
    func markdownTable(below heading: String) -> [String: [String: String]] {
        let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0 == "## \(heading)" }) else { return [:] }
        let rows = lines[start...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        guard let head = rows.first else { return [:] }
        var cells: [String: [String: String]] = [:]
        for row in rows.dropFirst(2) {
            for (column, cell) in zip(head, row).dropFirst() { cells[row[0], default: [:]][column] = cell }
        }
        return cells
    }
}
