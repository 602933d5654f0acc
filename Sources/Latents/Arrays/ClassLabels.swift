import Files
import Foundation
public import SystemPackage

/// The classes of samples: a name each, and the class of every sample, or nil where it is unknown.
public struct ClassLabels: Sendable, Equatable {
    /// The names of the classes, sorted: numbers by value, then others by name.
    public let names: [String]
    /// The index of each sample's class; nil for unknown.
    public let classes: [Int?]

    /// The largest number of classes.
    static let largestCount = 4096

    /// Creates classes from the label of each sample.
    ///
    /// - Parameter labels: one a sample; an empty one is unknown.
    /// - Throws: `LatentError.setting` where there are no classes, or more than 4096.
    public init(_ labels: [String]) throws(LatentError) {
        let names = Set(labels.filter { !$0.isEmpty }).sorted { a, b in
            switch (Double(a), Double(b)) {
            case (let a?, let b?): a < b
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil): a < b
            }
        }
        guard 1...Self.largestCount ~= names.count else {
            throw .setting(name: "labels", found: "\(names.count) classes", expected: "1 to \(Self.largestCount)")
        }
        self.names = names
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        classes = labels.map { numbers[$0] }
    }

    /// Takes the first folder of each name as its class, as pictures are often sorted; those that lie in none are
    /// unknown.
    ///
    /// - Throws: `LatentError.setting` where no name has a folder.
    public init(foldersOf names: [FilePath]) throws(LatentError) { try self.init(Self.folders(of: names)) }

    /// Returns the same classes with `count` known samples of each, drawn by a seed; those of all others are unknown.
    ///
    /// - Throws: `LatentError.setting` for less than 1, and where a class has fewer samples.
    public func thinned(perClass count: Int, seed: UInt64) throws(LatentError) -> ClassLabels {
        guard count >= 1 else { throw .setting(name: "labels of a class", found: "\(count)", expected: "1 or more") }
        var kept = [Int?](repeating: nil, count: classes.count)
        for (index, name) in names.enumerated() {
            let samples = classes.indices.filter { classes[$0] == index }
            guard samples.count >= count else {
                throw .setting(
                    name: "the class '\(name)'", found: "of \(samples.count) labels", expected: "\(count) or more")
            }
            for place in Sampling.shuffled(samples.count, seed: seed, stream: index).prefix(count) {
                kept[samples[place]] = index
            }
        }
        return ClassLabels(names: names, classes: kept)
    }

    private init(names: [String], classes: [Int?]) { (self.names, self.classes) = (names, classes) }

    /// The names for a message, the first ones where there are many.
    package var shownNames: String {
        names.prefix(12).joined(separator: ", ") + (names.count > 12 ? " and \(names.count - 12) more" : "")
    }

    /// Reads the labels that a file has for pictures, see `labels(in:of:)`.
    ///
    /// - Throws: `NumberArrayError`; `LatentError.setting` where names or numbers do not go with the pictures.
    public init(_ path: FilePath, of pictures: [FilePath]) throws {
        try self.init(Self.labels(in: path, of: pictures))
    }

    /// Returns the names of the classes in a file with labels, whichever pictures they are of.
    ///
    /// - Throws: as `labels(in:of:refusesUnknown:)`.
    package static func names(in path: FilePath) throws -> [String] {
        if NumberArray.isArray(path) {
            return try ClassLabels(NumberArray(reading: path).elements.map(NumberTable.text)).names
        }
        return try ClassLabels(labels(of: NumberTable(reading: path, textColumns: textColumns), path)).names
    }

    private static let textColumns: Set = ["name", "path", "label"]

    /// Returns the column of labels of a table.
    private static func labels(of table: NumberTable, _ path: FilePath) throws(LatentError) -> [String] {
        guard let labels = table.column("label") else {
            throw .setting(
                name: "labels", found: "no column label in \(path.printed)",
                expected: "a table with the columns name and label")
        }
        return labels
    }

    /// Returns the first folder of each name; an empty text where it lies in none.
    public static func folders(of names: [FilePath]) -> [String] {
        names.map { name in
            guard name.components.count > 1, let folder = name.components.first else { return "" }
            return PathText.text(of: FilePath().appending(folder))
        }
    }

    /// Reads the labels that a file has for pictures: a CSV table with the columns `name` (or `path`) and `label`, whose
    /// names are those of the pictures with or without extension; a table with a column `label` alone, or an array, of
    /// one label a picture, in their order. Pictures that the table does not name get an empty text.
    ///
    /// - Parameter refusesUnknown: true where a name that no picture has is an error.
    /// - Throws: `NumberArrayError`; `LatentError.setting` where names or numbers do not go with the pictures.
    public static func labels(
        in path: FilePath, of pictures: [FilePath], refusesUnknown: Bool = false
    ) throws -> [String] {
        func mismatch(_ found: String, _ expected: String) -> LatentError {
            .setting(name: "labels", found: found, expected: expected)
        }
        func checked(_ labels: [String]) throws(LatentError) -> [String] {
            guard labels.count == pictures.count else {
                throw mismatch(
                    "\(labels.count) labels in \(path.printed)", "one for each of \(pictures.count) pictures")
            }
            return labels
        }
        if NumberArray.isArray(path) {
            return try checked(NumberArray(reading: path).elements.map(NumberTable.text))
        }
        let table = try NumberTable(reading: path, textColumns: textColumns)
        let labels = try labels(of: table, path)
        guard let names = table.column("name") ?? table.column("path") else { return try checked(labels) }
        let known = Dictionary(zip(names, labels).map { (plain($0), $1) }, uniquingKeysWith: { first, _ in first })
        var used: Set<String> = []
        let found = pictures.map { name -> String in
            var bare = name
            bare.extension = nil
            for text in [PathText.text(of: name), PathText.text(of: bare)] {
                guard let label = known[text] else { continue }
                used.insert(text)
                return label
            }
            return ""
        }
        guard !used.isEmpty else {
            throw mismatch("names such as '\(names.first ?? "")' in \(path.printed)", "names of the pictures")
        }
        if refusesUnknown, let unknown = names.first(where: { !used.contains(plain($0)) }) {
            let count = names.count { !used.contains(plain($0)) }
            throw mismatch(
                "'\(unknown)'\(count > 1 ? " and \(count - 1) other names" : "") of no picture in \(path.printed)",
                "names of pictures that are there")
        }
        return found
    }

    /// Returns a name without the `./` that keeps a spreadsheet from taking it for a formula.
    private static func plain(_ name: String) -> String { name.hasPrefix("./") ? String(name.dropFirst(2)) : name }
}
