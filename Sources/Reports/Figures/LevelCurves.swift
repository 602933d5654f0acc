import Foundation
import Quality

/// A drawing of figures against the level of a corruption as SVG, one line for each method, to stand inside a page: no
/// script, colours and dashes from the page's style.
struct LevelCurves {
    /// The line of one method.
    struct Series {
        var name: String
        /// The points in the order of level; figures are PSNR in dB.
        var points: [(level: Double, figure: Double)]
    }

    /// The name under the axis, such as `gaussian`.
    var corruption: String
    var series: [Series]

    private static let width = 560.0
    private static let height = 320.0
    private static let (left, right, top, bottom) = (48.0, 16.0, 14.0, 44.0)
    /// The number of lines that the style distinguishes.
    static let styleCount = 6

    /// Returns the curves of every corruption that a table has at two levels or more: `gaussian:15` and `gaussian:25`,
    /// or `jpeg:10:sampling=420` and `jpeg:40:sampling=420`.
    static func curves(of table: PaperTable) -> [LevelCurves] {
        var order: [String] = []
        var levels: [String: [(level: Double, corruption: String)]] = [:]
        for case let corruption? in table.corruptions {
            let parts = corruption.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            // A corruption of several steps has no single level.
            guard parts.count >= 2, !corruption.contains("+"), let level = Double(parts[1]), level.isFinite else {
                continue
            }
            let kind = parts.count == 2 ? String(parts[0]) : "\(parts[0]) (\(parts[2]))"
            if levels[kind] == nil { order.append(kind) }
            levels[kind, default: []].append((level, corruption))
        }
        return order.compactMap { kind in
            let levels = (levels[kind] ?? []).sorted { $0.level < $1.level }
            let series = table.methods.compactMap { method -> Series? in
                let points = levels.compactMap { level, corruption in
                    table.statistics(method, corruption, \.psnr).map { (level: level, figure: $0.mean) }
                }.filter(\.figure.isFinite)
                return points.isEmpty ? nil : Series(name: method, points: points)
            }
            return levels.count > 1 && !series.isEmpty ? LevelCurves(corruption: kind, series: series) : nil
        }
    }

    /// Returns the drawing, with a description for readers who do not see it.
    func svg() -> String {
        func escaped(_ text: String) -> String { HTMLText().escapeText(text) }
        let levels = Array(Set(series.flatMap { $0.points.map(\.level) })).sorted()
        let figures = series.flatMap { $0.points.map(\.figure) }
        let (least, greatest) = (figures.min() ?? 0, figures.max() ?? 1)
        let step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20].first { (greatest - least) / $0 <= 6 } ?? 50
        let low = ((least - step / 4) / step).rounded(.down) * step
        let high = max(((greatest + step / 4) / step).rounded(.up) * step, low + step)
        let (first, last) = (levels.first ?? 0, levels.last ?? 1)
        let inset = 22.0
        func x(_ level: Double) -> Double {
            let share = last > first ? (level - first) / (last - first) : 0.5
            return Self.left + inset + share * (Self.width - Self.left - Self.right - 2 * inset)
        }
        func y(_ figure: Double) -> Double {
            Self.top + (high - figure) / (high - low) * (Self.height - Self.top - Self.bottom)
        }
        let description = series.map { line in
            "\(line.name): "
                + line.points.map { "\(Self.text($0.figure, 2)) dB at \(Self.level($0.level))" }
                .joined(separator: ", ")
        }.joined(separator: "; ")
        var svg =
            "<svg class=\"levels\" viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\" "
            + "aria-label=\"\(escaped("Mean PSNR against the level of \(corruption). \(description)"))\">"
        let right = Self.text(Self.width - Self.right)
        for tick in stride(from: low, through: high + step / 2, by: step) {
            svg += "<path class=\"grid\" d=\"M\(Self.text(Self.left)) \(Self.text(y(tick)))H\(right)\"/>"
            svg += "<text x=\"\(Self.text(Self.left - 8))\" y=\"\(Self.text(y(tick)))\" dy=\"4\" text-anchor=\"end\">"
            svg += "\(Self.text(tick, step < 1 ? 1 : 0))</text>"
        }
        for level in levels {
            svg += "<text x=\"\(Self.text(x(level)))\" y=\"\(Self.text(Self.height - 26))\" text-anchor=\"middle\">"
            svg += "\(Self.level(level))</text>"
        }
        svg += "<text class=\"axis\" x=\"\(Self.text((Self.left + Self.width - Self.right) / 2))\" "
        svg += "y=\"\(Self.text(Self.height - 6))\" text-anchor=\"middle\">\(escaped(corruption))</text>"
        for (index, line) in series.enumerated() {
            let path = line.points.map { "\(Self.text(x($0.level))) \(Self.text(y($0.figure)))" }
            svg +=
                "<g class=\"s\(index % Self.styleCount)\"><path class=\"line\" d=\"M\(path.joined(separator: "L"))\"/>"
            for point in line.points {
                svg += "<circle cx=\"\(Self.text(x(point.level)))\" cy=\"\(Self.text(y(point.figure)))\" r=\"4\">"
                svg += "<title>\(escaped(line.name)), \(escaped(corruption)) \(Self.level(point.level)): "
                svg += "\(Self.text(point.figure, 2)) dB</title></circle>"
            }
            svg += "</g>"
        }
        return svg + "</svg>"
    }

    private static func text(_ value: Double, _ places: Int = 1) -> String { String(format: "%.\(places)f", value) }

    private static func level(_ value: Double) -> String { String(format: "%g", value) }
}
