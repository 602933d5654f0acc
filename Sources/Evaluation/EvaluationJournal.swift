import Batches
import Corruptions
package import Files
import Filters
import Networks
import Quality
import Reports
import Restoration
import Synchronization
package import SystemPackage
import Workers

/// The journal of what was measured before, so that an evaluation that was stopped goes on where it ended.
///
/// A line of `FOLDER/.retouch/evaluation.jsonl`, or of a file in the user's cache, is a record and the SHA-256 of everything that decides its figures: the
/// picture with its size and time, the corruption, the method with its weights and settings, the seed, the metrics.
package final class EvaluationJournal: Sendable {
    private struct Line: Codable {
        var version: Int
        var key: SHA256Digest
        var record: PictureRecord
    }

    /// The version of the lines, raised when a change of the program changes figures, or a line's form.
    private static let version = 1

    /// The most bytes that a journal may have; one that has more is neither read nor written.
    static let byteLimit: Int64 = 256 << 20

    /// The path of the file.
    let path: FilePath
    /// Nil where the file is none that may be used.
    private let file: JSONLineFile?
    private let records: [SHA256Digest: PictureRecord]
    private let reused = Atomic(0)
    private let hasLost = Atomic(false)

    /// Opens the journal of the report in `folder`; there need not be one.
    ///
    /// - Throws: `FileError` where there is one that cannot be read.
    package convenience init(inFolder folder: FilePath) throws(FileError) {
        try self.init(at: folder.pushing(".retouch/evaluation.jsonl"))
    }

    /// Opens the journal at `path`; there need not be one.
    ///
    /// - Throws: `FileError` where there is one that cannot be read.
    init(at path: FilePath) throws(FileError) {
        self.path = path
        // A pipe or a device would be waited for, or never end.
        if let stat = try? Stat(path), stat.type != .regular || stat.size > Self.byteLimit {
            (file, records) = (nil, [:])
            return
        }
        let file = JSONLineFile(path)
        self.file = file
        let lines = try file.newValues(of: Line.self).values.filter { $0.version == Self.version }
        records = Dictionary(lines.map { ($0.key, $0.record) }) { _, newer in newer }
    }

    /// True as long as everything that was measured is remembered.
    package var isWhole: Bool { file != nil && !hasLost.load(ordering: .relaxed) }

    /// The number of records that it gave so far.
    package var reusedCount: Int { reused.load(ordering: .relaxed) }

    func record(of key: SHA256Digest) -> PictureRecord? {
        guard let record = records[key] else { return nil }
        reused.add(1, ordering: .relaxed)
        return record
    }

    /// Appends a record; one that cannot be written is only measured again by the next run.
    func append(_ record: PictureRecord, key: SHA256Digest) {
        let line = Line(version: Self.version, key: key, record: record)
        do throws(FileError) { try file?.append(line) } catch { hasLost.store(true, ordering: .relaxed) }
    }
}

extension Trial {
    /// Returns the record of the trial, from the journal where that has it.
    func record(
        _ findings: Subject.Findings, on worker: Worker, journal: EvaluationJournal?
    ) -> PictureRecord {
        let key = journal.flatMap { _ in try? self.key() }
        if let key, var record = journal?.record(of: key) {
            (record.input, record.set) = (subject.name, subject.set.name)
            record.method = RecordedMethod(method.name, sha256: record.method?.sha256)
            return record
        }
        let start = ContinuousClock.now
        var record = run(findings, on: worker)
        record.seconds = start.duration(to: .now) / .seconds(1)
        // What failed is tried again.
        if let key, case .restored = record.outcome { journal?.append(record, key: key) }
        return record
    }

    /// Returns the SHA-256 of everything that decides the figures.
    ///
    /// - Throws: `FileError` where a file is not there.
    private func key() throws -> SHA256Digest {
        func file(_ path: FilePath) throws -> String {
            let stamp = try FileStamp(of: path)
            return "\(PathText.text(of: path.resolved())) \(stamp.byteCount) \(stamp.modified)"
        }
        let method =
            switch self.method {
            case .unrestored: "none"
            case .filter(let kind): "filter \(kind.rawValue)"
            case .restored: "restored"
            case .model(let restorer): try "model \(restorer.model.sha256) \(digest(of: restorer))"
            }
        let parts =
            [
                try file(subject.picture.path), try restoredPath.map(file) ?? "", method,
                subject.corruption?.description ?? "", subject.inputForm.rawValue, "\(subject.plan.noiseKnowledge)",
                "\(subject.seed)", subject.plan.metrics.map(\.rawValue).joined(separator: ","),
            ] + (try subject.corruption?.files.map(file) ?? []) + (subject.picture.window.map { ["\($0)"] } ?? [])
        return try SHA256Digest(of: Array(parts.joined(separator: "\n").utf8))
    }

    private func digest(of restorer: Restorer) throws -> SHA256Digest {
        try RunSettings(restoration: restorer.settings).digest(
            roundedOperations: restorer.settings.precision == .fast ? restorer.model.card.roundedOperations : [],
            greyModel: restorer.greyModel?.sha256)
    }
}
