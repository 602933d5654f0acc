/// A table of text in columns, as a terminal shows it.
public struct TextTable: Sendable {
    /// The rows, each with as many fields as the first.
    public var rows: [[String]]
    /// The columns that are aligned to the right, those of figures; all others to the left.
    public var rightColumns: Range<Int>

    /// Creates a table of `rows`, each with as many fields as the first.
    public init(_ rows: [[String]], rightColumns: Range<Int> = 0..<0) {
        self.rows = rows
        self.rightColumns = rightColumns
    }

    /// The table as text: one line for each row, two blanks between columns, none at the end of a line.
    public var text: String {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = row.enumerated().map { column, field in
                let gap = String(repeating: " ", count: widths[column] - field.count)
                return rightColumns.contains(column) ? gap + field : field + gap
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
