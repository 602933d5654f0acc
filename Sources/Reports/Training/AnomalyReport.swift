import Files
public import Foundation
import Imaging
import Mustache
public import SystemPackage
public import Tensors

/// One picture's scores.
public struct AnomalyRow: Sendable, Equatable {
    /// As the folder names it.
    public var name: String
    /// 1 at the threshold, the higher the less like the good pictures.
    public var score: Double
    /// The mean of the largest 1/500 of the mask, 0...1.
    public var damage: Double
    /// From the good pictures, in standard deviations of theirs.
    public var distance: Double
    public var isAnomalous: Bool { score > 1 }

    public init(name: String, score: Double, damage: Double, distance: Double) {
        self.name = name
        self.score = score
        self.damage = damage
        self.distance = distance
    }
}

/// The record of a search for anomalies, as `anomalies.csv` and `anomalies.html`.
public struct AnomalyReport: Sendable {
    public var name: String
    public var program: String
    public var date: Date
    /// What the pictures are compared with, as `120 good pictures`.
    public var reference: String
    /// Thresholds of damage and distance.
    public var thresholds: (damage: Double, distance: Double)
    /// By falling score.
    public private(set) var rows: [AnomalyRow]

    /// Pictures beyond these are in the table alone.
    public static let shownPictures = 100
    private static let shownSide = 360

    public init(
        name: String, program: String, date: Date, reference: String, thresholds: (damage: Double, distance: Double),
        rows: [AnomalyRow]
    ) {
        self.name = name
        self.program = program
        self.date = date
        self.reference = reference
        self.thresholds = thresholds
        self.rows = rows.sorted { ($1.score, $0.name) < ($0.score, $1.name) }
    }

    public func csv() -> String {
        rows.reduce(CSV.line(["picture", "anomalous", "score", "damage", "distance"])) { text, row in
            text
                + CSV.line(
                    [CSV.path(row.name), "\(row.isAnomalous)"]
                        + [row.score, row.damage, row.distance].map { RecordedNumber.text(of: $0) })
        }
    }

    /// What a page shows of a picture: itself, and the damage mask over it, both small.
    public struct Views: Sendable {
        let picture: PlanarImage
        let mask: PlanarImage

        /// - Parameters:
        ///   - picture: one channel or three.
        ///   - mask: one channel of the same size, 0...1: red from a tenth on.
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
                "detail": Self.detail(row), "picture": "\(stem).jpg", "mask": "\(stem)-mask.jpg",
                "width": views.picture.width, "height": views.picture.height,
            ])
        }
        try AtomicFile.write(csv().utf8, to: folder.appending("anomalies.csv"))
        try AtomicFile.write(try html(shown).utf8, to: folder.appending("anomalies.html"))
    }

    private static func text(_ score: Double) -> String { String(format: "%.2f", score) }

    private static func detail(_ row: AnomalyRow) -> String {
        String(format: "damage %.1f %%, distance %.2f", row.damage * 100, row.distance)
    }

    /// - Throws: a template's error, which only a fault of the template itself can cause.
    private func html(_ shown: [[String: Any]]) throws -> String {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        let count = rows.count { $0.isAnomalous }
        return try MustacheTemplate(string: Self.template).render([
            "style": ReportPage.style + Self.style, "title": "Anomalies in \(name)",
            "subtitle": "\(program), \(RunReport.text(of: date))",
            "summary": "\(count) of \(rows.count) pictures are unlike the \(reference)",
            "thresholds": String(
                format: "a damage of %.1f %%, a distance of %.2f", thresholds.damage * 100, thresholds.distance),
            "shown": shown,
            "rest": rows.dropFirst(Self.shownPictures).map { row -> [String: Any] in
                ["name": row.name, "score": Self.text(row.score), "detail": Self.detail(row)]
            },
            "hasRest": rows.count > Self.shownPictures,
        ])
    }

    private static let style = TrainingPage.card + PageResource.text(PackageResources.anomalies_css)

    private static let template =
        TrainingPage.head + PageResource.text(PackageResources.anomalies_mustache)
}
