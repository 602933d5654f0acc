/// Labels of which some turn out to be one (union-find, with paths halved): each has a root, the least label that it was
/// joined with.
package struct JoinedLabels: Sendable {
    private var parents: [Int]

    /// Creates the labels 0 ..< `count`, each by itself.
    package init(count: Int = 0) { parents = Array(0..<count) }

    /// Adds a label and returns it.
    @discardableResult
    package mutating func append() -> Int {
        parents.append(parents.count)
        return parents.count - 1
    }

    /// Returns the least of the labels that this one was joined with.
    package mutating func root(of label: Int) -> Int {
        var label = label
        while parents[label] != label {
            parents[label] = parents[parents[label]]
            label = parents[label]
        }
        return label
    }

    /// Joins two labels and returns their common root, and the root that is none any more; nil where they were one.
    @discardableResult
    package mutating func join(_ a: Int, _ b: Int) -> (root: Int, other: Int)? {
        let (a, b) = (root(of: a), root(of: b))
        guard a != b else { return nil }
        parents[max(a, b)] = min(a, b)
        return (min(a, b), max(a, b))
    }
}
