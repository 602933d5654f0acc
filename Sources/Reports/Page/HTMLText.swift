import Foundation
import Mustache
import Quality

/// HTML escaping scalar by scalar. Mustache's own looks at characters, and a quotation mark followed by a combining
/// accent is one character of its own there: it could end an attribute.
struct HTMLText: MustacheContentType {
    static let name = "RETOUCH_HTML"

    func escapeText(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // Control characters are not allowed in HTML, nor noncharacters.
            case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{7F}"..."\u{9F}":
                escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// The text of figures as the page prints them.
enum Figure {
    /// Returns the text of a figure, such as `30.86`, `0.8612` or `∞`; two decimal places, four for SSIM.
    static func text(_ value: Double, metric: Metric) -> String {
        if value.isNaN { return "not a number" }
        if value.isInfinite { return value < 0 ? "−∞" : "∞" }
        let text = String(format: "%.\(metric.decimalPlaces)f", abs(value))
        return value < 0 ? "−" + text : text
    }

    static func gain(_ value: Double, metric: Metric) -> String {
        value.isFinite && value >= 0 ? "+" + text(value, metric: metric) : text(value, metric: metric)
    }

    static func name(metric: Metric) -> String { metric.rawValue.uppercased() }

    /// Returns a duration as `0.25 s`, `83 s`, `25 min` or `2 h 05 min`.
    static func seconds(_ value: Double) -> String {
        guard value.isFinite, value >= 0, value < 1e9 else { return "" }
        if value < 10 { return String(format: "%.2f s", value) }
        if value < 120 { return String(format: "%.0f s", value) }
        let minutes = Int((value / 60).rounded())
        return minutes < 120 ? "\(minutes) min" : String(format: "%d h %02d min", minutes / 60, minutes % 60)
    }
}
