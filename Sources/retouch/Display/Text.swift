import Files
import Foundation

/// Formats numbers as people read them.
enum Text {
    static func time(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "a long time" }
        if seconds < 0.1 { return String(format: "%.0f ms", seconds * 1000) }
        if seconds < 10 { return String(format: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// Returns a time in whole seconds, rounded up, or in minutes and hours from a minute on.
    static func timeLeft(_ seconds: Double) -> String {
        (0..<60).contains(seconds) ? "\(Int(seconds.rounded(.up))) s" : time(seconds)
    }

    static func bytes(_ count: Int) -> String {
        count < 10 << 20 ? "\(count >> 10) KiB" : count < 10 << 30 ? "\(count >> 20) MiB" : "\(count >> 30) GiB"
    }

    static func megapixels(_ count: Double) -> String {
        String(format: count < 10 ? "%.2f" : "%.1f", count) + " megapixels"
    }

    static func rate(_ megapixelsPerSecond: Double) -> String { String(format: "%.2f MP/s", megapixelsPerSecond) }
}

extension Text {
    /// Returns indented JSON, keys sorted, and a line's end.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return PathText.printable(json: String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
    }

    static func decibels(_ value: Double) -> String { String(format: "%.2f dB", value) }
}
