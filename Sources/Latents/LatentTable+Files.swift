import Files
import Foundation
import Reports
public import SystemPackage

extension LatentTable {
    /// The name of the file that says what the rows beside it are.
    public static let indexName: FilePath = "index.csv"

    /// Reads vectors from an NPY, IDX or CSV file (any of them compressed by gzip), each sample a row; sides behind the
    /// first are joined. Columns `row`, `path`, `name` and `label` of a CSV file are no numbers of the vectors.
    ///
    /// - Parameters:
    ///   - index: a table with one line a row and the columns `path` and `label`, either of which may be missing; by
    ///     default `index.csv` beside the file, where there is one.
    ///   - labels: a file with labels, see `ClassLabels.labels(in:of:refusesUnknown:)`; they take the place of those of
    ///     the index.
    /// - Throws: `NumberArrayError`, and `LatentError.setting` where the files do not go together.
    public init(reading path: FilePath, index: FilePath? = nil, labels: FilePath? = nil) throws {
        var table: LatentTable
        if NumberArray.isArray(path) {
            let array = try NumberArray(reading: path)
            guard array.shape.count > 1 else {
                throw LatentError.setting(
                    name: "\"\(path.printed)\"", found: "of the shape \(array.shape)", expected: "[rows, numbers]")
            }
            table = try LatentTable(dimension: array.sampleCount, elements: array.elements)
        } else {
            table = try LatentTable(csv: path)
        }
        let beside = path.removingLastComponent().appending(Self.indexName.string)
        if let index = index ?? (FileStamp.exists(beside) && beside != path ? beside : nil) {
            let entries = try Self.entries(in: index)
            guard entries.count == table.count else {
                throw LatentError.setting(
                    name: "\"\(index.printed)\"", found: "an index of \(entries.count) rows",
                    expected: "one of \(table.count), as \"\(path.printed)\" has")
            }
            table = try LatentTable(dimension: table.dimension, elements: table.elements, entries: entries)
        }
        if let labels {
            let names = table.entries.enumerated().map { index, entry in
                PathText.path(from: entry.path.isEmpty ? "\(index)" : entry.path) ?? FilePath("\(index)")
            }
            table = try table.labelled(ClassLabels.labels(in: labels, of: names, refusesUnknown: true))
        }
        self = table
    }

    private init(csv path: FilePath) throws {
        let known: Set<String> = ["row", "path", "name", "label", "top", "left"]
        let table = try NumberTable(reading: path, textColumns: known)
        // A column of texts is left out; one of numbers with a gap in it is a mistake.
        for (name, fields) in table.texts.sorted(by: { $0.key < $1.key }) where !known.contains(name) {
            guard fields.contains(where: { Float($0) != nil }) else { continue }
            let gap = fields.first { Float($0)?.isFinite != true } ?? ""
            throw NumberArrayError(
                path: path.printed, found: "'\(gap)' in the column '\(name)'",
                expected: "finite numbers, or texts alone")
        }
        guard !table.columns.isEmpty else {
            throw NumberArrayError(path: path.printed, found: "no column of finite numbers", expected: "one or more")
        }
        let (paths, labels) = (table.texts["path"] ?? table.texts["name"], table.texts["label"])
        try self.init(
            dimension: table.columns.count, elements: table.elements,
            entries: (0..<table.rowCount).map { Entry(path: paths?[$0] ?? "", label: labels?[$0] ?? "") })
    }

    /// Returns a table of what is known of the rows and further columns, after RFC 4180 (lines end with `\n`): the columns
    /// of the index, then those that are added.
    ///
    /// - Parameter columns: headings, and a text for each row.
    public func csv(adding columns: [(heading: String, fields: [String])]) -> String {
        var text = CSV.line(["row", "path", "label"] + columns.map(\.heading))
        for (row, entry) in entries.enumerated() {
            text += CSV.line(
                ["\(row)", CSV.path(entry.path), CSV.prose(entry.label)] + columns.map { $0.fields[row] })
        }
        return text
    }

    // MARK: The index

    /// The columns of the index; the last two only where rows are parts of pictures.
    private static let columns = ["row", "path", "label", "top", "left"]

    /// Returns the index as a table after RFC 4180 (lines end with `\n`): the columns `row` (from 0), `path` and `label`,
    /// and `top` and `left` in pixels where rows are parts of pictures.
    public static func index(of entries: some Sequence<Entry>, hasPlaces: Bool) -> String {
        var text = heading(hasPlaces: hasPlaces)
        for (row, entry) in entries.enumerated() { text += line(of: entry, row: row, hasPlaces: hasPlaces) }
        return text
    }

    /// Returns a line of the index.
    package static func line(of entry: Entry, row: Int, hasPlaces: Bool) -> String {
        var fields = ["\(row)", CSV.path(entry.path), CSV.prose(entry.label)]
        if hasPlaces { fields += [CSV.number(entry.place?.top), CSV.number(entry.place?.left)] }
        return CSV.line(fields)
    }

    /// The first line of the index.
    package static func heading(hasPlaces: Bool) -> String { CSV.line(Array(columns.prefix(hasPlaces ? 5 : 3))) }

    private static func entries(in path: FilePath) throws -> [Entry] {
        let table = try NumberTable(reading: path, textColumns: Set(columns + ["name"]))
        let (paths, labels) = (table.texts["path"] ?? table.texts["name"], table.texts["label"])
        guard paths != nil || labels != nil else {
            throw LatentError.setting(
                name: "\"\(path.printed)\"", found: "a table without columns path and label",
                expected: "row,path,label in its first line")
        }
        let rows = table.texts["row"]
        return try (0..<table.rowCount).map { index in
            guard rows.map({ $0[index] == "\(index)" }) != false else {
                throw LatentError.setting(
                    name: "row '\(rows?[index] ?? "")' of \"\(path.printed)\"", found: "out of order",
                    expected: "\(index)")
            }
            let place: Place? =
                if let top = table.texts["top"].flatMap({ Int($0[index]) }),
                    let left = table.texts["left"].flatMap({ Int($0[index]) }), top >= 0, left >= 0
                { Place(top: top, left: left) } else { nil }
            return Entry(
                path: paths.map { plain($0[index], mark: "./") } ?? "",
                label: labels.map { plain($0[index], mark: "'") } ?? "", place: place)
        }
    }

    /// Returns a field without what keeps a spreadsheet from taking it for a formula.
    private static func plain(_ field: String, mark: String) -> String {
        let rest = field.dropFirst(mark.count)
        return field.hasPrefix(mark) && rest.first.map { "=+-@".contains($0) } == true ? String(rest) : field
    }
}
