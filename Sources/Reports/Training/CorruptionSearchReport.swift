import Files
public import SystemPackage

/// What training under one corruption gave.
public struct CorruptionSearchRow: Sendable, Equatable {
    /// As `gaussian:25`.
    public var corruption: String
    /// Mean PSNR of the validation pictures in decibels, all under the same corruptions.
    public var psnr: Double
    /// The model's folder, relative to the table.
    public var folder: String

    public init(corruption: String, psnr: Double, folder: String) {
        self.corruption = corruption
        self.psnr = psnr
        self.folder = folder
    }
}

/// The record of a search for the corruption to train with, as `corrupt-search.csv`.
public struct CorruptionSearchReport: Sendable {
    public var rows: [CorruptionSearchRow]

    public init(rows: [CorruptionSearchRow]) { self.rows = rows }

    /// The first of those with the best PSNR.
    public var chosen: CorruptionSearchRow? {
        rows.reduce(nil as CorruptionSearchRow?) { best, row in
            if let best, best.psnr >= row.psnr { best } else { row }
        }
    }

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
