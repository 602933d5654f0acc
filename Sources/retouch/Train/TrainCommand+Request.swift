import ArgumentParser
import Corruptions

extension TrainCommand {
    /// Checks the arguments as far as they alone allow.
    ///
    /// - Throws: `ValidationError`.
    func checkArguments() throws {
        _ = try jobs.checked()
        try classes.validate()
        if resume, !settings.isEmpty || classes.classifier {
            throw ValidationError("--resume goes on with the settings in OUT; leave the others out")
        }
        _ = try dimensions()
        _ = try corruptions()
        for (option, isGiven) in [("--latent-search", latentSearch != nil), ("--corrupt-search", corruptSearch != nil)]
        where isGiven && resume {
            throw ValidationError("\(option) goes on by itself where it was stopped; leave --resume out")
        }
        if classes.classifier, latentSearch != nil || corruptSearch != nil {
            throw ValidationError("--classifier excludes --latent-search and --corrupt-search")
        }
        if latentSearch != nil, corruptSearch != nil {
            throw ValidationError("--latent-search and --corrupt-search are searches of their own; expected one")
        }
    }

    /// Returns the dimensions of `--latent-search`, nil without it.
    func dimensions() throws -> [Int]? {
        guard let numbers = latentSearch?.values else { return nil }
        guard numbers.allSatisfy({ $0 > 0 }), Set(numbers).count == numbers.count else {
            throw ValidationError("--latent-search: expected different whole numbers above 0")
        }
        return numbers
    }

    /// Returns the levels of `--corrupt-search`, nil without it.
    func corruptions() throws -> [Corruption]? {
        guard let corruptSearch else { return nil }
        do {
            let levels = try Corruption.parse(corruptSearch)
            guard levels.count > 1, Set(levels.map(\.description)).count == levels.count else {
                throw ValidationError("--corrupt-search \(corruptSearch): expected two levels or more, all different")
            }
            return levels
        } catch let error as CorruptionError { throw ValidationError("--corrupt-search: \(error)") }
    }
}
