import Batches
import Files
import Reports
import SystemPackage

/// `--report`: the record of a run as files.
struct ReportWriter {
    let plan: BatchPlan
    let folder: FilePath

    func write(_ report: RunReport) throws {
        try createFolders(at: folder)
        for (name, bytes) in [
            ("report.json", Array(try report.json())), ("report.csv", Array(report.csv().utf8)),
        ] {
            let file = try AtomicFile(replacing: folder.appending(name))
            try file.write(bytes)
            try file.commit()
        }
    }
}
