import Files
import Foundation
public import SystemPackage

/// A CSV table of numbers: rows that are samples, columns that are features; columns that are no numbers, such as a
/// class's name, are kept as texts.
public struct NumberTable: Sendable, Equatable {
    /// The headings of the columns of numbers; "1", "2" and so on where the table has none.
    public let columns: [String]
    /// The number of rows, without the heading.
    public let rowCount: Int
    /// The numbers, row after row.
    public let elements: [Float]
    /// The columns that are no numbers, by heading.
    public let texts: [String: [String]]

    /// Returns a column as texts, whatever it holds; nil where there is none of that heading.
    public func column(_ name: String) -> [String]? {
        if let texts = texts[name] { return texts }
        return columns.firstIndex(of: name).map { column in
            (0..<rowCount).map { Self.text(elements[$0 * columns.count + column]) }
        }
    }

    /// Returns a number as a label has it: without a point where it is whole.
    static func text(_ number: Float) -> String { Int32(exactly: number).map { "\($0)" } ?? "\(number)" }

    /// The longest line, in bytes.
    private static let longestLine = 1 << 20

    /// Reads a CSV file.
    ///
    /// - Throws: `NumberArrayError`.
    public init(reading path: FilePath) throws {
        func failure(_ found: String, _ expected: String) -> NumberArrayError {
            NumberArrayError(path: path.printed, found: found, expected: expected)
        }
        try self.init(csv: NumberArrayError.contents(of: path, expected: "a CSV table"), failure)
    }

    init(csv bytes: Data, _ failure: (String, String) -> NumberArrayError) throws {
        var rows: [[String]] = []
        for (number, line) in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).enumerated() {
            guard line.count <= Self.longestLine, let text = String(data: Data(line), encoding: .utf8) else {
                throw failure(
                    "line \(number + 1) of \(line.count) bytes", "a line of UTF-8, at most \(Self.longestLine)")
            }
            let fields = Self.fields(of: text)
            guard rows.isEmpty || rows[0].count == fields.count else {
                throw failure(
                    "\(fields.count) fields in line \(number + 1)", "\(rows[0].count), as in the first line")
            }
            rows.append(fields)
        }
        guard let first = rows.first else { throw failure("no line", "a row of numbers") }
        // A first row without any number is a heading.
        let hasHeading = rows.count > 1 && first.allSatisfy { Float($0) == nil }
        let names = hasHeading ? first : first.indices.map { "\($0 + 1)" }
        if hasHeading { rows.removeFirst() }
        let isNumber = names.indices.map { column in rows.allSatisfy { Float($0[column])?.isFinite == true } }
        let numeric = names.indices.filter { isNumber[$0] }
        columns = numeric.map { names[$0] }
        rowCount = rows.count
        elements = rows.flatMap { row in numeric.map { Float(row[$0]) ?? 0 } }
        texts = Dictionary(
            names.indices.filter { !isNumber[$0] }.map { column in (names[column], rows.map { $0[column] }) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Returns the fields of a line: between commas, or quoted with quotes doubled inside (RFC 4180).
    private static func fields(of line: String) -> [String] {
        var (fields, field, isQuoted, wasQuoted) = ([String](), "", false, false)
        var characters = line.makeIterator()
        var next = characters.next()
        while let character = next {
            next = characters.next()
            if isQuoted {
                if character == "\"" {
                    if next == "\"" {
                        field.append("\"")
                        next = characters.next()
                    } else {
                        isQuoted = false
                    }
                } else {
                    field.append(character)
                }
            } else if character == "\"", field.isEmpty, !wasQuoted {
                (isQuoted, wasQuoted) = (true, true)
            } else if character == "," {
                fields.append(wasQuoted ? field : field.trimmingCharacters(in: .whitespaces))
                (field, wasQuoted) = ("", false)
            } else {
                field.append(character)
            }
        }
        return fields + [wasQuoted ? field : field.trimmingCharacters(in: .whitespaces)]
    }
}
