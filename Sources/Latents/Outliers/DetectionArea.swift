/// The area under the receiver operating characteristic: the chance that one of those that are looked for has a higher
/// score than one of the others, equal scores counting half (Hanley and McNeil 1982).
public enum DetectionArea {
    /// Returns the area, 0...1; nil where one of both kinds is missing.
    ///
    /// - Parameter isSought: true for those that are to have high scores, one for each score.
    public static func area(_ scores: [Double], isSought: [Bool]) -> Double? {
        precondition(scores.count == isSought.count)
        let sought = isSought.count { $0 }
        let others = isSought.count - sought
        guard sought > 0, others > 0 else { return nil }
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        // The sum of ranks, equal scores having the mean of theirs.
        var (sum, place) = (0.0, 0)
        while place < order.count {
            var end = place
            while end < order.count, scores[order[end]] == scores[order[place]] { end += 1 }
            let rank = Double(place + 1 + end) / 2
            sum += rank * Double(order[place..<end].count { isSought[$0] })
            place = end
        }
        return (sum - Double(sought) * Double(sought + 1) / 2) / (Double(sought) * Double(others))
    }
}
