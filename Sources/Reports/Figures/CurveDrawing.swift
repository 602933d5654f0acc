import Foundation

/// A drawing of a curve over the steps of a run as SVG, to stand inside a page: no script, colours from the page's
/// style.
struct CurveDrawing {
    var title: String
    /// The quantity of the values, in the description for readers who do not see the curve.
    var unit: String
    /// The points in the order of x.
    var points: [(x: Double, y: Double)]
    /// The end of the x axis: the steps of the whole run.
    var end: Double
    /// True where equal distances on the y axis are equal ratios.
    var isLogarithmic = false
    /// A level to compare with.
    var level: (y: Double, label: String)?

    private static let width = 480.0
    private static let height = 250.0
    private static let (left, right, top, bottom) = (62.0, 12.0, 12.0, 30.0)

    /// Returns the drawing; nil where fewer than two points have a place on the axes.
    func svg() -> String? {
        let shown = points.filter { $0.y.isFinite && $0.x.isFinite && (!isLogarithmic || $0.y > 0) }
        guard shown.count > 1, end > 0 else { return nil }
        func height(_ y: Double) -> Double { isLogarithmic ? log10(y) : y }
        var values = shown.map { height($0.y) }
        if let level, level.y.isFinite { values.append(height(level.y)) }
        var (low, high) = (values.min() ?? 0, values.max() ?? 1)
        let margin = max((high - low) * 0.06, abs(high) * 1e-3, 1e-9)
        (low, high) = (low - margin, high + margin)
        func x(_ value: Double) -> String {
            Self.text(Self.left + value / end * (Self.width - Self.left - Self.right))
        }
        func y(_ value: Double) -> String {
            Self.text(
                Self.top + (high - value) / (high - low) * (Self.height - Self.top - Self.bottom))
        }
        let last = shown[shown.count - 1]
        var parts = [
            "<svg class=\"curve\" viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\" "
                + "aria-label=\"\(title), \(unit): \(Self.number(last.y)) after \(Int(last.x)) steps\">"
        ]
        for tick in Self.ticks(low, high) {
            let label = Self.number(isLogarithmic ? pow(10, tick) : tick)
            parts.append("<path class=\"grid\" d=\"M\(x(0)) \(y(tick))H\(x(end))\"/>")
            parts.append(
                "<text x=\"\(Self.text(Self.left - 8))\" y=\"\(y(tick))\" dy=\"4\" text-anchor=\"end\">\(label)</text>")
        }
        for share in [0.0, 0.5, 1.0] {
            let anchor = share == 0 ? "start" : share == 1 ? "end" : "middle"
            parts.append(
                "<text x=\"\(x(share * end))\" y=\"\(Self.text(Self.height - 8))\" text-anchor=\"\(anchor)\">"
                    + "\(Self.steps(share * end))</text>")
        }
        if let level, level.y.isFinite {
            parts.append("<path class=\"level\" d=\"M\(x(0)) \(y(height(level.y)))H\(x(end))\"/>")
            parts.append(
                "<text x=\"\(x(end))\" y=\"\(y(height(level.y)))\" dy=\"-5\" text-anchor=\"end\">\(level.label)</text>")
        }
        let line = shown.map { "\(x($0.x)) \(y(height($0.y)))" }.joined(separator: "L")
        parts.append("<path class=\"line\" d=\"M\(line)\"/>")
        parts.append("<circle cx=\"\(x(last.x))\" cy=\"\(y(height(last.y)))\" r=\"3.5\"/></svg>")
        return parts.joined()
    }

    /// Returns two to five round values within the range.
    private static func ticks(_ low: Double, _ high: Double) -> [Double] {
        let rough = (high - low) / 4
        let power = pow(10, floor(log10(rough)))
        let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= rough } ?? rough
        return stride(from: (low / step).rounded(.up) * step, through: high, by: step).map { $0 }
    }

    private static func text(_ value: Double) -> String { String(format: "%.1f", value) }

    static func number(_ value: Double) -> String {
        if value == 0 { return "0" }
        return String(format: abs(value) < 0.001 || abs(value) >= 1e5 ? "%.1e" : "%.4g", value)
    }

    private static func steps(_ value: Double) -> String {
        value >= 10_000 ? String(format: "%gk", (value / 100).rounded() / 10) : "\(Int(value)) "
    }
}
