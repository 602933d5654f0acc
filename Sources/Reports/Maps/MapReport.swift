import Files
public import Foundation
import Imaging
import Mustache
public import SystemPackage
public import Tensors

/// A map of rows in two or three dimensions as a page that zooms and pans, with the rows' pictures and colours by any
/// column: `map.html`, and beside it `map-pictures.jpg` where there are pictures.
public struct MapReport: Sendable {
    /// A column that rows may be coloured by.
    public struct Column: Sendable {
        /// The name of the column.
        public var name: String
        /// The values, one a row: categories, or numbers where all are and there are many.
        public var values: [String]

        /// Creates a column of one value a row.
        public init(name: String, values: [String]) { (self.name, self.values) = (name, values) }
    }

    /// The name in the page's title.
    public var name: String
    /// The name of the program, in the page's subtitle.
    public var program: String
    /// The date in the page's subtitle.
    public var date: Date
    /// The method of the map, in words.
    public var method: String
    /// The number of each row in its table.
    public var rows: [Int]
    /// The name of each row, empty where it has none.
    public var names: [String]
    /// The places along each axis, two or three axes.
    public var axes: [[Float]]
    /// The columns.
    public var columns: [Column]
    /// The picture of each row, at most `pictureSide` pixels on a side; empty where there are none.
    public var pictures: [PlanarImage?] = []

    /// The side, in pixels, of the squares that rows' pictures are shown in.
    public static let pictureSide = 32
    /// The most different values that are shown as categories.
    static let mostKinds = 40

    /// Creates the report of a map.
    ///
    /// - Precondition: there is one name, and one place on each of two or three axes, for each row.
    public init(
        name: String, program: String, date: Date, method: String, rows: [Int], names: [String], axes: [[Float]],
        columns: [Column]
    ) {
        precondition(names.count == rows.count && (2...3).contains(axes.count))
        precondition(axes.allSatisfy { $0.count == rows.count } && columns.allSatisfy { $0.values.count == rows.count })
        self.name = name
        self.program = program
        self.date = date
        self.method = method
        self.rows = rows
        self.names = names
        self.axes = axes
        self.columns = columns
    }

    /// Returns a picture of at most `pictureSide` pixels on a side, in colour.
    public static func thumbnail(of picture: PlanarImage) -> PlanarImage {
        let factor = max(1, Double(max(picture.height, picture.width)) / Double(pictureSide))
        let (height, width) = (
            max(1, Int((Double(picture.height) / factor).rounded())),
            max(1, Int((Double(picture.width) / factor).rounded()))
        )
        let colour = picture.converted(toChannels: 3)
        return factor > 1 ? colour.resampled(toHeight: height, width: width) : colour
    }

    /// Writes the page and its pictures into `folder`, which is made where it is missing.
    ///
    /// - Throws: `FileError`, `PictureError`.
    public func write(to folder: FilePath) throws {
        try createFolders(at: folder)
        if hasPictures {
            try Picture(sheet).write(to: folder.appending(Self.sheetName), as: .jpeg, quality: 88)
        }
        try AtomicFile.write(try html().utf8, to: folder.appending("map.html"))
    }

    private static let sheetName = "map-pictures.jpg"

    private var hasPictures: Bool { pictures.contains { $0 != nil } }

    private var sheetColumns: Int { max(1, Int(Double(rows.count).squareRoot().rounded(.up))) }

    /// All pictures side by side, each in the middle of a white square.
    private var sheet: PlanarImage {
        let (side, columns) = (Self.pictureSide, sheetColumns)
        let lines = (rows.count + columns - 1) / columns
        let sheet = PlanarImage(channels: 3, height: lines * side, width: columns * side)
        sheet.view.fill(with: 1)
        for (index, picture) in pictures.enumerated() {
            guard let picture else { continue }
            let (top, left) = (
                index / columns * side + (side - picture.height) / 2,
                index % columns * side + (side - picture.width) / 2
            )
            sheet.view.cropped(rows: top..<top + picture.height, columns: left..<left + picture.width)
                .copySamples(from: picture.view)
        }
        return sheet
    }

    /// The data of the page's script, as JSON that may stand inside a script element.
    private var json: String {
        var parts = [
            "\"rows\":[\(rows.map(String.init).joined(separator: ","))]",
            "\"names\":[\(names.map(PageData.text).joined(separator: ","))]",
            "\"axes\":[\(axes.map { "[" + $0.map { "\($0)" }.joined(separator: ",") + "]" }.joined(separator: ","))]",
            "\"columns\":[\(columns.map(Self.json).joined(separator: ","))]",
        ]
        if hasPictures {
            parts.append(
                "\"sheet\":{\"file\":\"\(Self.sheetName)\",\"cell\":\(Self.pictureSide),\"columns\":\(sheetColumns)}")
        }
        return "{" + parts.joined(separator: ",") + "}"
    }

    private static func json(_ column: Column) -> String {
        let kinds = Set(column.values)
        let numbers = column.values.compactMap { Double($0) }.filter(\.isFinite)
        if kinds.count > mostKinds, numbers.count == column.values.count {
            let values = numbers.map { "\($0)" }.joined(separator: ",")
            return "{\"name\":\(PageData.text(column.name)),\"values\":[\(values)]}"
        }
        let sorted = kinds.sorted { a, b in
            if let x = Double(a), let y = Double(b) { return x < y }
            return a < b
        }
        let places = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
        let values = column.values.map { "\(places[$0] ?? 0)" }.joined(separator: ",")
        return
            "{\"name\":\(PageData.text(column.name)),\"kinds\":[\(sorted.map(PageData.text).joined(separator: ","))],"
            + "\"values\":[\(values)]}"
    }

    private static let script = ReportScript.joined([PackageResources.map_js])

    /// Returns the page.
    ///
    /// - Throws: a template's error, which only a fault of the template itself can cause.
    func html() throws -> String {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        return try MustacheTemplate(string: PageResource.text(PackageResources.map_mustache)).render([
            "scriptPolicy": try ReportScript.policySource(of: Self.script), "title": "Map of \(name)",
            "style": ReportPage.style + PageResource.text(PackageResources.map_css),
            "subtitle": "\(rows.count) rows, \(method) · \(program), \(RunReport.text(of: date))",
            "label": "Map of \(rows.count) rows; the wheel zooms, dragging pans, arrow keys and + and - do so too",
            "data": json, "script": Self.script,
        ])
    }
}
