import Evaluation
import Files
import Foundation
import SystemPackage

extension EvaluateCommand {
    /// Returns the journal that the evaluation goes on with: that of its report, else one in the user's cache; nil where
    /// there is no place for one.
    ///
    /// - Throws: `FileError` where the report's journal cannot be read.
    func journal(of evaluation: Evaluation) throws -> EvaluationJournal? {
        if let report { return try EvaluationJournal(inFolder: report.path) }
        guard let folder = EvaluationJournal.cacheFolder else { return nil }
        // Whoever works on the program itself measures with what was built last.
        let program = try? FileStamp(of: "/proc/self/exe")
        let texts =
            [Version.current, "\(program?.byteCount ?? 0) \(program?.modified ?? 0)", clean.path.resolved().string]
            + settingsAsText(evaluation.plan).map { "\($0): \($1)" }.sorted() + evaluation.methods.map(\.name)
            + restored.map { $0.path.resolved().string }
        let digest = try SHA256Digest(of: Array(texts.joined(separator: "\n").utf8))
        return EvaluationJournal.cached(digest, in: folder)
    }
}
