import Files
import Foundation
public import SystemPackage

/// Further columns of a table's rows, such as clusters or distances, by which a map may be coloured.
public struct LatentColumns: Sendable {
    /// The names with the values, one a row.
    public let columns: [(name: String, values: [String])]

    /// Reads the columns of a CSV table but those of an index.
    ///
    /// - Throws: `NumberArrayError`; `LatentError.setting` for a table of another number of rows.
    public init(reading path: FilePath, rows: Int) throws {
        let table = try NumberTable(reading: path)
        guard table.rowCount == rows else {
            throw LatentError.setting(
                name: "\"\(path.printed)\"", found: "a table of \(table.rowCount) rows", expected: "one of \(rows)")
        }
        let known: Set<String> = ["row", "path", "name", "label", "top", "left", "x", "y", "z"]
        let names = table.columns + table.texts.keys.sorted()
        columns = names.filter { !known.contains($0) }.map { ($0, table.column($0) ?? []) }
    }
}

extension LatentMap {
    /// Returns what the mapped rows may be coloured by: their labels where they have any, then further columns of all rows
    /// of the table that was mapped.
    public func columns(adding more: LatentColumns?) -> [(name: String, values: [String])] {
        let labels = table.labels.contains { !$0.isEmpty } ? [("label", table.labels)] : []
        return labels + (more?.columns ?? []).map { column in (column.name, rows.map { column.values[$0] }) }
    }
}
