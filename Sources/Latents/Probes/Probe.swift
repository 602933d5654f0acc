import Foundation
public import Workers

/// The accuracy with which labels can be told from vectors, by classifiers that know nothing else: logistic regression on
/// numbers of mean 0 and deviation 1, and the majority of the nearest neighbours. Cross-validated, or with few labels:
/// some of each class are known, drawn by a seed, and all other rows are asked for.
public struct Probe: Sendable, Equatable {
    /// The accuracies of a classifier, one a part or draw.
    public struct Accuracy: Sendable, Equatable {
        /// The share of right classes in each part, 0...1; of few labels, with each draw of them.
        public var folds: [Double]

        /// The mean over the parts.
        public var mean: Double { folds.reduce(0, +) / Double(max(1, folds.count)) }

        /// The standard deviation over the parts (divided by one less than their number).
        public var deviation: Double {
            let sum = folds.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return (sum / Double(max(1, folds.count - 1))).squareRoot()
        }
    }

    /// The settings of the classifiers.
    public struct Settings: Sendable, Equatable {
        /// The number of parts, 2 or more; of few labels the number of draws, 1 or more.
        public var folds = 5
        /// The labels of each class that are known, 1 or more; nil for cross-validation.
        public var labelsPerClass: Int?
        /// The number of nearest neighbours that have a say, 1 or more.
        public var neighbours = 5
        /// The strength of the logistic regression, see ``LogisticRegression``.
        public var strength = 1.0
        /// The seed of the parts; of few labels that of the first draw, the next ones have the next seeds.
        public var seed: UInt64 = 0

        /// Creates the usual settings.
        public init() {}
    }

    /// The accuracy of the logistic regression.
    public let logistic: Accuracy
    /// The accuracy of the nearest neighbours.
    public let neighbours: Accuracy
    /// The share of the most frequent class: what is reached without looking.
    public let baseline: Double
    /// The names of the classes.
    public let classNames: [String]
    /// The number of rows with a label.
    public let rowCount: Int

    /// Probes the rows of a table that have a label.
    ///
    /// - Throws: `LatentError.setting` for fewer than two classes, or a class with fewer rows than parts or known labels.
    public init(_ table: LatentTable, settings: Settings = .init(), loop: ParallelLoop = .serial) throws(LatentError) {
        let labels = try ClassLabels(table.labels)
        let labelled = table.entries.indices.filter { labels.classes[$0] != nil }
        let classes = labelled.compactMap { labels.classes[$0] }
        guard labels.names.count >= 2 else {
            throw .setting(name: "labels", found: "of one class", expected: "of two or more")
        }
        let splits = try Self.splits(of: classes, settings)
        let dimension = table.dimension
        var (logistic, neighbours) = ([Double](), [Double]())
        for (training, test) in splits {
            func elements(_ rows: [Int]) -> [Float] { rows.flatMap { table.row(labelled[$0]) } }
            let (known, asked) = (elements(training), elements(test))
            let (knownClasses, expected) = (training.map { classes[$0] }, test.map { classes[$0] })
            func accuracy(_ found: [Int]) -> Double {
                Double(zip(found, expected).count { $0 == $1 }) / Double(max(1, expected.count))
            }
            let scaling = Standardisation(known, dimension: dimension)
            let regression = LogisticRegression(
                scaling.applied(to: known), dimension: dimension, classes: knownClasses,
                classCount: labels.names.count, strength: settings.strength, tolerance: 1e-5, loop: loop)
            logistic.append(accuracy(regression.classes(of: scaling.applied(to: asked))))
            let classifier = NeighbourClassifier(
                known, dimension: dimension, classes: knownClasses, neighbours: settings.neighbours)
            neighbours.append(accuracy(classifier.classes(of: asked, loop: loop)))
        }
        self.logistic = Accuracy(folds: logistic)
        self.neighbours = Accuracy(folds: neighbours)
        var sizes = [Int](repeating: 0, count: labels.names.count)
        for index in classes { sizes[index] += 1 }
        baseline = Double(sizes.max() ?? 0) / Double(max(1, classes.count))
        classNames = labels.names
        rowCount = classes.count
    }

    /// Returns the rows that are known and those that are asked for, of each part or draw.
    private static func splits(
        of classes: [Int], _ settings: Settings
    ) throws(LatentError) -> [(training: [Int], test: [Int])] {
        guard let known = settings.labelsPerClass else {
            let folds = try StratifiedFolds(classes: classes, count: settings.folds, seed: settings.seed)
            return (0..<folds.count).map { folds.rows(of: $0) }
        }
        guard settings.folds >= 1 else {
            throw .setting(name: "the number of draws", found: "\(settings.folds)", expected: "1 or more")
        }
        let labels = try ClassLabels(classes.map { "\($0)" })
        var splits: [(training: [Int], test: [Int])] = []
        for draw in 0..<settings.folds {
            let drawn = try labels.thinned(perClass: known, seed: settings.seed &+ UInt64(draw)).classes
            let rows = (drawn.indices.filter { drawn[$0] != nil }, drawn.indices.filter { drawn[$0] == nil })
            guard !rows.1.isEmpty else {
                throw .setting(
                    name: "labels of a class", found: "\(known)", expected: "fewer, so that rows are left to ask for")
            }
            splits.append(rows)
        }
        return splits
    }
}

/// Numbers of mean 0 and deviation 1, as measured on some vectors; those that never change become 0.
struct Standardisation {
    private let means: [Double]
    private let factors: [Double]

    init(_ elements: [Float], dimension: Int) {
        let (means, variances) = RowStatistics.moments(elements, dimension: dimension)
        self.means = means
        factors = variances.map { $0 > 1e-20 ? 1 / $0.squareRoot() : 0 }
    }

    func applied(to elements: [Float]) -> [Float] {
        elements.indices.map { place in
            let column = place % means.count
            return Float((Double(elements[place]) - means[column]) * factors[column])
        }
    }
}
