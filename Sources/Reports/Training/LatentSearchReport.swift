import Files
public import Foundation
import Mustache
import Quality
public import SystemPackage

/// The result of one dimension of the latent.
public struct LatentSearchRow: Sendable, Equatable {
    /// The number of units of the latent for one patch.
    public var dimension: Int
    /// The mean PSNR of the validation pictures in dB, by the autoencoder.
    public var psnr: Double
    /// The mean PSNR of the same pictures in dB, by as many principal components.
    public var principalPSNR: Double
    /// The share of the variance of training patches that the components explain, 0...1.
    public var explained: Double
    /// The model's folder, relative to the page.
    public var folder: String

    /// Creates the result of a dimension; both PSNR are in dB.
    public init(dimension: Int, psnr: Double, principalPSNR: Double, explained: Double, folder: String) {
        self.dimension = dimension
        self.psnr = psnr
        self.principalPSNR = principalPSNR
        self.explained = explained
        self.folder = folder
    }
}

/// The record of a search for the latent's dimension, as `latent-search.csv` and `latent-search.html`.
public struct LatentSearchReport: Sendable {
    /// The name in the page's title.
    public var name: String
    /// The name of the program, in the page's subtitle.
    public var program: String
    /// The date in the page's subtitle.
    public var date: Date
    /// The results by rising dimension.
    public var rows: [LatentSearchRow]
    /// The result that was chosen; nil for none.
    public var chosen: LatentSearchRow?

    /// Creates a report of `rows`, by rising dimension.
    public init(
        name: String, program: String, date: Date, rows: [LatentSearchRow], chosen: LatentSearchRow?
    ) {
        self.name = name
        self.program = program
        self.date = date
        self.rows = rows
        self.chosen = chosen
    }

    func csv() -> String {
        rows.reduce("dimension,psnr,pca_psnr,pca_explained,chosen\n") { text, row in
            text
                + "\(row.dimension),\(RecordedNumber.text(of: row.psnr)),"
                + "\(RecordedNumber.text(of: row.principalPSNR)),\(RecordedNumber.text(of: row.explained)),"
                + "\(row == chosen)\n"
        }
    }

    /// Returns the page.
    ///
    /// - Throws: a template's error, which only a fault of the template itself can cause.
    func html() throws -> String {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        let curves = LevelCurves(
            corruption: "units of the latent",
            series: [
                .init(name: "autoencoder", points: rows.map { (Double($0.dimension), $0.psnr) }),
                .init(name: "principal components", points: rows.map { (Double($0.dimension), $0.principalPSNR) }),
            ])
        return try MustacheTemplate(string: Self.template).render([
            "style": ReportPage.style + Self.style, "title": "Dimension of the latent, \(name)",
            "subtitle": "\(program), \(RunReport.text(of: date))",
            "svg": curves.svg(),
            "legend": curves.series.enumerated().map { ["style": "s\($0)", "name": $1.name] },
            "chosen": chosen.map { "\($0.dimension)" } ?? "none",
            "rows": rows.map { row -> [String: Any] in
                [
                    "dimension": "\(row.dimension)", "psnr": Figure.text(row.psnr, metric: .psnr),
                    "principal": Figure.text(row.principalPSNR, metric: .psnr),
                    "explained": String(format: "%.2f %%", 100 * row.explained), "folder": row.folder,
                ]
            },
        ])
    }

    /// Writes both files into `folder`, each whole or not at all.
    ///
    /// - Throws: `FileError`.
    public func write(to folder: FilePath) throws {
        for (name, text) in [("latent-search.csv", csv()), ("latent-search.html", try html())] {
            try AtomicFile.write(text.utf8, to: folder.appending(name))
        }
    }

    private static let style = PageResource.text(PackageResources.latent_search_css)

    private static let template =
        TrainingPage.head + PageResource.text(PackageResources.latent_search_mustache)
}
