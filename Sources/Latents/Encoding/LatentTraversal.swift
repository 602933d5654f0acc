import Synchronization
public import Tensors
public import Workers

/// The effect of each number of a latent: pictures decoded while one number goes from one end of its range to the other, and
/// all others stay. The numbers that change most come first.
public struct LatentTraversal: Sendable {
    /// The pictures of one number.
    public struct Row: Sendable {
        /// The place of the number in the latent.
        public var number: Int
        /// The measure of how much it matters: the mean squared difference of its pictures from the one that was begun with.
        public var change: Double
        /// The decoded pictures, from the lower end to the upper one.
        public var pictures: [PlanarImage]
    }

    /// The rows, by falling change.
    public let rows: [Row]

    /// Decodes the pictures of each number.
    ///
    /// - Parameters:
    ///   - latent: the latent that is begun with.
    ///   - centres, deviations: the middle of each number's range, and what `reach` counts in.
    ///   - reach: half of the range, in deviations.
    ///   - count: the pictures of a row, 2 or more.
    ///   - most: the rows that are kept.
    /// - Throws: `LatentError.setting` where the decoder reads other latents.
    /// - Complexity: `count` decodings for each number.
    public init(
        _ decoder: LatentDecoder, from latent: [Float], centres: [Float], deviations: [Float], reach: Float,
        count: Int, most: Int, loop: ParallelLoop = .serial
    ) throws(LatentError) {
        precondition(count >= 2 && centres.count == latent.count && deviations.count == latent.count)
        let first = try decoder.decode(latent)
        let found = Mutex([Result<Row, LatentError>?](repeating: nil, count: latent.count))
        loop.forEach(latent.count) { _, number in
            let row = Result { () throws(LatentError) in
                var changed = latent
                var pictures: [PlanarImage] = []
                var change = 0.0
                for place in 0..<count {
                    let share = 2 * Float(place) / Float(count - 1) - 1
                    changed[number] = centres[number] + share * reach * deviations[number]
                    let picture = try decoder.decode(changed)
                    for i in 0..<picture.sampleCount {
                        let difference = Double(picture.view.base[i]) - Double(first.view.base[i])
                        change += difference * difference
                    }
                    pictures.append(picture)
                }
                return Row(
                    number: number, change: change / Double(count * first.sampleCount), pictures: pictures)
            }
            found.withLock { $0[number] = row }
        }
        var rows: [Row] = []
        for result in found.withLock({ $0 }) {
            if let row = try result?.get() { rows.append(row) }
        }
        self.rows = Array(rows.sorted { ($1.change, $0.number) < ($0.change, $1.number) }.prefix(most))
    }
}
