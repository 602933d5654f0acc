import Synchronization
import Tensors

/// A check for a result that is constant although the original is not: the sign of a broken network.
final class Constancy: Sendable {
    private let original: Mutex<ConstancyCheck>
    private let result: Mutex<ConstancyCheck>

    init(channels: Int) {
        original = Mutex(ConstancyCheck(channels: channels))
        result = Mutex(ConstancyCheck(channels: channels))
    }

    func addOriginal(_ view: PlanarView) { original.withLock { $0.add(view) } }
    func addResult(_ view: PlanarView) { result.withLock { $0.add(view) } }

    /// The value of the constant result, where the original is not constant too.
    var unexpectedValue: Float? {
        original.withLock { $0.constantValue } == nil ? result.withLock { $0.constantValue } : nil
    }
}

/// A check that all samples seen so far have the first value of their channel.
private struct ConstancyCheck {
    private var first: [UInt32?]
    private var differs = false

    init(channels: Int) { first = Array(repeating: nil, count: channels) }

    /// The value of the first sample of the first channel; nil before any, and once a sample differs from its channel's
    /// first.
    var constantValue: Float? {
        guard !differs, let bits = first[0] else { return nil }
        return Float(bitPattern: bits)
    }

    /// Checks the first channels of `view`, as many as the check was made for.
    mutating func add(_ view: PlanarView) {
        guard !differs, view.height > 0, view.width > 0 else { return }
        for c in first.indices {
            let value = first[c] ?? view.row(c, 0)[0].bitPattern
            first[c] = value
            for y in 0..<view.height {
                let row = view.row(c, y)
                var difference: UInt32 = 0
                for x in 0..<view.width { difference |= row[x].bitPattern ^ value }
                if difference != 0 {
                    differs = true
                    return
                }
            }
        }
    }
}

extension PlanarView {
    /// True where every sample is finite.
    var isFinite: Bool {
        for c in 0..<channels {
            for y in 0..<height {
                let row = row(c, y)
                var isBad = false
                for x in 0..<width { isBad = isBad || row[x].bitPattern & 0x7F80_0000 == 0x7F80_0000 }
                if isBad { return false }
            }
        }
        return true
    }

    /// Sets this one channel to the mean of the channels of `source`.
    func average(of source: PlanarView) {
        for y in 0..<height {
            let row = row(0, y)
            row.update(from: source.row(0, y), count: width)
            for c in 1..<source.channels {
                let other = source.row(c, y)
                for x in 0..<width { row[x] += other[x] }
            }
            let count = Float(source.channels)
            for x in 0..<width { row[x] /= count }
        }
    }

    /// Replaces each restored sample by `original + strength * (sample - original)`, then adds the kept share of the mean
    /// over the channels of what that took off.
    func blend(with original: PlanarView, _ settings: RestorationSettings) {
        if settings.strength != 1 {
            for c in 0..<channels {
                for y in 0..<height {
                    let row = row(c, y)
                    let other = original.row(c, y)
                    for x in 0..<width { row[x] = other[x] + settings.strength * (row[x] - other[x]) }
                }
            }
        }
        guard let kept = settings.keptGrain else { return }
        let share = kept / Float(channels)
        for y in 0..<height {
            let (rows, others) = ((0..<channels).map { row($0, y) }, (0..<channels).map { original.row($0, y) })
            for x in 0..<width {
                var taken: Float = 0
                for c in 0..<channels { taken += others[c][x] - rows[c][x] }
                for c in 0..<channels { rows[c][x] += share * taken }
            }
        }
    }
}
