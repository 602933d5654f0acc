import ArgumentParser
import Batches

/// A number of workers; the second number of the ncnn tools' `load:process:save`.
struct JobCount: ExpressibleByArgument {
    /// The argument as it was typed.
    var text: String

    init?(argument: String) { text = argument }
}

extension JobCount? {
    /// Returns the number of workers: one for each processor where none was asked for.
    ///
    /// - Throws: `ValidationError` where it is not 1 to 1024.
    func checked() throws -> Int {
        guard let text = self?.text else { return Machine.defaultWorkerCount }
        let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 1 || numbers.count == 3, let count = numbers.count == 1 ? numbers[0] : numbers[1],
            1...1024 ~= count
        else { throw ValidationError("-j \(text): expected 1 to 1024") }
        return count
    }
}
