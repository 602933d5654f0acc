public import SystemPackage

/// Pairs files of two trees by relative name without extension, never by position: a missing file shifts nothing.
///
/// Where several candidates share a name (`a.png`, `a.jpg`), the one with the very same relative path is taken; else
/// the name is ambiguous. All lists keep the order they came in.
public struct Pairing: Sendable {
    /// The index in the right list of each left path's partner, or nil.
    public let partners: [Int?]
    /// Left paths that fit several right ones equally, with those.
    public let ambiguous: [(left: FilePath, candidates: [FilePath])]
    /// Indices of right paths without a left one.
    public let unmatchedRight: [Int]

    /// Pairs relative paths `left` with relative paths `right`.
    ///
    /// - Complexity: O(left + right) look-ups.
    public init(_ left: [FilePath], with right: [FilePath]) {
        var byName: [FilePath: [Int]] = [:]
        for (index, path) in right.enumerated() { byName[Self.name(path), default: []].append(index) }
        var partners: [Int?] = []
        var ambiguous: [(FilePath, [FilePath])] = []
        var isMatched = [Bool](repeating: false, count: right.count)
        for path in left {
            let candidates = byName[Self.name(path)] ?? []
            let partner = candidates.count == 1 ? candidates[0] : candidates.first { right[$0] == path }
            if let partner {
                isMatched[partner] = true
            } else if !candidates.isEmpty {
                ambiguous.append((path, candidates.map { right[$0] }))
                for candidate in candidates { isMatched[candidate] = true }
            }
            partners.append(partner)
        }
        self.partners = partners
        self.ambiguous = ambiguous
        unmatchedRight = right.indices.filter { !isMatched[$0] }
    }

    /// The relative path without extension, by which files are paired.
    ///
    /// Works on bytes: `FilePath.stem` is a String and would merge names that are not Unicode.
    public static func name(_ path: FilePath) -> FilePath {
        guard let last = path.lastComponent, let stem = FilePath.Component(bytes: last.stemBytes) else { return path }
        return path.removingLastComponent().appending(stem)
    }
}
