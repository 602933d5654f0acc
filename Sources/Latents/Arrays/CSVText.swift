import Foundation

/// The rows and fields of a comma-separated table (RFC 4180), whose lines may end with `\n`, `\r` or both.
enum CSVText {
    /// The longest row, in bytes.
    static let longestRow = 1 << 20

    /// Returns the rows of a table in UTF-8, without empty lines; all have as many fields as the first. Blanks around a
    /// field that is not in quotation marks are left out.
    ///
    /// - Throws: the error that `failure` makes of what was found and what was expected.
    static func rows(
        of bytes: Data, _ failure: (String, String) -> NumberArrayError
    ) throws(NumberArrayError) -> [[String]] {
        var rows: [[String]] = []
        var (row, field, length) = ([String](), [UInt8](), 0)
        var (isQuoted, wasQuoted, endsQuote) = (false, false, false)
        var line = 1

        func endField() throws(NumberArrayError) {
            guard let text = String(validating: field, as: UTF8.self), !text.utf8.contains(0) else {
                throw failure("bytes in line \(line) that are no text", "UTF-8")
            }
            row.append(wasQuoted ? text : text.trimmingCharacters(in: .whitespaces))
            field.removeAll(keepingCapacity: true)
            (isQuoted, wasQuoted, endsQuote) = (false, false, false)
        }

        func endRow() throws(NumberArrayError) {
            if row.isEmpty, field.isEmpty, !wasQuoted { return }
            try endField()
            guard rows.isEmpty || rows[0].count == row.count else {
                throw failure("\(row.count) fields in line \(line)", "\(rows[0].count), as in the first line")
            }
            rows.append(row)
            row.removeAll(keepingCapacity: true)
            length = 0
        }

        for byte in bytes {
            length += 1
            guard length <= longestRow else { throw failure("a row longer than \(longestRow) bytes", "shorter ones") }
            if isQuoted {
                if endsQuote {
                    endsQuote = false
                    if byte == UInt8(ascii: "\"") {
                        field.append(byte)
                        continue
                    }
                    isQuoted = false
                } else {
                    if byte == UInt8(ascii: "\"") { endsQuote = true } else { field.append(byte) }
                    if byte == UInt8(ascii: "\n") { line += 1 }
                    continue
                }
            }
            switch byte {
            case UInt8(ascii: "\"") where field.isEmpty && !wasQuoted: (isQuoted, wasQuoted) = (true, true)
            case UInt8(ascii: ","): try endField()
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                try endRow()
                length = 0
                if byte == UInt8(ascii: "\n") { line += 1 }
            default: field.append(byte)
            }
        }
        guard !isQuoted || endsQuote else { throw failure("quotation marks that do not end", "pairs of them") }
        try endRow()
        return rows
    }
}
