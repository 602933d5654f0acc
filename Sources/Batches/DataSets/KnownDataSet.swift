import Files
import Latents
public import SystemPackage

/// A set of labelled pictures that many measure on, as other programs install it.
public enum KnownDataSet: String, Sendable, CaseIterable {
    /// Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): 28x28 grey, ten classes of clothes.
    case fashion
    /// The handwritten digits of scikit-learn: 8x8 grey, from the set of Alpaydin and Kaynak in the UCI repository.
    case digits

    /// A part of a set: the files that it is read from, and the stem of the names that it is written under.
    struct Part: Sendable {
        var pictures: String
        var labels: String?
        var stem: String
    }

    /// The file or folder in which Debian's package installs the set.
    public var standardPath: FilePath {
        switch self {
        case .fashion: "/usr/share/datasets/fashion-mnist"
        case .digits: "/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz"
        }
    }

    /// The places where the set is to be had, for a message.
    public var source: String {
        switch self {
        case .fashion:
            "the four IDX files of Debian's package dataset-fashion-mnist, or of github.com/zalandoresearch/fashion-mnist"
        case .digits: "digits.csv.gz of scikit-learn, in Debian's package python3-sklearn or a wheel from PyPI"
        }
    }

    var parts: [Part] {
        switch self {
        case .fashion:
            [
                Part(pictures: "train-images-idx3-ubyte", labels: "train-labels-idx1-ubyte", stem: "train"),
                Part(pictures: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte", stem: "test"),
            ]
        case .digits: [Part(pictures: "digits.csv", stem: "digits")]
        }
    }

    /// The sides of a picture in pixels.
    var side: Int { self == .fashion ? 28 : 8 }

    /// The number that stands for white.
    var white: Float { self == .fashion ? 255 : 16 }

    /// The names of the classes, in the order of their numbers.
    public var classNames: [String] {
        switch self {
        case .fashion:
            ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
        case .digits: (0..<10).map(String.init)
        }
    }
}

/// Writes a known set as arrays (NPY, `[count, height, width]` of 8 bits) and tables of labels (CSV with the columns
/// `row` and `label`), which everything takes that takes data.
public struct DataSetConversion: Sendable {
    private let set: KnownDataSet
    private let source: FilePath
    private let folder: FilePath
    private let overwrites: Bool

    /// Prepares a conversion; nothing is read yet.
    ///
    /// - Parameters:
    ///   - source: the folder or file of the set; nil for where Debian installs it.
    ///   - folder: where the arrays go; it is made where it is missing.
    ///   - overwrites: true where files that are there already are replaced.
    public init(_ set: KnownDataSet, from source: FilePath? = nil, to folder: FilePath, overwrites: Bool = false) {
        self.set = set
        self.source = source ?? set.standardPath
        self.folder = folder
        self.overwrites = overwrites
    }

    /// Reads all parts of the set, and writes them.
    ///
    /// - Returns: the arrays that were written, with their numbers of pictures.
    /// - Throws: `NumberArrayError` for files that are missing or no arrays; `LatentError.setting` for arrays of another
    ///   form, and files that are there already; `FileError`. Then no file is replaced.
    public func run() throws -> [(path: FilePath, count: Int)] {
        let outputs = set.parts.map { part in
            (folder.appending(part.stem + ".npy"), folder.appending(part.stem + ".csv"))
        }
        for path in outputs.flatMap({ [$0.0, $0.1] }) where FileStamp.exists(path) && !overwrites {
            throw LatentError.setting(
                name: "\"\(path.printed)\"", found: "there already", expected: "another folder, or --overwrite")
        }
        let read = try set.parts.map { try self.read($0) }
        try createFolders(at: folder)
        var written: [(path: FilePath, count: Int)] = []
        for (part, (array, table)) in zip(read, outputs) {
            let writer = try NPYWriter(array, sampleShape: [set.side, set.side], of: .bytes)
            let area = set.side * set.side
            for row in part.classes.indices {
                try writer.append(
                    bytes: part.pictures[row * area..<(row + 1) * area].map { UInt8(($0 * 255 / set.white).rounded()) })
            }
            let lines = part.classes.enumerated().map { "\($0),\(set.classNames[$1])\n" }
            try AtomicFile.write(("row,label\n" + lines.joined()).utf8, to: table)
            try writer.commit()
            written.append((array, part.classes.count))
        }
        return written
    }

    /// Reads the pictures of a part, one after the other, and their classes.
    private func read(_ part: KnownDataSet.Part) throws -> (pictures: [Float], classes: [Int]) {
        let path = try file(part.pictures)
        let array = try NumberArray(reading: path)
        let area = set.side * set.side
        let numbers: [Float]
        let pictures: [Float]
        if let labels = part.labels {
            try check(array.shape.dropFirst() == [set.side, set.side], path, "the shape \(array.shape)", set.form)
            pictures = array.elements
            let labels = try file(labels)
            let found = try NumberArray(reading: labels)
            try check(
                found.shape == [array.count], labels, "the shape \(found.shape)", "one label for each of \(array.count)"
            )
            numbers = found.elements
        } else {
            try check(array.shape.dropFirst() == [area + 1], path, "the shape \(array.shape)", set.form)
            pictures = (0..<array.count).flatMap { array.elements[$0 * (area + 1)..<$0 * (area + 1) + area] }
            numbers = (0..<array.count).map { array.elements[$0 * (area + 1) + area] }
        }
        let stranger = pictures.first { !(0...set.white).contains($0) }
        try check(stranger == nil, path, "the number \(stranger ?? 0)", "0 to \(set.white)")
        let classes = numbers.compactMap { Int(exactly: $0) }.filter { set.classNames.indices.contains($0) }
        try check(classes.count == numbers.count, path, "labels that are no classes", "0 to 9")
        return (pictures, classes)
    }

    private func check(
        _ isValid: Bool, _ path: FilePath, _ found: @autoclosure () -> String, _ expected: @autoclosure () -> String
    ) throws(NumberArrayError) {
        guard isValid else { throw NumberArrayError(path: path.printed, found: found(), expected: expected()) }
    }

    /// Returns the file of that name in the source, compressed or not, or the source itself where it is a file.
    private func file(_ name: String) throws(NumberArrayError) -> FilePath {
        guard FileStamp.isFolder(source) else {
            try check(FileStamp.exists(source), source, "no content", "\(set.source): see --from")
            return source
        }
        let found = [name, name + ".gz"].map { source.appending($0) }.first { FileStamp.exists($0) }
        guard let found else {
            throw NumberArrayError(
                path: source.printed, found: "no file \(name) or \(name).gz", expected: "\(set.source): see --from")
        }
        return found
    }
}

extension KnownDataSet {
    /// The form of its arrays, for a message.
    fileprivate var form: String {
        self == .fashion ? "[count, \(side), \(side)]" : "\(side * side) numbers and the label in each row"
    }
}
