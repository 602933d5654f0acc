import Batches
import Files
import Foundation
import Reports
import Synchronization

/// A style of JSON lines for other programs: `began`, `progress` (once a second), `picture`, `warning`, `ended`.
final class JSONStyle: ProgressStyle {
    fileprivate struct Line: Encodable {
        var event: String
        var toDo: Int?
        var total: Int?
        var text: String?
        var finished: Int?
        var fraction: Double?
        var megapixels: Double?
        var megapixelsPerSecond: Double?
        var seconds: Double?
        var secondsLeft: Double?
        var record: PictureRecord?
        var restored: Int?
        var skipped: Int?
        var failed: Int?
        var notDone: Int?
        var interrupted: Bool?

        init(_ event: String) { self.event = event }
    }

    private let lastTold = Mutex<ContinuousClock.Instant?>(nil)

    func show(_ event: BatchEvent) {
        var line: Line
        switch event {
        case .began(let toDo, let total):
            line = Line("began")
            line.toDo = toDo
            line.total = total
        case .warning(let text):
            line = Line("warning")
            line.text = text
        case .progressed(let progress):
            let now = ContinuousClock.now
            let isDue = lastTold.withLock { last in
                if let last, last.duration(to: now) < .seconds(1) { return false }
                last = now
                return true
            }
            guard isDue else { return }
            line = Line("progress")
            line.tell(progress)
        case .settled(let record, let progress):
            line = Line("picture")
            line.record = record
            line.tell(progress)
        }
        write(line)
    }

    func end(_ result: BatchResult?) {
        guard let result else { return }
        var line = Line("ended")
        line.restored = result.count(of: .restored)
        line.skipped = result.count(of: .skipped)
        line.failed = result.count(of: .failed)
        line.notDone = result.notDone.isEmpty ? nil : result.notDone.count
        line.interrupted = result.wasInterrupted
        write(line)
    }

    private func write(_ line: Line) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(line) else { return }
        Console.standardError.write(PathText.printable(json: String(decoding: data, as: UTF8.self)) + "\n")
    }
}

extension JSONStyle.Line {
    fileprivate mutating func tell(_ progress: RunProgress) {
        finished = progress.finished
        total = progress.total
        fraction = progress.fraction
        megapixels = progress.megapixels
        megapixelsPerSecond = progress.megapixelsPerSecond
        seconds = progress.seconds
        secondsLeft = progress.secondsLeft
    }
}
