import Evaluation

extension EvaluateCommand {
    /// Finds the pictures in the folders of `--restored`, and prints what was amiss.
    ///
    /// - Throws: `CommandFailure` where a folder is missing, or where names have no partner and none may be missing.
    func restoredPictures(for plan: EvaluationPlan) throws -> [RestoredPictures] {
        let all: [RestoredPictures]
        do throws(EvaluationError) {
            all = try RestoredPictures.all(in: restored.map(\.path), for: plan)
        } catch { throw CommandFailure(status: .noInput, message: "\(error)") }
        for warning in all.flatMap(\.warnings) { Console.standardError.write("warning: \(warning)\n") }
        for failure in all.flatMap(\.failures) { Console.standardError.write("retouch: \(failure)\n") }
        try CommandFailure.tellMissing(all.flatMap(\.missing), allowsMissing: allowMissing)
        return all
    }
}
