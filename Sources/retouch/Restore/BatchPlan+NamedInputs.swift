import ArgumentParser
import Batches
import Files
import Networks
import Reports
import SystemPackage

extension BatchPlan {
    /// Ends the command where something that was named is not there, before anything is written: a typing error is no
    /// picture that failed.
    ///
    /// - Parameter first: the first argument, which may be a mistyped subcommand.
    func checkNamedInputs(first: PathArgument?) throws {
        guard let missing = unusableInputs.first else { return }
        if let first, first.path == missing, !missing.string.contains("/") {
            let names = Retouch.configuration.subcommands.compactMap { $0.configuration.commandName }
            if let similar = SimilarNames.of(missing.string, among: names).first {
                throw CommandFailure(
                    status: .usage,
                    message:
                        "there is no subcommand, file or folder '\(missing.printed)'; did you mean 'retouch \(similar)'?"
                )
            }
        }
        let errors = settled.filter { record in unusableInputs.contains { $0.ends(with: record.input) } }.compactMap(
            \.outcome.failure)
        throw CommandFailure(
            status: .noInput,
            message: (errors.isEmpty ? ["\"\(missing.printed)\" cannot be read"] : errors).joined(
                separator: "\nretouch: "))
    }
}
