import Reports
import Synchronization

/// The tally of what the workers of a run report, which passes it on one event at a time.
final class RunTally: Sendable {
    private struct State {
        var progress = RunProgress()
        var weights: [Double]
        var pixels: [Int]
        var shares: [Double]
        var records: [PictureRecord] = []
        var outputSideFailed = false
        var begin: ContinuousClock.Instant
    }

    private let state: Mutex<State>
    private let observe: @Sendable (BatchEvent) -> Void

    /// Creates a tally; `byteCounts` are those of the pictures to work on, in their order.
    init(byteCounts: [Int64], observe: @escaping @Sendable (BatchEvent) -> Void) {
        let sum = max(1, byteCounts.reduce(0) { $0 + Double($1) })
        var state = State(
            weights: byteCounts.map { Double($0) / sum }, pixels: byteCounts.map { _ in 0 },
            shares: byteCounts.map { _ in 0 }, begin: .now)
        state.progress.total = byteCounts.count
        self.state = Mutex(state)
        self.observe = observe
    }

    /// Records that the picture at `index` has `count` pixels.
    func begin(_ index: Int, pixels count: Int) {
        state.withLock { $0.pixels[index] = max(1, count) }
    }

    /// Records that `count` more pixels of the picture at `index` are done.
    func advance(_ index: Int, pixels count: Int) {
        state.withLock { state in
            let share = state.weights[index] * Double(count) / Double(state.pixels[index])
            state.shares[index] += share
            state.progress.fraction += share
            state.progress.megapixels += Double(count) / 1e6
            observe(.progressed(Self.stamped(&state)))
        }
    }

    /// Records that the picture at `index` has come to its end.
    func finish(_ index: Int, _ record: PictureRecord, isOutputSide: Bool) {
        state.withLock { state in
            // Rounding may have made the parts more than the whole; progress never goes back.
            state.progress.fraction += max(0, state.weights[index] - state.shares[index])
            state.progress.finished += 1
            state.records.append(record)
            if isOutputSide { state.outputSideFailed = true }
            observe(.settled(record, Self.stamped(&state)))
        }
    }

    /// Records an outcome that took no work.
    func settle(_ record: PictureRecord, isOutputSide: Bool = false) {
        state.withLock { state in
            state.records.append(record)
            if isOutputSide { state.outputSideFailed = true }
            observe(.settled(record, Self.stamped(&state)))
        }
    }

    func warn(_ text: String) { state.withLock { _ in observe(.warning(text)) } }

    var result: (records: [PictureRecord], outputSideFailed: Bool, progress: RunProgress) {
        state.withLock { ($0.records, $0.outputSideFailed, Self.stamped(&$0)) }
    }

    private static func stamped(_ state: inout State) -> RunProgress {
        let elapsed = state.begin.duration(to: .now)
        state.progress.seconds = elapsed.seconds
        state.progress.fraction = min(1, state.progress.fraction)
        return state.progress
    }
}

extension Duration {
    /// The duration as a number of seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
