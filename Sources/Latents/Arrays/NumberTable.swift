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

    /// Reads a CSV file.
    ///
    /// - Parameter textColumns: headings of columns that are kept as texts though they hold numbers.
    /// - Throws: `NumberArrayError`.
    public init(reading path: FilePath, textColumns: Set<String> = []) throws(NumberArrayError) {
        func failure(_ found: String, _ expected: String) -> NumberArrayError {
            NumberArrayError(path: path.printed, found: found, expected: expected)
        }
        try self.init(
            csv: NumberArrayError.contents(of: path, expected: "a CSV table"), textColumns: textColumns, failure)
    }

    init(
        csv bytes: Data, textColumns: Set<String> = [], _ failure: (String, String) -> NumberArrayError
    ) throws(NumberArrayError) {
        var rows = try CSVText.rows(of: bytes, failure)
        guard let first = rows.first else { throw failure("no line", "a row of numbers") }
        // A first row without any number is a heading.
        let hasHeading = rows.count > 1 && first.allSatisfy { Float($0) == nil }
        let names = hasHeading ? first : first.indices.map { "\($0 + 1)" }
        if hasHeading { rows.removeFirst() }
        let isNumber = names.indices.map { column in
            !textColumns.contains(names[column]) && rows.allSatisfy { Float($0[column])?.isFinite == true }
        }
        let numeric = names.indices.filter { isNumber[$0] }
        columns = numeric.map { names[$0] }
        rowCount = rows.count
        elements = rows.flatMap { row in numeric.map { Float(row[$0]) ?? 0 } }
        texts = Dictionary(
            names.indices.filter { !isNumber[$0] }.map { column in (names[column], rows.map { $0[column] }) },
            uniquingKeysWith: { first, _ in first })
    }
}
