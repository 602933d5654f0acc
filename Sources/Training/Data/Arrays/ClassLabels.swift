import Files
public import SystemPackage
import Tensors

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
    /// - Throws: `TrainingError.setting` where there are no classes, or more than 4096.
    public init(_ labels: [String]) throws(TrainingError) {
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
    /// - Throws: `TrainingError.setting` where no name has a folder.
    public init(foldersOf names: [FilePath]) throws(TrainingError) {
        try self.init(names.map { $0.components.count > 1 ? $0.components.first?.string ?? "" : "" })
    }

    /// Reads the labels that a file has for pictures: a CSV table with the columns `name` and `label`, whose names are
    /// those of the pictures with or without extension, or an array of one number a picture, in their order. Pictures
    /// that the table does not name are unknown.
    ///
    /// - Throws: `NumberArrayError`; `TrainingError.setting` where names or numbers do not go with the pictures.
    public init(_ path: FilePath, of pictures: [FilePath]) throws {
        func mismatch(_ found: String, _ expected: String) -> TrainingError {
            .setting(name: "labels", found: found, expected: expected)
        }
        if NumberArray.isArray(path) {
            let array = try NumberArray(reading: path)
            guard array.elements.count == pictures.count else {
                throw mismatch(
                    "\(array.elements.count) labels in \(path.printed)", "one for each of \(pictures.count) pictures")
            }
            try self.init(array.elements.map(NumberTable.text))
            return
        }
        let table = try NumberTable(reading: path)
        guard let names = table.column("name"), let labels = table.column("label") else {
            throw mismatch("no columns name and label in \(path.printed)", "a table with both")
        }
        let known = Dictionary(zip(names, labels), uniquingKeysWith: { first, _ in first })
        let found = pictures.map { name in
            var bare = name
            bare.extension = nil
            return known[name.string] ?? known[bare.string] ?? ""
        }
        guard found.contains(where: { !$0.isEmpty }) else {
            throw mismatch("names such as '\(names.first ?? "")' in \(path.printed)", "names of the pictures")
        }
        try self.init(found)
    }

    /// Writes 1 into the channel of a sample's class and 0 into the others; 0 into all where it is unknown.
    func fill(_ view: PlanarView, sample: Int?) {
        let known = sample.flatMap { classes[$0] }
        for channel in 0..<view.channels {
            view.channels(from: channel, count: 1).fill(with: channel == known ? 1 : 0)
        }
    }
}
