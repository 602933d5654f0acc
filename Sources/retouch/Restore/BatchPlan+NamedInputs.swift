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
    /// - Parameters:
    ///   - first: the first argument, which may be a mistyped subcommand.
    ///   - origins: the places in lists of inputs that come from one.
    func checkNamedInputs(first: PathArgument?, origins: [FilePath: String] = [:]) throws {
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
        var errors = unusableInputs.prefix(10).map { input in
            let name = "\"\(input.printed)\""
            let failures = settled.lazy.compactMap(\.outcome.failure)
            let error = failures.first { $0.contains(name) } ?? "\(name) cannot be read"
            return (origins[input].map { $0 + ": " } ?? "") + error
        }
        if unusableInputs.count > errors.count { errors.append("and \(unusableInputs.count - errors.count) more") }
        throw CommandFailure(status: .noInput, message: errors.joined(separator: "\nretouch: "))
    }
}
