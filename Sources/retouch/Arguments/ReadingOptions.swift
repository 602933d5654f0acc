import ArgumentParser
import Batches
import Imaging

/// The options for reading pictures that are measured and not restored, and for the share of the machine that this may
/// take.
struct ReadingOptions: ParsableArguments {
    @Option(help: "JPEGs with damaged data: reject them, or accept what can be decoded.")
    var damaged: DamagePolicy = .reject

    @Option(help: .init("Refuse pictures of more pixels.", valueName: "N"))
    var maxPixels = PictureLimits().maximumPixels

    @Option(name: [.short, .long], help: .init("Workers; by default one for each processor.", valueName: "N"))
    var jobs: JobCount?

    @Option(help: .init("Memory to stay within, as 2G; by default half of what there is.", valueName: "bytes"))
    var maxMemory: ByteCount?

    /// The number of workers.
    ///
    /// - Throws: `ValidationError` for a number of workers that is none.
    var workers: Int { get throws { try jobs.checked() } }
    var byteLimit: Int { maxMemory?.value ?? Machine.defaultMemoryLimit }

    func validate() throws {
        _ = try jobs.checked()
        guard maxPixels >= 1 else { throw ValidationError("--max-pixels \(maxPixels): expected 1 or more") }
    }
}
