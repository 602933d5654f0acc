import Files
public import Foundation
import Imaging
import Mustache
public import SystemPackage
public import Tensors

/// The scores of one picture.
public struct AnomalyRow: Sendable, Equatable {
    /// The name of the picture in its folder.
    public var name: String
    /// The score: 1 at the threshold, and the higher, the less the picture is like the good ones.
    public var score: Double
    /// The mean of the largest 1/500 of the damage mask, 0...1; of an autoencoder the mean squared error of what it
    /// makes of the picture.
    public var damage: Double
    /// The distance from the good pictures, in standard deviations of theirs.
    public var distance: Double
    /// True where the score is above 1.
    public var isAnomalous: Bool { score > 1 }

    /// Creates the scores of a picture.
    public init(name: String, score: Double, damage: Double, distance: Double) {
        self.name = name
        self.score = score
        self.damage = damage
        self.distance = distance
    }
}

/// The record of a search for anomalies, as `anomalies.csv` and `anomalies.html`.
public struct AnomalyReport: Sendable {
    /// The figure that the pictures are judged by beside the distance.
    public enum Measure: String, Sendable {
        /// The damage that a network masks.
        case damage
        /// The error of an autoencoder's reconstruction.
        case error
    }

    /// The figure that the pictures are judged by beside the distance.
    public var measure: Measure
    /// The name in the page's title.
    public var name: String
    /// The name of the program, in the page's subtitle.
    public var program: String
    /// The date in the page's subtitle.
    public var date: Date
    /// The pictures that others are compared with, such as `120 good pictures`.
    public var reference: String
    /// The damage and the distance at which the score is 1.
    public var thresholds: (damage: Double, distance: Double)
    /// The rows by falling score, those of one score by name.
    public private(set) var rows: [AnomalyRow]

    /// The number of pictures that are shown; the others are in the table alone.
    public static let shownPictures = 100
    private static let shownSide = 360

    /// Creates a report and sorts `rows` by falling score.
    public init(
        measure: Measure = .damage, name: String, program: String, date: Date, reference: String,
        thresholds: (damage: Double, distance: Double), rows: [AnomalyRow]
    ) {
        self.measure = measure
        self.name = name
        self.program = program
        self.date = date
        self.reference = reference
        self.thresholds = thresholds
        self.rows = rows.sorted { ($1.score, $0.name) < ($0.score, $1.name) }
    }

    /// Returns the table: name, verdict, score, damage and distance of each picture.
    public func csv() -> String {
        rows.reduce(CSV.line(["picture", "anomalous", "score", measure.rawValue, "distance"])) { text, row in
            text
                + CSV.line(
                    [CSV.path(row.name), "\(row.isAnomalous)"]
                        + [row.score, row.damage, row.distance].map { RecordedNumber.text(of: $0) })
        }
    }

    /// The two views of a picture on the page: itself, and its grey version under the damage mask, both downsampled.
    public struct Views: Sendable {
        let picture: PlanarImage
        let mask: PlanarImage

        /// - Parameters:
        ///   - picture: the picture, of one channel or three.
        ///   - mask: the damage mask, one channel of the same size in 0...1: red from a tenth on.
        public init(picture: PlanarImage, mask: PlanarImage) {
            let factor = max(1, Double(max(picture.height, picture.width)) / Double(shownSide))
            let (height, width) = (
                max(1, Int(Double(picture.height) / factor)), max(1, Int(Double(picture.width) / factor))
            )
            self.picture = picture.converted(toChannels: 3).resampled(toHeight: height, width: width)
            let strength = mask.resampled(toHeight: height, width: width)
            let grey = picture.converted(toChannels: 1).resampled(toHeight: height, width: width)
            let drawn = PlanarImage(channels: 3, height: height, width: width)
            for y in 0..<height {
                let (share, level) = (strength.view.row(0, y), grey.view.row(0, y))
                for (c, red) in [Float(0.9), 0.1, 0.05].enumerated() {
                    let row = drawn.view.row(c, y)
                    for x in 0..<width {
                        let opacity = max(0, min(1, (share[x] - 0.1) / 0.9))
                        row[x] = (0.3 + 0.5 * level[x]) * (1 - opacity) + red * opacity
                    }
                }
            }
            self.mask = drawn
        }
    }

    /// Writes the files into `folder`, and the views of the first rows into `pictures/` there.
    ///
    /// - Throws: `FileError`, `PictureError`.
    public func write(to folder: FilePath, views: (AnomalyRow) throws -> Views?) throws {
        try createFolders(at: folder.appending("pictures"))
        var shown: [[String: Any]] = []
        for (index, row) in rows.prefix(Self.shownPictures).enumerated() {
            guard let views = try views(row) else { continue }
            let stem = "pictures/\(String(format: "%04d", index + 1))"
            for (suffix, image) in [("", views.picture), ("-mask", views.mask)] {
                try Picture(image).write(to: folder.pushing(FilePath("\(stem)\(suffix).jpg")), as: .jpeg, quality: 88)
            }
            shown.append([
                "name": row.name, "score": Self.text(row.score), "isAnomalous": row.isAnomalous,
                "detail": detail(row), "picture": "\(stem).jpg", "mask": "\(stem)-mask.jpg",
                "width": views.picture.width, "height": views.picture.height,
            ])
        }
        try AtomicFile.write(csv().utf8, to: folder.appending("anomalies.csv"))
        try AtomicFile.write(try html(shown).utf8, to: folder.appending("anomalies.html"))
    }

    private static func text(_ score: Double) -> String { String(format: "%.2f", score) }

    private func detail(_ row: AnomalyRow) -> String {
        switch measure {
        case .damage: String(format: "damage %.1f %%, distance %.2f", row.damage * 100, row.distance)
        case .error: String(format: "error %.3g, distance %.2f", row.damage, row.distance)
        }
    }

    private var thresholdText: String {
        switch measure {
        case .damage:
            String(format: "a damage of %.1f %%, a distance of %.2f", thresholds.damage * 100, thresholds.distance)
        case .error: String(format: "an error of %.3g, a distance of %.2f", thresholds.damage, thresholds.distance)
        }
    }

    private var explanation: String {
        switch measure {
        case .damage: "what the model takes for damage; the figure is the mean of the reddest five-hundredth"
        case .error: "where the model makes something else of the picture; the error is a mean square"
        }
    }

    /// Returns the page.
    ///
    /// - Throws: a template's error, which only a fault of the template itself can cause.
    private func html(_ shown: [[String: Any]]) throws -> String {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        let count = rows.count { $0.isAnomalous }
        return try MustacheTemplate(string: Self.template).render([
            "style": ReportPage.style + Self.style, "title": "Anomalies in \(name)",
            "subtitle": "\(program), \(RunReport.text(of: date))",
            "summary": "\(count) of \(rows.count) pictures are unlike the \(reference)",
            "thresholds": thresholdText, "explanation": explanation, "shown": shown,
            "rest": rows.dropFirst(Self.shownPictures).map { row -> [String: Any] in
                ["name": row.name, "score": Self.text(row.score), "detail": detail(row)]
            },
            "hasRest": rows.count > Self.shownPictures,
        ])
    }

    private static let style = TrainingPage.card + PageResource.text(PackageResources.anomalies_css)

    private static let template =
        TrainingPage.head + PageResource.text(PackageResources.anomalies_mustache)
}
