import Reports
import SystemPackage

func show(_ report: RunReport, in folder: FilePath) throws {
    try report.write(to: folder)
}
