package import Imaging

extension PixelMask {
    /// Returns the largest distance of a set pixel from one that is not set, at most `limit`: rows and columns count,
    /// whichever are more (the chessboard distance, in two passes after Rosenfeld and Pfaltz 1966). Beyond the mask
    /// everything is set: nothing is known there.
    ///
    /// - Complexity: linear in the pixels; in place where nobody else holds the mask.
    package consuming func depth(upTo limit: Int) -> Int {
        precondition((1...255).contains(limit))
        let far = UInt8(limit)
        let (height, width) = (height, width)
        var distances = self
        for y in 0..<height {
            distances.withMutableRow(y) { row in
                for x in 0..<row.count { row[x] = row[x] >= PixelMask.setLevel ? 255 : 0 }
            }
        }
        var deepest: UInt8 = 0
        func pass(rows: some Sequence<Int>, isBackward: Bool) {
            var last = [UInt8](repeating: far, count: width)
            for y in rows {
                distances.withMutableRow(y) { row in
                    deepest = isBackward ? deepest : 0
                    for step in 0..<row.count {
                        let x = isBackward ? row.count - 1 - step : step
                        guard row[x] > 0 else { continue }
                        var least = min(last[x], last[max(0, x - 1)], last[min(row.count - 1, x + 1)])
                        let side = isBackward ? x + 1 : x - 1
                        if row.count > side, side >= 0 { least = min(least, row[side]) }
                        let here = least >= far ? far : least + 1
                        row[x] = isBackward ? min(row[x], here) : here
                        if isBackward { deepest = max(deepest, row[x]) }
                    }
                    for x in 0..<row.count { last[x] = row[x] }
                }
            }
        }
        pass(rows: 0..<height, isBackward: false)
        pass(rows: (0..<height).reversed(), isBackward: true)
        return Int(deepest)
    }
}
