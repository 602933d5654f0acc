public import SystemPackage

/// Pairs files of two trees by relative name without extension, never by position: a missing file shifts nothing.
///
/// Where several candidates share a name (`a.png`, `a.jpg`), the one with the very same relative path is taken; else
/// the name is ambiguous. Where no name has a partner, and all names of one side are those of the other with one text
/// behind them (`_out`, `-restored`, `x2`), they are paired without it. All lists keep the order they came in.
public struct Pairing: Sendable {
    /// A text that all names of one side have behind the other side's.
    public struct Suffix: Sendable, Equatable {
        /// The sides of a pairing.
        public enum Side: Sendable { case left, right }

        /// The text.
        public var text: String
        /// The side whose names have it.
        public var side: Side
    }

    /// The index in the right list of each left path's partner, or nil.
    public let partners: [Int?]
    /// Left paths that fit several right ones equally, with those.
    public let ambiguous: [(left: FilePath, candidates: [FilePath])]
    /// Indices of right paths without a left one.
    public let unmatchedRight: [Int]
    /// The text without which names were paired; nil where they were paired as they are.
    public let suffix: Suffix?

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
        if ambiguous.isEmpty, !isMatched.contains(true) {
            if let (suffix, found) = Self.bases(of: right, among: left) {
                for (index, base) in found.enumerated() { partners[base] = index }
                (self.partners, self.ambiguous, unmatchedRight) = (partners, [], [])
                self.suffix = Suffix(text: String(decoding: suffix, as: UTF8.self), side: .right)
                return
            }
            if let (suffix, found) = Self.bases(of: left, among: right) {
                (self.partners, self.ambiguous) = (found, [])
                unmatchedRight = right.indices.filter { !found.contains($0) }
                self.suffix = Suffix(text: String(decoding: suffix, as: UTF8.self), side: .left)
                return
            }
        }
        self.partners = partners
        self.ambiguous = ambiguous
        unmatchedRight = right.indices.filter { !isMatched[$0] }
        suffix = nil
    }

    /// A name without extension, and the folder it lies in.
    private struct Name: Hashable {
        var folder: FilePath
        var stem: [UInt8]

        init(_ path: FilePath) {
            folder = path.removingLastComponent()
            stem = path.lastComponent?.stemBytes ?? []
        }
    }

    /// Returns the one text that all names of `longer` have behind names of `shorter`, and the index of each one's; nil
    /// where there is none, or more than one would do.
    private static func bases(of longer: [FilePath], among shorter: [FilePath]) -> (suffix: [UInt8], bases: [Int])? {
        let names = longer.map(Name.init)
        let indices = Dictionary(zip(shorter.map(Name.init), shorter.indices)) { _, _ in -1 }
        guard let first = names.first, names.count <= shorter.count, indices.count == shorter.count else { return nil }
        let candidates = indices.keys.filter { $0.folder == first.folder && first.stem.starts(with: $0.stem) }
            .map { Array(first.stem[$0.stem.count...]) }.filter(isSuffix)
        var found: (suffix: [UInt8], bases: [Int])?
        for suffix in candidates {
            var bases: [Int] = []
            for name in names where name.stem.count > suffix.count && name.stem.suffix(suffix.count) == suffix[...] {
                var base = name
                base.stem.removeLast(suffix.count)
                if let index = indices[base] { bases.append(index) }
            }
            guard bases.count == names.count, Set(bases).count == bases.count else { continue }
            if found != nil { return nil }
            found = (suffix, bases)
        }
        return found
    }

    /// Returns true for a text that programs put behind names: it begins with a mark, or is a factor such as `x2`.
    private static func isSuffix(_ text: [UInt8]) -> Bool {
        guard let first = text.first, text.count <= 64 else { return false }
        if "_-.+~@ ([".utf8.contains(first) { return true }
        return (first | 0x20) == UInt8(ascii: "x") && text.count > 1 && (0x30...0x39).contains(text[1])
    }

    /// The relative path without extension, by which files are paired.
    ///
    /// Works on bytes: `FilePath.stem` is a String and would merge names that are not Unicode.
    public static func name(_ path: FilePath) -> FilePath {
        guard let last = path.lastComponent, let stem = FilePath.Component(bytes: last.stemBytes) else { return path }
        return path.removingLastComponent().appending(stem)
    }
}
