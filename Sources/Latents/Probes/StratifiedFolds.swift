/// Parts of labelled rows for cross-validation, in each of which every class has the same share, as far as it divides.
public struct StratifiedFolds: Sendable, Equatable {
    /// The part of each row, 0 ..< the number of parts.
    public let folds: [Int]
    /// The number of parts.
    public let count: Int

    /// Divides rows, shuffled by a seed within their class.
    ///
    /// - Parameters:
    ///   - classes: the class of each row, 0 or more.
    ///   - count: the number of parts, 2 or more.
    /// - Throws: `LatentError.setting` for fewer parts, or where a class has fewer rows than there are parts.
    public init(classes: [Int], count: Int, seed: UInt64 = 0) throws(LatentError) {
        guard count >= 2 else { throw .setting(name: "the number of folds", found: "\(count)", expected: "2 or more") }
        var folds = [Int](repeating: 0, count: classes.count)
        // Classes go on where the one before ended, so that parts have the same size.
        var next = 0
        for index in 0...(classes.max() ?? 0) {
            let rows = classes.indices.filter { classes[$0] == index }
            guard rows.isEmpty || rows.count >= count else {
                throw .setting(
                    name: "a class", found: "of \(rows.count) rows", expected: "\(count) or more, one for each fold")
            }
            for place in Sampling.shuffled(rows.count, seed: seed, stream: index) {
                folds[rows[place]] = next
                next = (next + 1) % count
            }
        }
        self.folds = folds
        self.count = count
    }

    /// Returns the rows outside and inside a part.
    public func rows(of fold: Int) -> (training: [Int], test: [Int]) {
        (folds.indices.filter { folds[$0] != fold }, folds.indices.filter { folds[$0] == fold })
    }
}
