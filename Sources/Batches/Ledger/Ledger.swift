public import Files
public import SystemPackage

/// The memory of an output folder: one JSON line for each picture that was restored into it.
///
/// `OUT/.retouch/ledger.jsonl` is only ever appended to, see `JSONLineFile`. A line is written before its output gets
/// its name: a run that is killed in between leaves a line whose output is missing, which is restored again, never an
/// output that nobody knows. Lines that cannot be read (the torn last one of a killed run) are passed over.
public final class Ledger: Sendable {
    private let file: JSONLineFile
    private let entries: [FilePath: [LedgerEntry]]
    /// The number of lines that could not be read.
    public let unreadableLineCount: Int

    /// The path of the ledger's file.
    public var path: FilePath { file.path }

    /// Reads the ledger of the output folder `root`; there need not be one.
    ///
    /// - Throws: `FileError` where there is one that cannot be read.
    public init(inFolder root: FilePath) throws(FileError) {
        file = JSONLineFile(root.pushing(".retouch/ledger.jsonl"))
        let (lines, unreadable) = try file.values(of: LedgerEntry.self)
        entries = Dictionary(grouping: lines, by: \.output)
        unreadableLineCount = unreadable
    }

    /// Returns the entries of the output named `output` (relative), oldest first.
    public func entries(of output: FilePath) -> [LedgerEntry] { entries[output] ?? [] }

    /// The number of outputs that the ledger knew when it was read.
    public var outputCount: Int { entries.count }

    /// Appends a line and waits until it is on the disk. What was read is not changed.
    ///
    /// - Throws: `FileError`, naming the ledger.
    public func append(_ entry: LedgerEntry) throws(FileError) { try file.append(entry) }
}
