import Files
public import SystemPackage

/// The result of training under one corruption.
public struct CorruptionSearchRow: Sendable, Equatable {
    /// The corruption, such as `gaussian:25`.
    public var corruption: String
    /// The mean PSNR of the validation pictures in dB, all under the same corruptions.
    public var psnr: Double
    /// The model's folder, relative to the table.
    public var folder: String

    /// Creates the result of a corruption; `psnr` is in dB.
    public init(corruption: String, psnr: Double, folder: String) {
        self.corruption = corruption
        self.psnr = psnr
        self.folder = folder
    }
}

/// The record of a search for the corruption to train with, as `corrupt-search.csv`.
public struct CorruptionSearchReport: Sendable {
    /// The results, one for each corruption.
    public var rows: [CorruptionSearchRow]

    /// Creates a report of `rows`.
    public init(rows: [CorruptionSearchRow]) { self.rows = rows }

    /// The first row with the best PSNR; nil without rows.
    public var chosen: CorruptionSearchRow? {
        rows.reduce(nil as CorruptionSearchRow?) { best, row in
            if let best, best.psnr >= row.psnr { best } else { row }
        }
    }

    /// Returns the table: corruption, PSNR in dB, and whether the row was chosen.
    public func csv() -> String {
        rows.reduce(CSV.line(["corruption", "psnr", "chosen"])) { text, row in
            text + CSV.line([CSV.prose(row.corruption), RecordedNumber.text(of: row.psnr), "\(row == chosen)"])
        }
    }

    /// Writes the table into `folder`, whole or not at all.
    ///
    /// - Throws: `FileError`.
    public func write(to folder: FilePath) throws {
        try AtomicFile.write(csv().utf8, to: folder.appending("corrupt-search.csv"))
    }
}
