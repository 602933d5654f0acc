public import Files
import Synchronization
public import SystemPackage

/// The memory of an output folder: one JSON line for each picture that was restored into it.
///
/// `OUT/.retouch/ledger.jsonl` is only ever appended to, see `JSONLineFile`. A line is written before its output gets
/// its name: a run that is killed in between leaves a line whose output is missing, which is restored again, never an
/// output that nobody knows. Lines that cannot be read (the torn last one of a killed run) are passed over.
public final class Ledger: Sendable {
    private let file: JSONLineFile
    private let known: Mutex<[FilePath: [LedgerEntry]]>
    /// The number of lines that could not be read.
    public let unreadableLineCount: Int

    /// The path of the ledger's file.
    public var path: FilePath { file.path }

    /// Reads the ledger of the output folder `root`; there need not be one.
    ///
    /// - Throws: `FileError` where there is one that cannot be read.
    public init(inFolder root: FilePath) throws(FileError) {
        file = JSONLineFile(root.pushing(".retouch/ledger.jsonl"))
        let (lines, unreadable) = try file.newValues(of: LedgerEntry.self)
        known = Mutex(Dictionary(grouping: lines, by: \.output.path))
        unreadableLineCount = unreadable
    }

    /// Returns the entries of the output named `output` (relative), oldest first.
    public func entries(of output: FilePath) -> [LedgerEntry] { known.withLock { $0[output] ?? [] } }

    /// Returns true where a sidecar of these bytes was copied to `path` (relative) at some time, for whichever picture.
    func knowsSidecar(_ path: FilePath, _ sha256: SHA256Digest) -> Bool {
        let line = LedgerEntry.SidecarLine(path: path, sha256: sha256)
        return known.withLock { $0.values.contains { $0.contains { $0.sidecars.contains(line) } } }
    }

    /// The number of outputs that the ledger knew when it was last read.
    public var outputCount: Int { known.withLock { $0.count } }

    /// Reads the lines that were appended since the ledger was last read, by this run or another.
    ///
    /// - Throws: `FileError` where the file cannot be read.
    func refresh() throws(FileError) {
        // Lines that one worker has read are known before another one sees that there are no more.
        try known.withLock { known throws(FileError) in
            for line in try file.newValues(of: LedgerEntry.self).values {
                known[line.output.path, default: []].append(line)
            }
        }
    }

    /// Appends a line and waits until it is on the disk. Until `refresh()` the object does not know it.
    ///
    /// - Throws: `FileError`, naming the ledger.
    public func append(_ entry: LedgerEntry) throws(FileError) { try file.append(entry) }
}
