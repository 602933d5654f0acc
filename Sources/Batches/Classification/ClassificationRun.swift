public import Imaging
import Latents
public import Networks
import Reports
public import SystemPackage
import Tensors
public import Workers

/// Tells the classes of all pictures of a folder or an array, and how many are right where labels are known.
///
/// The findings do not depend on the number of workers.
public struct ClassificationRun: Sendable {
    /// The outcome of a run.
    public struct Result: Sendable {
        /// The names of the classes.
        public var names: [String]
        /// A picture whose class was told.
        public struct Row: Sendable, Equatable {
            /// The name of the picture, by which a file with labels knows it: the number of an array's.
            public var path: String
            /// Its label; an empty text where it has none.
            public var label: String
            /// The name of the class that it was told to be.
            public var found: String
            /// The chance that the network gives the class, 0...1.
            public var chance: Double
        }
        /// The pictures, in order.
        public var rows: [Row]
        /// The reasons for pictures whose class could not be told.
        public var failures: [String]
        /// True where the run was interrupted.
        public var wasInterrupted: Bool
    }

    private let classifier: PictureClassifier
    private let data: PictureData
    private let interruption: Interruption

    /// The number of pictures.
    public var count: Int { data.count }
    /// The warnings of the search for pictures.
    public var warnings: [String] { data.warnings }

    /// Searches for the pictures and their labels.
    ///
    /// - Parameters:
    ///   - labels: a file with labels, each a class of the model; nil for the folders that pictures lie in, where these
    ///     are called as classes.
    ///   - byteLimit: the bytes that the pictures may take which are under way together, or those of an array.
    /// - Throws: `LatentError`, `NumberArrayError`.
    public init(
        _ path: FilePath, labels: FilePath? = nil, model: Model, byteLimit: Int,
        maximumPixels: Int = PictureLimits().maximumPixels, damaged: DamagePolicy = .reject,
        interruption: Interruption = .init()
    ) throws {
        classifier = try PictureClassifier(model)
        self.interruption = interruption
        data = try PictureData(
            path, labels: labels, side: classifier.side, channels: classifier.network.inputChannels,
            byteLimit: byteLimit, maximumPixels: maximumPixels, damaged: damaged, interruption: interruption)
        let known = Set(classifier.names)
        if labels != nil, let stranger = data.labels.first(where: { !$0.isEmpty && !known.contains($0) }) {
            throw LatentError.setting(
                name: "the label '\(stranger)'", found: "no class of the model",
                expected: "one of \(classifier.names.joined(separator: ", "))")
        }
    }

    /// Tells the classes of the pictures.
    ///
    /// - Throws: `LatentError`.
    public func run(on team: WorkerTeam) throws -> Result {
        let classifier = classifier
        let (found, faults) = try data.findings(
            on: team, bytes: { classifier.byteCount(height: $0, width: $1) },
            looking: { try classifier.classify($0) })
        let known = Set(classifier.names)
        return Result(
            names: classifier.names,
            rows: found.map { row, finding in
                let label = data.labels[row]
                return .init(
                    path: data.isArray ? "\(row)" : data.paths[row], label: known.contains(label) ? label : "",
                    found: classifier.names[finding.index], chance: finding.chance)
            }, failures: data.failures + faults, wasInterrupted: interruption.isRequested)
    }
}

extension ClassificationRun.Result {
    /// The pictures of a class, and those that were told to be of it.
    public struct Share: Sendable, Equatable {
        /// The name of the class.
        public var name: String
        /// The number of pictures with this label.
        public var count = 0
        /// The number of those that were told to be of the class.
        public var right = 0
        /// The number of pictures with another label that were told to be of the class.
        public var mistaken = 0
    }

    /// The classes of labelled pictures.
    public var shares: [Share] {
        var shares = names.map { Share(name: $0) }
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        for row in rows {
            guard let label = places[row.label], let found = places[row.found] else { continue }
            shares[label].count += 1
            if label == found { shares[label].right += 1 } else { shares[found].mistaken += 1 }
        }
        return shares
    }

    /// The share of labelled pictures whose class is right, 0...1; nil where none has a label.
    public var accuracy: Double? {
        let (count, right) = shares.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.right) }
        return count > 0 ? Double(right) / Double(count) : nil
    }

    /// Returns the pictures as a table after RFC 4180 (lines end with `\n`): the columns `name`, `label` (the class that
    /// was found), `chance` and `known`, the label that was known before. `--labels` reads it.
    public func csv() -> String {
        rows.reduce(into: CSV.line(["name", "label", "chance", "known"])) { text, row in
            text += CSV.line(
                [CSV.path(row.path), CSV.prose(row.found), CSV.number(row.chance), CSV.prose(row.label)])
        }
    }
}
