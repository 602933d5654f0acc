import Evaluation
import Files
import SystemPackage

/// The folders of `--restored`, looked at and told about.
struct RestoredFolders {
    let pictures: [RestoredPictures]
    /// What was to be a picture and is none.
    let failures: [String]

    /// - Throws: `CommandFailure` where a folder is missing, or where names have no partner and none may be missing.
    init(_ folders: [FilePath], allowsMissing: Bool, for plan: EvaluationPlan) throws {
        // Two folders of one name are told apart by their paths.
        let names = folders.map { $0.lexicallyNormalized().lastComponent?.string ?? $0.string }
        do throws(EvaluationError) {
            var pictures: [RestoredPictures] = []
            for (folder, name) in zip(folders, names) {
                let isAlone = names.count { $0 == name } == 1
                pictures.append(try RestoredPictures(folder, name: isAlone ? name : folder.printed, for: plan))
            }
            self.pictures = pictures
        } catch { throw CommandFailure(status: .noInput, message: "\(error)") }
        failures = pictures.flatMap(\.failures)
        for warning in pictures.flatMap(\.warnings) { Console.standardError.write("warning: \(warning)\n") }
        for failure in failures { Console.standardError.write("retouch: \(failure)\n") }
        try CommandFailure.tellMissing(pictures.flatMap(\.missing), allowsMissing: allowsMissing)
    }
}
