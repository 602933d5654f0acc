import Files
public import Foundation
import Imaging
import Mustache
public import SystemPackage
public import Tensors

/// The nearest rows of some, with their pictures, as a page: `neighbours.html`, and pictures in `pictures/`.
public struct NeighbourReport: Sendable {
    /// A row with its picture.
    public struct Row: Sendable {
        /// The name, or the row's number where it has none.
        public var name: String
        /// The label, empty where it has none.
        public var label: String
        /// The distance from the row that was asked for; nil for that one itself.
        public var distance: Double?
        /// The picture; nil where it was not found.
        public var picture: PlanarImage?

        /// Creates a row.
        public init(name: String, label: String, distance: Double?, picture: PlanarImage?) {
            self.name = name
            self.label = label
            self.distance = distance
            self.picture = picture
        }
    }

    /// The name in the page's title.
    public var name: String
    /// The name of the program, in the page's subtitle.
    public var program: String
    /// The date in the page's subtitle.
    public var date: Date
    /// The distance that was measured, in words.
    public var metric: String
    /// For each row that was asked for itself, and behind it those nearest to it.
    public var queries: [[Row]]

    /// The longest side of a picture on the page, in pixels.
    private static let shownSide = 160

    /// Creates the report of a search.
    public init(name: String, program: String, date: Date, metric: String, queries: [[Row]]) {
        self.name = name
        self.program = program
        self.date = date
        self.metric = metric
        self.queries = queries
    }

    /// Writes the page and its pictures into `folder`, which is made where it is missing.
    ///
    /// - Throws: `FileError`, `PictureError`.
    public func write(to folder: FilePath) throws {
        try createFolders(at: folder.appending("pictures"))
        var shown: [[String: Any]] = []
        for (index, rows) in queries.enumerated() {
            var cells: [[String: Any]] = []
            for (place, row) in rows.enumerated() {
                var cell: [String: Any] = [
                    "name": row.name, "label": row.label,
                    "detail": row.distance.map { String(format: "%.4g", $0) } ?? "asked for",
                    "isAsked": row.distance == nil,
                ]
                if let picture = row.picture {
                    let view = Self.view(of: picture)
                    let file = "pictures/\(String(format: "%03d-%03d", index + 1, place)).jpg"
                    try Picture(view).write(to: folder.pushing(FilePath(file)), as: .jpeg, quality: 90)
                    cell["picture"] = [["file": file, "width": view.width, "height": view.height]]
                }
                cells.append(cell)
            }
            shown.append(["name": rows.first?.name ?? "", "cells": cells])
        }
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        let page = try MustacheTemplate(
            string: TrainingPage.head + PageResource.text(PackageResources.neighbours_mustache)
        ).render([
            "style": ReportPage.style + TrainingPage.card + PageResource.text(PackageResources.neighbours_css),
            "title": "Neighbours in \(name)",
            "subtitle": "\(metric) distance · \(program), \(RunReport.text(of: date))",
            "queries": shown,
        ])
        try AtomicFile.write(page.utf8, to: folder.appending("neighbours.html"))
    }

    /// Returns a picture as it is shown: small ones larger by a whole factor, large ones downsampled.
    private static func view(of picture: PlanarImage) -> PlanarImage {
        let side = max(picture.height, picture.width)
        let colour = picture.converted(toChannels: 3)
        guard side > shownSide else {
            let factor = shownSide / side
            let view = PlanarImage(channels: 3, height: colour.height * factor, width: colour.width * factor)
            for channel in 0..<3 {
                for y in 0..<view.height {
                    let (source, target) = (colour.view.row(channel, y / factor), view.view.row(channel, y))
                    for x in 0..<view.width { target[x] = source[x / factor] }
                }
            }
            return view
        }
        let factor = Double(side) / Double(shownSide)
        return colour.resampled(
            toHeight: max(1, Int(Double(colour.height) / factor)), width: max(1, Int(Double(colour.width) / factor)))
    }
}
