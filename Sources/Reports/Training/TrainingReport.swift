import Files
public import Foundation
public import SystemPackage

/// The record of a training run, as `training.csv` and `training.html`.
public struct TrainingReport: Sendable {
    /// The row of one validation picture on the page: links to files, relative to the page.
    public struct SheetRow: Sendable {
        /// One picture of a row.
        public struct Cell: Sendable {
            /// The text under the picture.
            public var caption: String
            /// The link to the picture's file, relative to the page.
            public var link: String

            /// Creates a picture of a row.
            public init(caption: String, link: String) {
                self.caption = caption
                self.link = link
            }
        }

        /// The name of the validation picture.
        public var name: String
        /// The corruption of the picture.
        public var corruption: String
        /// The pictures: clean, corrupted, then restored after more and more steps.
        public var cells: [Cell]
        /// The width of every picture, in pixels.
        public var width: Int
        /// The height of every picture, in pixels.
        public var height: Int

        /// Creates the row of one validation picture; sides are in pixels.
        public init(name: String, corruption: String, cells: [Cell], width: Int, height: Int) {
            self.name = name
            self.corruption = corruption
            self.cells = cells
            self.width = width
            self.height = height
        }
    }

    /// The model's name.
    public var name: String
    /// The name of the program, in the page's subtitle.
    public var program: String
    /// The date in the page's subtitle.
    public var date: Date
    /// The number of steps of the whole run.
    public var steps: Int
    /// The validations, in order.
    public var rows: [TrainingRow]
    /// The rows of validation pictures.
    public var sheet: [SheetRow]
    /// The use of a sampled latent: for each channel its mean divergence from the standard normal distribution in nats,
    /// and the number of active channels; nil for other networks.
    public var latent: (divergences: [Double], activeCount: Int)?
    /// The settings by name, in the order of the page.
    public var settings: [(name: String, text: String)]

    /// Creates a report of a run of `steps` steps.
    public init(
        name: String, program: String, date: Date, steps: Int, rows: [TrainingRow], sheet: [SheetRow] = [],
        settings: [(name: String, text: String)] = []
    ) {
        self.name = name
        self.program = program
        self.date = date
        self.steps = steps
        self.rows = rows
        self.sheet = sheet
        self.settings = settings
    }

    /// Returns the table, one row for each validation: step, rate, loss, PSNR after and before in dB, seconds,
    /// megapixels; then each of several terms of the objective, and the PSNR under each of several corruptions.
    public func csv() -> String {
        let corruptions = rows.last?.corruptions?.map(\.corruption) ?? []
        var text = "step,rate,loss,psnr,psnrBefore,seconds,megapixels"
        let terms = rows.last?.terms?.map(\.name) ?? []
        for term in terms { text += ",term \(term)" }
        for corruption in corruptions { text += ",psnr \(corruption)" }
        text += "\n"
        for row in rows {
            let psnr = [row.psnr, row.psnrBefore].map { $0.map(RecordedNumber.text) ?? "" }
            text += "\(row.step),\(row.rate),\(row.loss),\(psnr[0]),\(psnr[1]),"
            text += String(format: "%.1f,%.3f", row.seconds, row.megapixels)
            for term in terms {
                text += "," + (row.terms?.first { $0.name == term }.map { "\($0.value)" } ?? "")
            }
            for corruption in corruptions {
                let figures = row.corruptions?.first { $0.corruption == corruption }
                text += "," + (figures.map { RecordedNumber.text(of: $0.psnr) } ?? "")
            }
            text += "\n"
        }
        return text
    }

    /// Writes `training.csv` and `training.html` into `folder`, each whole or not at all.
    ///
    /// - Throws: `FileError`.
    public func write(to folder: FilePath) throws {
        for (name, text) in [("training.csv", csv()), ("training.html", try html())] {
            try AtomicFile.write(text.utf8, to: folder.appending(name))
        }
    }
}
