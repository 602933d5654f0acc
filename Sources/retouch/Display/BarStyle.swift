import Batches
import Synchronization

/// One line that is drawn again and again, with failures and warnings above it.
final class BarStyle: ProgressStyle {
    private let lines: EventLines
    private let lastDrawn = Mutex<ContinuousClock.Instant?>(nil)

    init(_ lines: EventLines) { self.lines = lines }

    func show(_ event: BatchEvent) {
        switch event {
        case .began: break
        case .warning(let text):
            if !lines.isQuiet { Console.standardError.write("warning: \(text)\n") }
        case .progressed(let progress): draw(progress, atOnce: false)
        case .settled(let record, let progress):
            if let line = lines.text(record, listsAll: false) {
                Console.standardError.write(line + "\n")
            }
            if progress.total > 0 { draw(progress, atOnce: true) }
        }
    }

    func end(_ result: BatchResult?) { Console.standardError.erase() }

    /// Draws the bar, at most ten times a second unless at once.
    private func draw(_ progress: RunProgress, atOnce: Bool) {
        let now = ContinuousClock.now
        let isDue = lastDrawn.withLock { last in
            if let last, !atOnce, last.duration(to: now) < .milliseconds(100) { return false }
            last = now
            return true
        }
        if isDue { Console.standardError.draw(Self.line(progress, columns: Console.standardError.columnCount)) }
    }

    /// Returns a line as `[######----]  12/48 pictures, 2.10 MP/s, 3 min 20 s left`, never wider than the terminal.
    static func line(_ progress: RunProgress, columns: Int) -> String {
        var text = " \(progress.finished)/\(progress.total) pictures, \(Text.rate(progress.megapixelsPerSecond))"
        if let left = progress.secondsLeft { text += ", \(Text.timeLeft(left)) left" }
        let width = min(30, columns - text.count - 3)
        guard width >= 5 else { return String(text.prefix(max(0, columns - 1))) }
        let filled = min(width, Int(Double(width) * progress.fraction))
        return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled) + "]" + text
    }
}
