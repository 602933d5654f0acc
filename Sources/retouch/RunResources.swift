import Batches

/// The workers and the memory of a run, and the shares of the memory.
struct RunResources {
    let workers: Int
    let byteLimit: Int
    let maximumPixels: Int
    private let holdsWholePictures: Bool

    /// Takes the options, and the machine's defaults where they are not given.
    ///
    /// - Parameter holdsWholePictures: whether there are no tiles, and pictures may take all memory.
    /// - Throws: `ValidationError` for a number of workers that is none.
    init(_ options: MachineOptions, maximumPixels: Int, holdsWholePictures: Bool = false) throws {
        self.holdsWholePictures = holdsWholePictures
        workers = try options.jobs.checked()
        byteLimit = options.maxMemory?.value ?? Machine.defaultMemoryLimit
        self.maximumPixels = maximumPixels
    }

    /// The bytes for tiles, two thirds; one third is for pictures that have to be held whole.
    var tileBytes: Int { byteLimit / 3 * 2 }
    var pictureBytes: Int { holdsWholePictures ? byteLimit : byteLimit / 3 }

    func forBatch(model: String) -> BatchRun.Resources {
        BatchRun.Resources(
            workers: workers, pictureBytes: pictureBytes, maximumPixels: maximumPixels,
            decoderBytes: byteLimit / workers, software: "Retouch \(Version.current) (\(model))")
    }
}
