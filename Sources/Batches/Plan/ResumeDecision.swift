import Files
import SystemPackage

/// The decision on a picture, as its output and the ledger say.
enum ResumeDecision {
    /// The picture is to be restored.
    case toDo
    /// An earlier run restored the picture; the entry is nil where an output of unknown origin is to be skipped.
    case done(LedgerEntry?)
    /// The output must not be touched; one line says why and what to do.
    case refused(String, isOutputSide: Bool = false)
}

/// Decides which pictures of a plan are done, to do or refused.
struct ResumePolicy {
    let plan: BatchPlan
    let ledger: Ledger
    let settings: SHA256Digest
    let model: String

    /// Decides on a picture. What the ledger does not know is looked up in its file again: another run may have made the
    /// output since it was read.
    ///
    /// - Throws: `FileError` where a file that is there cannot be read.
    func decision(for picture: BatchPlan.Picture) throws(FileError) -> ResumeDecision {
        let decision = try knownDecision(for: picture)
        guard case .refused = decision, plan.request.exists == .auto else { return decision }
        try ledger.refresh()
        return try knownDecision(for: picture)
    }

    private func knownDecision(for picture: BatchPlan.Picture) throws(FileError) -> ResumeDecision {
        let output = plan.outputPath(of: picture)
        guard FileStamp.exists(output) else { return .toDo }
        if FileStamp.isFolder(output) { return .refused("a folder is in its output's place: \"\(output.printed)\"") }
        switch plan.request.exists {
        case .overwrite: return .toDo
        case .skip: return .done(try written(picture, at: output))
        case .fail: return .refused("its output exists: \"\(output.printed)\"")
        case .auto: break
        }
        guard let entry = try written(picture, at: output) else {
            let origin =
                ledger.entries(of: picture.output).isEmpty
                ? "was not made by Retouch, as far as its folder's ledger knows" : "has been changed since it was made"
            return .refused(
                "its output \"\(output.printed)\" exists and \(origin); --exists overwrite or skip decides")
        }
        guard entry.settings == settings, entry.model == model, entry.decoder == picture.decoder?.command,
            try isSame(picture, as: entry), try picture.mask.map(LedgerEntry.Reference.init) == entry.mask
        else { return .toDo }
        return .done(entry)
    }

    /// Returns the entry that the file at `output` was written with, if it is one of ours.
    private func written(_ picture: BatchPlan.Picture, at output: FilePath) throws(FileError) -> LedgerEntry? {
        let entries = ledger.entries(of: picture.output)
        if entries.isEmpty { return nil }
        if plan.request.check == .stamps {
            let stamp = try FileStamp(of: output)
            let fitting = entries.filter { $0.output.stamp == stamp }
            // Outputs with the time of their original may share a stamp and be of different settings.
            if let entry = fitting.last, fitting.allSatisfy({ $0.output.sha256 == entry.output.sha256 }) {
                return entry
            }
            if !entries.contains(where: { $0.output.stamp.byteCount == stamp.byteCount }) { return nil }
        }
        let digest = try SHA256Digest(ofFile: output)
        return entries.last { $0.output.sha256 == digest }
    }

    private func isSame(_ picture: BatchPlan.Picture, as entry: LedgerEntry) throws(FileError) -> Bool {
        if plan.request.check == .stamps, entry.input.stamp == picture.stamp,
            entry.input.path == picture.path.resolved()
        {
            return true
        }
        guard entry.input.stamp.byteCount == picture.stamp.byteCount else { return false }
        return entry.input.sha256 == (try SHA256Digest(ofFile: picture.path))
    }
}
