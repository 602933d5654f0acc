import Files
import Reports
import SystemPackage

/// Sidecars are copied byte for byte, after the picture has its name. What lies in their place already is replaced only
/// where the ledger knows it for a copy of ours.
extension PictureRun {
    /// A sidecar's copy under way.
    struct SidecarCopy {
        var file: AtomicFile
        var line: LedgerEntry.SidecarLine
    }

    /// Reads the sidecars of a picture to their ends: one that cannot be read fails its picture before any work.
    func checkSidecars(of picture: BatchPlan.Picture) throws(FileError) {
        for sidecar in picture.sidecars { _ = try SHA256Digest(ofFile: sidecar.path) }
    }

    /// Copies the sidecars of a picture beside their places, and puts them into the entry, with notes on those that have
    /// to stay behind.
    func copySidecars(of picture: BatchPlan.Picture, into entry: inout LedgerEntry) throws -> [SidecarCopy] {
        var copies: [SidecarCopy] = []
        var notes: [String] = []
        for sidecar in picture.sidecars {
            let target = plan.root.pushing(sidecar.output)
            if FileStamp.exists(target) {
                let found = try? SHA256Digest(ofFile: target)
                if found == (try SHA256Digest(ofFile: sidecar.path)) { continue }
                guard let found, ledger?.knowsSidecar(sidecar.output, found) == true else {
                    notes.append(
                        "its sidecar stays behind: \"\(target.printed)\" is there and was not made by Retouch, or was "
                            + "changed since")
                    continue
                }
            }
            copies.append(
                try writing(target) {
                    let file = try AtomicFile(replacing: target)
                    let digest = try file.copy(from: sidecar.path)
                    try file.take(plan.request.preserved, of: sidecar.path)
                    return SidecarCopy(file: file, line: .init(path: sidecar.output, sha256: digest))
                })
        }
        let lines = copies.map(\.line)
        entry.sidecars = entry.sidecars.filter { line in !lines.contains { $0.path == line.path } } + lines
        if var result = entry.record.outcome.result, !notes.isEmpty {
            result.notes = result.notes.filter { !$0.hasPrefix("its sidecar stays behind") } + notes
            entry.record.outcome = .restored(result)
        }
        return copies
    }

    /// Copies the sidecars of a picture that was restored before, those that are new or have changed.
    ///
    /// - Returns: the picture's record.
    func carrySidecars(
        of picture: BatchPlan.Picture, restoredAs entry: LedgerEntry
    ) -> (record: PictureRecord, isOutputSide: Bool) {
        var entry = entry
        do {
            let copies = try copySidecars(of: picture, into: &entry)
            if !copies.isEmpty {
                try writing(plan.outputPath(of: picture)) {
                    try ledger?.append(entry)
                    for copy in copies { try copy.file.commit() }
                }
            }
            return (BatchRun.skipped(picture, entry.record), false)
        } catch {
            var record = entry.record
            (record.input, record.outcome) = (picture.name, .failed(reason: "\(error)"))
            return (record, error is OutputFailure)
        }
    }
}
