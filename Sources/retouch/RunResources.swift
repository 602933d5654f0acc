import Batches

/// Workers and memory of a run, and how the memory is shared out.
struct RunResources {
    let workers: Int
    let byteLimit: Int
    let maximumPixels: Int

    init(_ options: MachineOptions, maximumPixels: Int) {
        workers = options.jobs ?? Machine.defaultWorkerCount
        byteLimit = options.maxMemory?.value ?? Machine.defaultMemoryLimit
        self.maximumPixels = maximumPixels
    }

    /// Two thirds for tiles, one third for pictures that have to be held whole.
    var tileBytes: Int { byteLimit / 3 * 2 }
    var pictureBytes: Int { byteLimit / 3 }

    func forBatch(model: String) -> BatchRun.Resources {
        BatchRun.Resources(
            workers: workers, pictureBytes: pictureBytes, maximumPixels: maximumPixels,
            software: "Retouch \(Version.current) (\(model))")
    }
}
