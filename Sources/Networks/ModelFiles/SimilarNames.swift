/// Finds the names that a mistyped one may stand for.
package enum SimilarNames {
    /// Returns those of `names` that are near `name`, the nearest first, three at most: a third of its letters may be
    /// wrong, missing, in excess or exchanged with their neighbour, whatever their case, or it is the beginning of the
    /// other.
    package static func of(_ name: String, among names: [String]) -> [String] {
        let wanted = Array(name.lowercased())
        guard !wanted.isEmpty else { return [] }
        return names.map { candidate -> (name: String, distance: Int) in
            let other = Array(candidate.lowercased())
            let isBeginning = wanted.count >= 3 && other != wanted && other.starts(with: wanted)
            return (candidate, isBeginning ? 1 : distance(wanted, other))
        }
        .filter { $0.distance <= max(1, wanted.count / 3) }
        .sorted {
            ($0.distance, $0.name == name ? 0 : 1, $0.name) < ($1.distance, $1.name == name ? 0 : 1, $1.name)
        }
        .prefix(3).map(\.name)
    }

    /// Returns the number of letters that must be changed, inserted, removed or exchanged with their neighbour (the
    /// restricted distance of Damerau and Levenshtein).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var rows = [Array(0...b.count)]
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
